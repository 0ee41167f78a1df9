/**
 * Guards and paths over a simulated network, filled and ready.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { NetworkClock } from '../src/engine/network/network-clock.ts'
import { NodePool } from '../src/engine/network/node-pool.ts'
import { GuardSet } from '../src/engine/paths/guard-set.ts'
import { PathSet } from '../src/engine/paths/path-set.ts'
import { MemoryStateStore } from '../src/memory/index.ts'
import { SEED_URL, type SimulatedNetwork } from './simulated-network.ts'
import type { HttpAnswer } from './simulated-node.ts'

export interface PathParts {
  readonly pool: NodePool
  readonly guards: GuardSet
  readonly paths: PathSet
  readonly networkClock: NetworkClock
}

/** `state` is what an earlier run left behind. */
export async function createPaths(
  network: SimulatedNetwork,
  state: MemoryStateStore = new MemoryStateStore(),
): Promise<PathParts> {
  const { clock, randomness } = network
  const common = { transport: network, state, randomness, scope: 'test' }
  const networkClock = new NetworkClock(clock)
  const pool = new NodePool({ ...common, clock, seedUrls: [SEED_URL] })
  const guards = new GuardSet({ ...common, pool, networkClock })
  const paths = new PathSet({ pool, guards, clock, randomness })
  await network.settle(pool.fill())
  return { pool, guards, paths, networkClock }
}

export function answerWith(status: number, text: string): HttpAnswer {
  return { status, body: encodeUtf8(text) }
}
