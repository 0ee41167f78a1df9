/**
 * The network half of the engine on a simulated network, with its parts at hand.
 *
 * @module
 */
import { NetworkClient } from '../src/engine/index.ts'
import { MemoryStateStore } from '../src/memory/index.ts'
import type { StateStore } from '../src/ports/index.ts'
import { SEED_URL, type SimulatedNetwork } from './simulated-network.ts'

/** `state` is what an earlier run left behind. */
export function createClient(
  network: SimulatedNetwork,
  state: StateStore = new MemoryStateStore(),
): NetworkClient {
  const { clock, randomness } = network
  const ports = { transport: network, state, clock, randomness }
  return new NetworkClient(ports, { seedUrls: [SEED_URL] })
}
