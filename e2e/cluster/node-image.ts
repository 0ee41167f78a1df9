/**
 * Builds the container image of the node without a registry: from scratch, with the Node binary that runs this, the
 * libraries that it is linked with, the node's bundle, and the packages with native code.
 *
 * Where a registry can be reached, `apps/node/Dockerfile` makes the image to run in earnest: on a system that gets security
 * updates, not as root. The program inside is the same.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cp, mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import {
  BUNDLED_PROGRAMS,
  type NodeProgram,
  bundleNode,
  findNodePackage,
} from '@sotto/devnet/node-bundle'
import { GenericContainer } from 'testcontainers'
import { ENGINE_LABEL, connectContainerEngine } from './container-engine.ts'
import { copyPackages } from './package-closure.ts'
import { createScratch } from './scratch.ts'

const run = promisify(execFile)
const NATIVE_PACKAGES = ['better-sqlite3', 'sodium-native']

const NODE_BINARY = '/bin/node'

// The label finds what a run that was killed has left, its containers too.
function writeDockerfile(program: NodeProgram): string {
  return `FROM scratch
LABEL ${ENGINE_LABEL}=true
COPY root/ /
ENV NODE_ENV=production
ENTRYPOINT ["${NODE_BINARY}", "/app/${BUNDLED_PROGRAMS[program]}"]
`
}

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

/** An image that goes with its test. */
export interface NodeImage extends AsyncDisposable {
  readonly name: string
  readonly program: NodeProgram
}

/**
 * Builds the image of this program.
 *
 * Its name is new every time: testcontainers does not tell when the engine gives up a build, and the image of an earlier
 * run would then be taken for this one.
 */
export async function buildNodeImage(program: NodeProgram = 'production'): Promise<NodeImage> {
  const client = await connectContainerEngine()
  await using context = await createScratch()
  const root = context.at('root')
  await copyNodeBinary(root)
  const app = join(root, 'app')
  await bundleNode(app, program)
  await copyPackages(NATIVE_PACKAGES, findNodePackage(), join(app, 'node_modules'))
  await Promise.all(['tmp', 'data'].map((name) => mkdir(join(root, name))))
  await writeFile(context.at('Dockerfile'), writeDockerfile(program))
  const name = `sotto-node:e2e-${randomUUID()}`
  await GenericContainer.fromDockerfile(context.path).build(name, { deleteOnExit: false })
  return {
    name,
    program,
    async [Symbol.asyncDispose]() {
      await client.container.dockerode.getImage(name).remove()
    },
  }
}
