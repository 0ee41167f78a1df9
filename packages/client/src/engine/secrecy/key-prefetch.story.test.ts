/** What a swarm sees of fetches of keys while somebody writes, and while nobody does (spec 12 §4.6). */
import { OUTBOX_NAMESPACE } from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import { createSecretPeople, HOUR_MS, idOf, versionsFor } from '../../../test/secret-people.ts'
import type { SecretPeople } from '../../../test/secret-people.ts'
import { unwrap } from '../../../test/simulated-person.ts'

const STEP_MS = HOUR_MS / 2
const DAYS = 6
const STEPS = (DAYS * 24 * HOUR_MS) / STEP_MS

interface Observed {
  readonly people: SecretPeople
  /** When some member of Bob's swarm was asked for his keys. */
  readonly fetches: readonly number[]
  /** The same, only while a message was being sent. */
  readonly duringSends: number
}

/** Alice reads every half hour for six days, and writes in the steps that she is told to. */
async function observe(writes: (step: number) => boolean): Promise<Observed> {
  const people = await createSecretPeople('alice', 'bob')
  const { network, alice, bob, poll } = people
  unwrap(await network.settle(alice.messenger.send({ to: idOf(bob), text: 'hello' })))
  const fetches: number[] = []
  for (const { faults } of network.swarmOf(bob.accountBytes))
    faults.answer = (request, honest) => {
      const isOutbox =
        request.method === 'retrieve' &&
        request.params.namespace === OUTBOX_NAMESPACE &&
        request.params.signature === undefined
      if (isOutbox) fetches.push(network.clock.now())
      return honest()
    }
  let duringSends = 0
  for (let step = 1; step <= STEPS; step++) {
    await network.clock.advance(STEP_MS)
    const before = fetches.length
    if (writes(step))
      unwrap(await network.settle(alice.messenger.send({ to: idOf(bob), text: `step ${step}` })))
    duringSends += fetches.length - before
    await poll(alice)
    if (step % 12 === 0) {
      // Bob looks at his outbox himself; that is not what is observed here.
      const mark = fetches.length
      await poll(bob)
      fetches.length = mark
    }
  }
  return { people, fetches, duringSends }
}

describe('somebody who sees all fetches of a contact’s keys', () => {
  it('sees the same ones at the same times, whether she writes twenty times a day or never', async () => {
    const silent = await observe(() => false)
    const busy = await observe((step) => step % 5 === 0 || step % 7 === 0)
    expect(busy.fetches).toEqual(silent.fetches)
    expect(silent.fetches.length).toBeGreaterThan(DAYS)
    const sent = versionsFor(busy.people.network, busy.people.bob)
    expect(sent.length).toBeGreaterThan(20 * (DAYS - 2))
    expect(new Set(sent)).toEqual(new Set([2]))
  })

  it('sees none when a message is sent, for whoever reads every day', async () => {
    const busy = await observe((step) => step % 3 === 0)
    expect(busy.duringSends).toBe(0)
  })
})

describe('opening a conversation', () => {
  it('asks nobody for keys', async () => {
    const { people, fetches } = await observe(() => false)
    const before = fetches.length
    const { conversations } = people.alice.messenger
    conversations.messages(idOf(people.bob), { limit: 50 })
    await people.network.settle(conversations.markRead(idOf(people.bob), Number.MAX_SAFE_INTEGER))
    expect(fetches.length).toBe(before)
  })
})
