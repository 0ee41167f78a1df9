/**
 * The first thing that Sotto is for: one person sends, another reads, over a network of real processes.
 */

import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, createPerson } from '../cluster/person.ts'
import { type Scratch, createScratch } from '../cluster/scratch.ts'

const LONG_TEXT_LENGTH = 10_000
const PATH_HOPS = 3

let network: Network
let scratch: Scratch
let alice: Person
let bob: Person

beforeAll(async () => {
  scratch = await createScratch()
  network = await startNetwork({ seed: 'send-and-read', driver: 'child-process' })
  alice = await createPerson(scratch.at('alice'), network.introspect)
  bob = await createPerson(scratch.at('bob'), network.introspect)
})
afterAll(async () => {
  await network[Symbol.asyncDispose]()
  await scratch[Symbol.asyncDispose]()
})

async function readTexts(person: Person): Promise<readonly string[]> {
  return (await person.read()).map(({ text }) => text)
}

describe('sending and reading between two homes', () => {
  it('delivers to a receiver who was never online before, and says who wrote', async () => {
    const sent = await alice.send(bob.accountId, 'Are you there?')
    const [message] = await bob.read()
    expect(message).toMatchObject({
      from: alice.accountId,
      text: 'Are you there?',
      messageHash: sent.messageHash,
    })
  })

  it('takes a path of three different nodes', async () => {
    const { path } = await alice.send(bob.accountId, 'by three hands')
    expect(new Set(path.map(({ ed25519 }) => ed25519)).size).toBe(PATH_HOPS)
    const known = new Set(network.nodes.map(({ ed25519 }) => ed25519))
    expect(path.every(({ ed25519 }) => known.has(ed25519))).toBe(true)
  })

  it.each([
    ['Cyrillic and emoji', 'Привет, мир 👩‍👩‍👧‍👦 🇺🇦'],
    ['right-to-left and combining marks', 'שָׁלוֹם é a\u0301\u0327'],
    ['line breaks and quotes', 'one\ntwo\t"three" \'four\' \\five'],
    ['a single space', ' '],
  ])('keeps every character of %s', async (_name, text) => {
    await alice.send(bob.accountId, text)
    expect(await readTexts(bob)).toContain(text)
  })

  it('carries a text of 10,000 characters whole', async () => {
    const text = 'Съешь ещё этих мягких французских булок. '
      .repeat(LONG_TEXT_LENGTH)
      .slice(0, LONG_TEXT_LENGTH)
    await alice.send(bob.accountId, text)
    expect(await readTexts(bob)).toContain(text)
  })

  it('refuses an empty text with a sentence, and sends nothing', async () => {
    const before = await readTexts(bob)
    const run = await alice.trySend(bob.accountId, '')
    expect(run.code).not.toBe(0)
    expect(run.stderr.trim().split('\n')).toHaveLength(1)
    expect(await readTexts(bob)).toEqual(before)
  })

  it('answers in the other direction and shows each message once', async () => {
    await bob.send(alice.accountId, 'Here.')
    await alice.read()
    const texts = await readTexts(alice)
    expect(texts.filter((text) => text === 'Here.')).toHaveLength(1)
  })
})
