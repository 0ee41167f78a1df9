/**
 * One local network for all stories: what people do to each other does not depend on being alone in it.
 *
 * @module
 */

import { startNetwork } from '@sotto/devnet/network'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    readonly seedUrl: string
    /** Keys in hex. */
    readonly fileServers: readonly { readonly url: string; readonly ed25519: string }[]
  }
}

const NODES = 12

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const network = await startNetwork({
    nodes: NODES,
    seed: 'stories',
    driver: 'child-process',
    files: 2,
  })
  project.provide('seedUrl', network.seedUrl)
  project.provide('fileServers', network.describe().fileServers ?? [])
  return async () => {
    await network[Symbol.asyncDispose]()
  }
}
