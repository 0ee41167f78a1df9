/**
 * Whether a container engine can be reached, and why not.
 *
 * A suite that needs one prints this instead of vanishing from the report; where `SOTTO_REQUIRE_CONTAINERS=1` says that
 * there has to be one, its absence is a failure.
 *
 * @module
 */

import { getContainerRuntimeClient } from 'testcontainers'

export interface ContainerEngine {
  readonly reachable: boolean
  /** The engine's name and version, or why there is none. */
  readonly detail: string
  /** Whether this machine promised an engine. */
  readonly required: boolean
}

const required = process.env['SOTTO_REQUIRE_CONTAINERS'] === '1'

/** Asks for the engine once. */
export async function findContainerEngine(): Promise<ContainerEngine> {
  if (process.platform !== 'linux') {
    const detail = 'the addresses of containers can be reached from a Linux host only'
    return { reachable: false, detail, required }
  }
  try {
    const { info } = await getContainerRuntimeClient()
    const { operatingSystem, serverVersion } = info.containerRuntime
    return { reachable: true, detail: `engine ${serverVersion} on ${operatingSystem}`, required }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { reachable: false, detail: reason, required }
  }
}
