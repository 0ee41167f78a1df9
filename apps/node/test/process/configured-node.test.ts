/** The program `main.ts` with a configuration file, and what it says to an operator who got something wrong. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createHome } from '../../src/home/create-home.ts'
import { createTestEnvironment, createTestFolder } from '../network/test-nodes.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const START_MS = 60_000

async function createNode(settings: Readonly<Record<string, string>> = {}, isAuthority = false) {
  const folder = await createTestFolder()
  const home = join(folder.path, 'node')
  const { SOTTO_DATA_DIR: _folder, ...environment } = createTestEnvironment(folder.path, settings)
  const keys = await createHome(home, {
    settings: new Map(Object.entries(environment)),
    isAuthority,
  })
  return { home, keys, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

function start(home: string, environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, SOTTO_CONFIG_FILE: join(home, 'node.env'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return {
    child,
    listening: once(child.stdout, 'data'),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function fail(home: string, environment: Readonly<Record<string, string>> = {}) {
  await using node = start(home, environment)
  const exited = once(node.child, 'exit')
  const message = await text(node.child.stderr)
  await exited
  return { code: node.child.exitCode, message }
}

describe('the program with a configuration file', { timeout: START_MS }, () => {
  it('runs the node of its folder, and refuses to run it twice', async () => {
    await using node = await createNode()
    await using first = start(node.home)
    await first.listening
    const second = await fail(node.home)
    expect(second).toMatchObject({ code: 1 })
    expect(second.message).toBe(
      `A node runs on ${node.home} already, with process id ${first.child.pid}.\n`,
    )
  })

  it('takes the folder over from a node that was killed', async () => {
    await using node = await createNode()
    {
      await using first = start(node.home)
      await first.listening
    }
    expect(await readFile(join(node.home, 'node.pid'), 'utf8')).toMatch(/^\d+\n$/u)
    await using second = start(node.home)
    const [line] = (await second.listening) as [Buffer]
    expect(line.toString()).toContain('"event":"listening"')
  })

  it('outlives a SIGHUP that comes while it starts', async () => {
    await using node = await createNode()
    await using first = start(node.home)
    await expect
      .poll(() => existsSync(join(node.home, 'node.pid')), { timeout: START_MS })
      .toBe(true)
    first.child.kill('SIGHUP')
    const [line] = (await first.listening) as [Buffer]
    expect(line.toString()).toContain('"event":"listening"')
    expect(first.child.exitCode ?? first.child.signalCode).toBeNull()
  })

  it('names variable and line of a setting that is wrong, and ends with code 2', async () => {
    await using node = await createNode()
    const path = join(node.home, 'node.env')
    await writeFile(path, '# mine\nSOTTO_NETWORK_ID=0a\n')
    expect(await fail(node.home)).toMatchObject({
      code: 2,
      message: expect.stringContaining(`${path} line 2: SOTTO_NETWORK_ID is not valid.`) as unknown,
    })
  })

  it('says that the threshold does not fit the keys', async () => {
    await using node = await createNode({ SOTTO_DIRECTORY_THRESHOLD: '2' })
    const { code, message } = await fail(node.home)
    expect(code).toBe(1)
    expect(message).toMatch(/^SOTTO_DIRECTORY_KEYS and SOTTO_DIRECTORY_THRESHOLD do not fit/u)
  })

  it('says that a port is taken, and by which setting it was asked for', async () => {
    await using node = await createNode()
    await using server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    const { code, message } = await fail(node.home, { SOTTO_PEER_PORT: port })
    expect(code).toBe(1)
    expect(message).toContain(`:${port} (SOTTO_PEER_PORT): another program listens there.`)
  })

  it.each(['node.seed', 'authority.seed'])(
    'says that %s is damaged, and leaves it',
    async (name) => {
      await using node = await createNode({}, true)
      const path = join(node.home, name)
      await writeFile(path, 'damaged')
      const { code, message } = await fail(node.home)
      expect(code).toBe(1)
      expect(message).toMatch(new RegExp(`^${path} holds no seed`, 'u'))
      expect(await readFile(path, 'utf8')).toBe('damaged')
    },
  )

  it('says that its folder cannot be used, without a stack trace', async () => {
    await using node = await createNode()
    const path = join(node.home, 'node.env', 'below')
    expect(await fail(node.home, { SOTTO_DATA_DIR: path })).toEqual({
      code: 1,
      message: `${path} cannot be written to (ENOTDIR); a node keeps its data there.\n`,
    })
  })
})
