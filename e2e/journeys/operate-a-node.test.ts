/**
 * What an operator does with a node that runs: looks how it is, has it scraped, and takes it out of the network without losing a
 * message.
 */

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type OperatedNode, startOperatedNode } from '../cluster/operated-node.ts'
import { createPerson, type Person } from '../cluster/person.ts'
import { runSotto, runSottoJson } from '../cluster/run-sotto.ts'
import { createScratch, type Scratch } from '../cluster/scratch.ts'

/** Long enough that the three epochs of leaving are not over before a busy machine has asked once. */
const EPOCH_MS = 4000
const TEXT = 'sent while the node was a member'

const statusSchema = z.object({
  node: z.string(),
  standing: z.object({ state: z.string() }),
  drain: z.object({ isDraining: z.boolean() }),
  swarm: z.object({ isCaughtUp: z.boolean(), members: z.array(z.unknown()) }),
  storage: z.object({ messages: z.int() }),
})
const drainSchema = z.object({ isDrained: z.boolean(), unconfirmed: z.int().nullable() })

let network: Network
let scratch: Scratch
let running: OperatedNode
let port: number
let bob: Person

async function findFreePort(): Promise<number> {
  await using server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Whatever the exit code: it tells of troubles. */
async function readStatus(): Promise<z.infer<typeof statusSchema>> {
  const run = await runSotto(['node', 'status', '--home', scratch.at('node'), '--json'])
  return statusSchema.parse(JSON.parse(run.stdout))
}

async function scrape(): Promise<string> {
  const token = (await readFile(scratch.at('node', 'operator.token'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text()
}

beforeAll(async () => {
  scratch = await createScratch()
  network = await startNetwork({ nodes: 5, seed: 'operate-a-node', epochMs: EPOCH_MS })
  port = await findFreePort()
  const ports = ['https', 'web', 'peer'].flatMap((name) => [`--${name}-port`, '0'])
  const place = ['--home', scratch.at('node'), '--network', network.introspect]
  await runSottoJson(['node', 'init', ...place, ...ports, '--operator-port', String(port)])
  running = startOperatedNode(scratch.at('node'))
  await running.findLine('caught_up')
  const alice = await createPerson(scratch.at('alice'), network.introspect)
  bob = await createPerson(scratch.at('bob'), network.introspect)
  await alice.send(bob.accountId, TEXT)
})
afterAll(async () => {
  await running[Symbol.asyncDispose]()
  await network[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

describe('an operator of a running node', () => {
  it('sees that it serves, among whom, and that nothing is to be done', async () => {
    await running.findLine('directory_loaded', async () =>
      /^node_messages [1-9]/mu.test(await scrape()),
    )
    const run = await runSotto(['node', 'status', '--home', scratch.at('node')])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('Nothing needs you.')
    expect(run.stdout).toMatch(/state +active: it serves/u)
    const status = await readStatus()
    expect(status.swarm.members).toHaveLength(5)
    expect(status.drain.isDraining).toBe(false)
  })

  it('has it scraped with the token in its folder, and nobody else can', async () => {
    const text = await scrape()
    expect(text).toContain('\nnode_state{state="active"} 1\n')
    expect(text).toContain('\nnode_troubles 0\n')
    expect(text).toMatch(/\nnode_messages [1-9]/u)
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(401)
  })

  it('is told that a node which does not run does not answer', async () => {
    const home = scratch.at('other')
    await runSottoJson(['node', 'init', '--home', home, '--network', network.introspect])
    const run = await runSotto(['node', 'status', '--home', home, '--json'])
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'operator_off' } })
  })

  it('takes it out of the network, and its messages stay', async () => {
    const home = ['--home', scratch.at('node')]
    const drained = drainSchema.parse(await runSottoJson(['node', 'drain', ...home, '--wait']))
    expect(drained).toEqual({ isDrained: true, unconfirmed: 0 })
    expect(['leaving', 'left', 'unlisted']).toContain((await readStatus()).standing.state)
    expect(await running.stop('SIGTERM')).toBe(0)
    expect((await bob.read()).map(({ text }) => text)).toContain(TEXT)
    const after = await runSotto(['node', 'status', ...home])
    expect(after.code).toBe(1)
    expect(after.stderr).toContain('The node does not answer.')
  })
})
