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
    readonly previewNodes: readonly { readonly url: string; readonly ed25519: string }[]
  }
}

const NODES = 12
/** By this name nodes reach web servers of stories. */
export const SITE_NAME = 'news.example'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const network = await startNetwork({
    nodes: NODES,
    seed: 'stories',
    driver: 'child-process',
    files: 2,
    previews: 2,
    // Sites of stories are on this machine, where no preview leads otherwise.
    settings: { SOTTO_PREVIEW_HOSTS: `${SITE_NAME}=127.0.0.1` },
  })
  project.provide('seedUrl', network.seedUrl)
  project.provide('fileServers', network.describe().fileServers ?? [])
  project.provide('previewNodes', network.describe().previewNodes ?? [])
  return async () => {
    await network[Symbol.asyncDispose]()
  }
}
