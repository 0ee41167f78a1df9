/** Sending and reading with the commands themselves, against a network of real nodes in this process. */
import { mkdtempDisposableSync, type DisposableTempDir } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/program.ts'

const NODES = 8
const NETWORK_MS = 60_000

const hopSchema = z.strictObject({ ed25519: z.string().length(64), address: z.string() })
const pathSchema = z.array(hopSchema).length(3)
const directorySchema = z.strictObject({
  epoch: z.int().min(0),
  freshness: z.literal('fresh'),
  signatures: z.int(),
  authorities: z.int().min(1),
  threshold: z.int(),
  equivocations: z.literal(0),
})
const sentSchema = z.strictObject({
  messageHash: z.string().length(43),
  sentAt: z.int(),
  path: pathSchema,
  storedOn: z.array(z.string().length(64)),
})
const messageSchema = z.strictObject({
  from: z.string().length(66),
  text: z.string(),
  sentAt: z.int(),
  messageHash: z.string().length(43),
  attachments: z.tuple([]),
  preview: z.null(),
})

let network: Network
let scratch: DisposableTempDir

beforeAll(async () => {
  scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-journey-'))
  network = await startNetwork({ nodes: NODES, seed: 'cli', driver: 'in-process' })
}, NETWORK_MS)

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

async function run(...options: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = []
  await createProgram((line) => {
    lines.push(line)
  }).parseAsync(options, { from: 'user' })
  return lines
}

async function runJson(...options: readonly string[]): Promise<unknown> {
  const [line = ''] = await run(...options, '--json')
  return JSON.parse(line)
}

function at(name: string): readonly string[] {
  return ['--home', join(scratch.path, name), '--network', network.introspect]
}

async function createPerson(name: string): Promise<string> {
  const made = await runJson('account', 'create', '--home', join(scratch.path, name))
  return z.object({ accountId: z.string() }).parse(made).accountId
}

async function readMessages(name: string, ...options: readonly string[]) {
  return z.array(messageSchema).parse(await runJson('read', ...at(name), ...options))
}

describe('the commands', () => {
  it(
    'carry a message, with the documents that scripts rely on',
    async () => {
      const alice = await createPerson('alice')
      const bob = await createPerson('bob')
      const text = 'hello, under the voice ✉️'
      const sent = sentSchema.parse(await runJson('send', ...at('alice'), '--to', bob, text))
      const swarm = network.swarmOf(bob).map(({ ed25519 }) => ed25519)
      expect(sent.storedOn.toSorted()).toEqual(swarm.toSorted())
      const [message, ...others] = await readMessages('bob')
      expect(message).toMatchObject({ from: alice, text, messageHash: sent.messageHash })
      expect(others).toEqual([])
    },
    NETWORK_MS,
  )

  it(
    'show every message again, and only new ones with --new',
    async () => {
      const carol = await createPerson('carol')
      await run('send', ...at('alice'), '--to', carol, 'first')
      expect(await readMessages('carol', '--new')).toHaveLength(1)
      await run('send', ...at('alice'), '--to', carol, 'second')
      const fresh = await readMessages('carol', '--new')
      expect(fresh.map(({ text }) => text)).toEqual(['second'])
      expect((await readMessages('carol')).map(({ text }) => text)).toEqual(['first', 'second'])
    },
    NETWORK_MS,
  )

  it(
    'speak to people when no JSON is asked for',
    async () => {
      const dave = await createPerson('dave')
      expect(await run('read', ...at('dave'))).toEqual(['No messages.'])
      const [sent] = await run('send', ...at('alice'), '--to', dave, 'one\ntwo \u001B[2J')
      expect(sent).toMatch(/^Sent\. \d+ nodes proved to keep the message/u)
      const [shown] = await run('read', ...at('dave'))
      expect(shown).toMatch(/ {2}05[0-9a-f]{64}\n {2}one\n {2}two \uFFFD\[2J$/u)
    },
    NETWORK_MS,
  )

  it(
    'follow: a line for each message, those that were there first, until they are stopped',
    async () => {
      const erin = await createPerson('erin')
      await run('send', ...at('alice'), '--to', erin, 'before')
      const arrived = Promise.withResolvers<void>()
      const lines: string[] = []
      const following = createProgram((line) => {
        lines.push(line)
        arrived.resolve()
      }).parseAsync(['read', ...at('erin'), '--follow', '--json'], { from: 'user' })
      await arrived.promise
      process.emit('SIGINT')
      await following
      expect(lines.map((line) => messageSchema.parse(JSON.parse(line)).text)).toEqual(['before'])
      expect(await readMessages('erin', '--new')).toEqual([])
    },
    NETWORK_MS,
  )

  it(
    'show the swarm of an account, and a path',
    async () => {
      const bob = z.array(messageSchema).parse(await runJson('read', ...at('bob')))[0]?.from ?? ''
      const swarm = z
        .strictObject({ accountId: z.string(), swarm: z.string(), nodes: z.array(hopSchema) })
        .parse(await runJson('swarm', bob, '--network', network.introspect))
      const expected = network.swarmOf(bob)
      expect(swarm.nodes).toHaveLength(expected.length)
      expect(swarm.swarm).toBe(expected[0]?.swarm)
      const { path, directory } = z
        .strictObject({ path: pathSchema, directory: directorySchema })
        .parse(await runJson('path', ...at('bob')))
      expect(new Set(path.map(({ ed25519 }) => ed25519)).size).toBe(3)
      expect(directory.signatures).toBeGreaterThanOrEqual(directory.threshold)
    },
    NETWORK_MS,
  )

  it(
    'take a seed in place of introspection',
    async () => {
      const options = ['--home', join(scratch.path, 'alice'), '--seed-url', network.seedUrl]
      expect(
        z.strictObject({ path: pathSchema }).parse(await runJson('path', ...options)),
      ).toBeDefined()
    },
    NETWORK_MS,
  )

  it(
    'reach nodes over HTTPS when the list names no web listener',
    async () => {
      const { NodeTransport } = await import('@sotto/client-node/transport')
      using transport = new NodeTransport()
      const [node] = network.nodes
      const reply = await transport.post({
        target: {
          kind: 'node',
          node: { host: node?.host ?? '', httpsPort: node?.ports.https ?? 0 },
          endpoint: '/storage_rpc/v1',
        },
        body: Buffer.from('{"method":"info","params":{}}'),
        timeoutMs: 5000,
      })
      expect(reply).toMatchObject({ ok: true, value: { status: 200 } })
    },
    NETWORK_MS,
  )
})
