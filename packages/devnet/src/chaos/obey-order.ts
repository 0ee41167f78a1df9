/**
 * Carries an order out on a network: what it changes, and who has to be told.
 *
 * @module
 */

import type { ChaosOrder, NodeAction } from './chaos-order.ts'
import type { NetworkConditions, NodeTrouble } from './network-conditions.ts'
import { selectGroups, selectNodes } from './select-nodes.ts'

/** The part of a network that orders need. */
export interface BreakableNetwork {
  readonly conditions: NetworkConditions
  listNames(): readonly string[]
  act(name: string, action: NodeAction): Promise<void>
  join(): Promise<void>
  leave(name: string): Promise<void>
  /** Starts a second program with the keys of this node. */
  clone(name: string): Promise<void>
  /** Resolves when each node that runs knows what is wrong with it. */
  spreadConditions(): Promise<void>
}

async function trouble(
  network: BreakableNetwork,
  nodes: readonly string[],
  change: Partial<NodeTrouble>,
): Promise<void> {
  network.conditions.trouble(selectNodes(network.listNames(), nodes), change)
  await network.spreadConditions()
}

/** Resolves when the order is carried out; throws a `DevnetError` when it cannot be. */
export async function obeyOrder(network: BreakableNetwork, order: ChaosOrder): Promise<void> {
  const { conditions } = network
  switch (order.action) {
    case 'join':
      return network.join()
    case 'leave':
      for (const name of selectNodes(network.listNames(), order.nodes)) await network.leave(name)
      return undefined
    case 'clone':
      for (const name of selectNodes(network.listNames(), order.nodes)) await network.clone(name)
      return undefined
    case 'partition':
      conditions.separate(selectGroups(network.listNames(), order.groups))
      return network.spreadConditions()
    case 'heal':
      conditions.heal()
      return network.spreadConditions()
    case 'lag':
      return trouble(network, order.nodes, { lagMs: order.ms, jitterMs: order.jitterMs })
    case 'drop':
      return trouble(network, order.nodes, { dropPercent: order.percent })
    case 'skew':
      return trouble(network, order.nodes, { skewMs: order.ms })
    case 'disk-full':
      return trouble(network, order.nodes, { isDiskFull: order.on })
    case 'lie':
      return trouble(network, order.nodes, { isLying: order.on })
    case 'time':
      conditions.turnTime(order)
      return network.spreadConditions()
    default: {
      const names = selectNodes(network.listNames(), order.nodes)
      await Promise.all(names.map((name) => network.act(name, order.action)))
    }
  }
}
