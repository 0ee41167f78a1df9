/**
 * Everything that can go wrong with a node on order, as what `startNode` takes in place of the real things.
 *
 * @module
 */

import { type Randomness, systemRandomness } from '@sotto/crypto/randomness'
import type { NodeOverrides } from '@sotto/node/start'
import type { Clock } from '@sotto/protocol/clock'
import { systemClock } from '../system-clock.ts'
import { ChaoticNetwork } from './chaotic-network.ts'
import { createChaoticRecords, createChaoticStore } from './chaotic-store.ts'
import { ControllableClock } from './controllable-clock.ts'
import { CALM, type NodeConditions } from './node-conditions.ts'
import { turnTimeline } from './timeline.ts'

export interface Chaos {
  readonly overrides: NodeOverrides
  /** Takes the place of all conditions before. */
  impose(conditions: NodeConditions): void
  /** A node that is to stop measures its patience with others by its clock, so that has to run. */
  letTimeRun(): void
}

export interface ChaosParts {
  readonly clock?: Clock
  readonly randomness?: Randomness
}

/** One for each node, made before the node starts. */
export function createChaos(parts: ChaosParts = {}): Chaos {
  const { clock: machineClock = systemClock, randomness = systemRandomness } = parts
  const clock = new ControllableClock(machineClock)
  const network = new ChaoticNetwork({ clock: machineClock, randomness })
  let current = CALM
  return {
    overrides: {
      clock,
      network,
      wrapStore: (store) => createChaoticStore(store, () => current),
      wrapRecords: (records) => createChaoticRecords(records, () => current),
    },
    impose(conditions) {
      current = conditions
      clock.set(conditions)
      network.impose(conditions)
    },
    letTimeRun() {
      const timeline = turnTimeline(current.timeline, machineClock.now(), { rate: 1 })
      clock.set({ ...current, timeline })
    },
  }
}
