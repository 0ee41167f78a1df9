/**
 * Any two nodes of the receiver's swarm may die: a message sent before or after that still arrives.
 */

import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, createPerson } from '../cluster/person.ts'
import { type Scratch, createScratch } from '../cluster/scratch.ts'

let network: Network
let scratch: Scratch
let alice: Person
let bob: Person

beforeAll(async () => {
  scratch = await createScratch()
  network = await startNetwork({ seed: 'swarm-loss', driver: 'child-process' })
  alice = await createPerson(scratch.at('alice'), network.introspect)
  bob = await createPerson(scratch.at('bob'), network.introspect)
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

// Members of the receiver's swarm by position: neighbours, ends, and the middle.
const PAIRS = [
  [0, 1],
  [0, 5],
  [2, 3],
  [1, 4],
] as const

describe('losing two nodes of the receiver’s swarm', () => {
  it.each(PAIRS)('delivers with members %d and %d killed', async (first, second) => {
    const members = network.swarmOf(bob.accountId)
    const victims = [members[first], members[second]].flatMap((node) => node?.name ?? [])
    expect(victims).toHaveLength(2)
    const before = `sent before ${first} and ${second} died`
    const after = `sent after ${first} and ${second} died`
    await alice.send(bob.accountId, before)
    await Promise.all(victims.map((name) => network.kill(name)))
    await alice.send(bob.accountId, after)
    const texts = (await bob.read()).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining([before, after]))
    await Promise.all(victims.map((name) => network.start(name)))
  })

  it('lets a newcomer join while two nodes are dead', async () => {
    const victims = network.swarmOf(bob.accountId).slice(0, 2)
    await Promise.all(victims.map(({ name }) => network.kill(name)))
    const carol = await createPerson(scratch.at('carol'), network.introspect)
    await carol.send(bob.accountId, 'hello from a newcomer')
    expect((await bob.read()).map(({ text }) => text)).toContain('hello from a newcomer')
    await Promise.all(victims.map(({ name }) => network.start(name)))
  })
})
