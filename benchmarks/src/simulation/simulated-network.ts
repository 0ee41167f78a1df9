/**
 * A whole simulated network in this process (`simulated-part.ts`), as figures and tests want it that look into nodes. One of
 * many processes, for networks whose size would show in a shared heap, is `network-processes.ts`.
 *
 * @module
 */
import { NetworkPlan, type NetworkShape } from './network-plan.ts'
import { type PartOptions, type SimulatedPart, startPart } from './simulated-part.ts'

export interface SimulationOptions
  extends NetworkShape, Pick<PartOptions, 'fill' | 'isOnDisk' | 'override'> {}

export type Simulation = Omit<SimulatedPart, 'begin'>

/** Resolves when all nodes have the first document. */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const plan = new NetworkPlan(options)
  const nowMs = Date.now()
  const part = await startPart({ ...options, plan, range: [0, options.nodes], nowMs })
  await part.begin(
    plan.found(
      nowMs,
      part.nodes.map(({ ports }) => ports),
    ),
  )
  return part
}
