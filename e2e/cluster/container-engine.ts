/**
 * The container engine: whether one can be reached, and why not.
 *
 * It is asked for nothing that a registry would have to bring. A suite that needs one prints this instead of vanishing from the report; where `SOTTO_REQUIRE_CONTAINERS=1` says that
 * there has to be one, its absence is a failure.
 *
 * @module
 */

import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'

/** On everything that a test makes in an engine. */
export const ENGINE_LABEL = 'sotto-e2e'

export interface ContainerEngine {
  readonly reachable: boolean
  /** The engine's name and version, or why there is none. */
  readonly detail: string
  /** Whether this machine promised an engine. */
  readonly required: boolean
}

const required = process.env['SOTTO_REQUIRE_CONTAINERS'] === '1'

// Without these, testcontainers fetches two images from a registry: its reaper, and, on a machine that is itself a
// container with a newly made default bridge, an image that tells the host's address. The fixtures remove what they
// make, and reach each container at its own address.
const WITHOUT_REGISTRY = {
  TESTCONTAINERS_RYUK_DISABLED: 'true',
  TESTCONTAINERS_HOST_OVERRIDE: 'localhost',
}

/** Connects to the engine. All that use one come through here, before testcontainers reads its settings. */
export function connectContainerEngine(): Promise<ContainerRuntimeClient> {
  Object.assign(process.env, WITHOUT_REGISTRY)
  return getContainerRuntimeClient()
}

/** Looks for the engine. */
export async function findContainerEngine(): Promise<ContainerEngine> {
  if (process.platform !== 'linux') {
    const detail = 'the addresses of containers can be reached from a Linux host only'
    return { reachable: false, detail, required }
  }
  try {
    const { info } = await connectContainerEngine()
    const { operatingSystem, serverVersion } = info.containerRuntime
    return { reachable: true, detail: `engine ${serverVersion} on ${operatingSystem}`, required }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { reachable: false, detail: reason, required }
  }
}
