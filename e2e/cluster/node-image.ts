/**
 * Builds the container image of the node without a registry: from scratch, with the Node binary that runs this, the
 * libraries that it is linked with, the node's bundle, and the packages with native code.
 *
 * Where a registry can be reached, the Dockerfile in `apps/node` makes the smaller and better image; the program inside
 * is the same.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cp, mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { BUNDLED_PROGRAM, bundleNode, findNodePackage } from '@sotto/devnet/node-bundle'
import { GenericContainer } from 'testcontainers'
import { copyPackages } from './package-closure.ts'
import { createScratch } from './scratch.ts'

const run = promisify(execFile)
const IMAGE_NAME = 'sotto-node:e2e'
const NATIVE_PACKAGES = ['better-sqlite3', 'sodium-native']

/** Where Node is in the image. */
export const NODE_BINARY = '/bin/node'

const DOCKERFILE = `FROM scratch
COPY root/ /
ENV NODE_ENV=production
ENTRYPOINT ["${NODE_BINARY}", "/app/${BUNDLED_PROGRAM}"]
`

async function copyNodeBinary(root: string): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true })
  await cp(await realpath(process.execPath), join(root, NODE_BINARY))
  // The loader prints each library with its path; the kernel's own has none.
  const { stdout } = await run('ldd', [process.execPath])
  const libraries = new Set(stdout.match(/\/\S+\.so\S*/gu))
  for (const library of libraries) {
    await mkdir(join(root, dirname(library)), { recursive: true })
    await cp(await realpath(library), join(root, library))
  }
}

/** Builds the image and returns its name. The engine's cache makes a second build quick. */
export async function buildNodeImage(): Promise<string> {
  await using context = await createScratch()
  const root = context.at('root')
  await copyNodeBinary(root)
  const app = join(root, 'app')
  await bundleNode(app)
  await copyPackages(NATIVE_PACKAGES, findNodePackage(), join(app, 'node_modules'))
  await Promise.all(['tmp', 'data'].map((name) => mkdir(join(root, name))))
  await writeFile(context.at('Dockerfile'), DOCKERFILE)
  await GenericContainer.fromDockerfile(context.path).build(IMAGE_NAME, { deleteOnExit: false })
  return IMAGE_NAME
}
