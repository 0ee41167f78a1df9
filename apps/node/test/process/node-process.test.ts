/** The program `main.ts` as a process: its staging, its signals, its parent. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EPOCH_MS_DEFAULT } from '@sotto/protocol/directory'
import { describe, expect, it } from 'vitest'
import { deriveNodeIdentity } from '../../src/node-identity.ts'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { sendRaw } from '../network/raw-http.ts'
import {
  createTestEnvironment,
  createTestFolder,
  describeNode,
  signTestEpoch,
} from '../network/test-nodes.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
/** Later epochs have not begun. */
const EPOCHS_MAX = 10
const SEED = createSeededRandomness('process').bytes(32)
const START_MS = 60_000

interface Ports {
  readonly https: number
  readonly web: number
  readonly peer: number
}

interface NodeProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly exited: Promise<number | NodeJS.Signals | null>
  readonly output: () => string
  receive(type: string): Promise<Record<string, unknown>>
  /** A pipe may deliver later than the channel: whoever reads the output waits for it. */
  says(text: string): Promise<void>
}

function startProcess(environment: Readonly<Record<string, string>>, ipc = true): NodeProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  })
  let output = ''
  const ended = [child.stdout, child.stderr].map(async (stream) => {
    if (stream === null) return
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await once(stream, 'end')
  })
  const messages: Record<string, unknown>[] = []
  child.on('message', (message: Record<string, unknown>) => messages.push(message))
  // A process may end before its pipes have been read to their ends.
  const exited = Promise.all([once(child, 'exit'), ...ended]).then(
    ([[code, signal]]) => (code ?? signal) as number | null,
  )
  return {
    child,
    exited,
    output: () => output,
    async receive(type) {
      for (;;) {
        const index = messages.findIndex((message) => message['type'] === type)
        if (index !== -1) return messages.splice(index, 1)[0] ?? {}
        await Promise.race([
          once(child, 'message'),
          exited.then(() => Promise.reject(new Error(`it ended: ${output}`))),
        ])
      }
    },
    async says(text) {
      while (!output.includes(text)) {
        await Promise.race([
          once(child.stdout ?? child, 'data'),
          exited.then(() => Promise.reject(new Error(`it ended: ${output}`))),
        ])
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

async function startStaged() {
  const folder = await createTestFolder()
  const environment = createTestEnvironment(folder.path, {
    SOTTO_NODE_SEED: Buffer.from(SEED).toString('hex'),
  })
  const node = startProcess(environment)
  const { ports } = (await node.receive('listening')) as { readonly ports: Ports }
  const identity = deriveNodeIdentity(SEED)
  const record = describeNode({ identity, ports } as Parameters<typeof describeNode>[0], 0n)
  const firstMs = Date.now() - EPOCHS_MAX * EPOCH_MS_DEFAULT
  const writeEpoch = (epoch: number): Promise<void> => {
    const startsAt = firstMs + epoch * EPOCH_MS_DEFAULT
    return writeFile(
      environment['SOTTO_DIRECTORY_FILE'] ?? '',
      signTestEpoch([record], { epoch, startsAt }),
    )
  }
  return { folder, node, ports, writeEpoch }
}

function ask(ports: Ports) {
  const body = JSON.stringify({ method: 'get_swarm', params: { pubkey: `05${'a1'.repeat(32)}` } })
  return sendRaw({ port: ports.web, path: '/storage_rpc/v1', body })
}

describe('the process of a node', () => {
  it(
    'listens, is not ready without a directory, and is ready with one',
    { timeout: START_MS },
    async () => {
      const { folder, node, ports, writeEpoch } = await startStaged()
      await using _folder = folder
      await using _node = node
      expect((await ask(ports)).status).toBe(503)
      await writeEpoch(1)
      node.child.send({ type: 'reload' })
      await node.receive('ready')
      expect((await ask(ports)).status).toBe(200)
      await node.says('"event":"listening"')
      await node.says('"event":"ready"')
    },
  )

  it(
    'reloads its directory on SIGHUP, and keeps the old one when the new is bad',
    { timeout: START_MS },
    async () => {
      const { folder, node, ports, writeEpoch } = await startStaged()
      await using _folder = folder
      await using _node = node
      await writeEpoch(5)
      node.child.kill('SIGHUP')
      await node.receive('ready')
      await writeEpoch(4)
      node.child.kill('SIGHUP')
      await node.says('epoch_older')
      expect((await ask(ports)).status).toBe(200)
      await writeEpoch(7)
      node.child.kill('SIGHUP')
      await node.says('"height":7')
    },
  )

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order on %s, with code 0',
    { timeout: START_MS },
    async (signal) => {
      const { folder, node, ports } = await startStaged()
      await using _folder = folder
      node.child.kill(signal)
      expect(await node.exited).toBe(0)
      expect(node.output()).toContain('"event":"stopped"')
      await expect(ask(ports)).rejects.toThrow(/ECONNREFUSED/u)
    },
  )

  it(
    'ends when its parent is gone, so that no network leaves processes behind',
    { timeout: START_MS },
    async () => {
      const { folder, node } = await startStaged()
      await using _folder = folder
      node.child.disconnect()
      expect(await node.exited).toBe(0)
    },
  )

  it(
    'says which setting is missing and never what a setting held',
    { timeout: START_MS },
    async () => {
      await using folder = await createTestFolder()
      const secret = 'not-a-seed-but-secret'
      const environment = createTestEnvironment(folder.path, { SOTTO_NODE_SEED: secret })
      await using node = startProcess(environment)
      expect(await node.exited).toBe(2)
      expect(node.output()).toContain('SOTTO_NODE_SEED')
      expect(node.output()).not.toContain(secret)
    },
  )

  it('runs without a parent channel', { timeout: START_MS }, async () => {
    await using folder = await createTestFolder()
    await using node = startProcess(createTestEnvironment(folder.path), false)
    await node.says('"event":"listening"')
    node.child.kill('SIGTERM')
    expect(await node.exited).toBe(0)
  })
})
