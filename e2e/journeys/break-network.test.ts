/**
 * Breaking a running network from a terminal, and mending it again.
 */

import { type Introspection, parseIntrospection } from '@sotto/devnet/introspection'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, createPerson } from '../cluster/person.ts'
import { runSotto, runSottoJson } from '../cluster/run-sotto.ts'
import { type Scratch, createScratch } from '../cluster/scratch.ts'

const UP = [
  'net',
  'up',
  '--nodes',
  '6',
  '--base-port',
  '0',
  '--epoch',
  '2s',
  '--seed',
  'break',
  '--detach',
]

let scratch: Scratch
let environment: Record<string, string>
let alice: Person
let bob: Person

async function order(...words: readonly string[]): Promise<Introspection> {
  const network = parseIntrospection(await runSottoJson(['net', ...words], environment))
  if (network === undefined) throw new Error('no introspection')
  return network
}

beforeAll(async () => {
  scratch = await createScratch()
  environment = { SOTTO_STATE: scratch.at('net') }
  const { introspect } = await order(...UP.slice(1))
  alice = await createPerson(scratch.at('alice'), introspect)
  bob = await createPerson(scratch.at('bob'), introspect)
})
afterAll(async () => {
  await runSotto(['net', 'down'], environment)
  await scratch[Symbol.asyncDispose]()
})

function listStates({ nodes }: Introspection): readonly string[] {
  return nodes.map(({ state }) => state)
}

describe('orders from a terminal', () => {
  it('end, pause and bring back nodes', async () => {
    const killed = listStates(await order('kill', '1', 'node-02'))
    expect(killed.join(' ')).toBe('killed killed ready ready ready ready')
    expect(listStates(await order('start', '1,2'))).toEqual(Array(6).fill('ready'))
    expect(listStates(await order('pause', '3'))[2]).toBe('paused')
    expect(listStates(await order('resume', 'all'))[2]).toBe('ready')
  })

  it('make a network slow and wrong that still carries messages', async () => {
    await order('lag', 'all', '50', 'jitter', '10')
    await order('disk-full', '1')
    const broken = await order('lie', '2')
    const lag = 'lag 50 ms ± 10'
    expect(broken.nodes.map(({ conditions }) => conditions)).toEqual([
      [lag, 'disk full'],
      [lag, 'lies'],
      [lag],
      [lag],
      [lag],
      [lag],
    ])
    await alice.send(bob.accountId, 'in spite of it all')
    expect((await bob.read()).map(({ text }) => text)).toEqual(['in spite of it all'])
    await order('disk-full', 'all', 'off')
    await order('lie', 'all', 'off')
    const mended = await order('heal')
    expect(mended.nodes.flatMap(({ conditions }) => conditions)).toEqual([])
  })

  it('let a node join that serves, and another leave', async () => {
    const larger = await order('join')
    expect(larger.nodes.at(-1)).toMatchObject({ name: 'node-07', state: 'ready' })
    await order('leave', '1')
    await bob.send(alice.accountId, 'to the others')
    expect((await alice.read()).map(({ text }) => text)).toContain('to the others')
  })

  it('say in one sentence what is wrong with them', async () => {
    const unknown = await runSotto(['net', 'kill', '99'], environment)
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toMatch(/^No node is called 99; there are node-02, .*\.\n$/u)
    const wrong = await runSotto(['net', 'lag', 'all', '2h'], environment)
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toMatch(/^lag: .*\n$/u)
  })

  it('show in the status what they left behind', async () => {
    await order('skew', '3', '-90000')
    await order('time', 'step', '60000')
    await order('partition', '2,3', '4,5')
    const status = await runSotto(['net', 'status'], environment)
    expect(status.stdout).toContain('node-02  cut off from 2')
    expect(status.stdout).toContain('node-03  cut off from 2, clock −90000 ms')
    expect(status.stdout).toContain("The network's clock is 60000 ms ahead of this machine's.")
    await order('time', 'now')
    await order('skew', '3', '0')
    await order('heal')
    expect((await runSotto(['net', 'status'], environment)).stdout).not.toContain('wrong')
  })
})
