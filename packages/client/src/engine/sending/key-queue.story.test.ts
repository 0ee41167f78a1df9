/** A message whose recipient's keys are not known waits for them, says so, and goes out by itself (spec 12 §4.1, §4.2, §4.5). */
import { OUTBOX_NAMESPACE } from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import {
  createSecretPeople,
  HOUR_MS,
  idOf,
  outboxesOf,
  type SecretPeople,
  versionsFor,
} from '../../../test/secret-people.ts'
import { codeOf, type SimulatedPerson, unwrap } from '../../../test/simulated-person.ts'
import { WAITING_MAX } from '../../storage/waiting-content-table.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * HOUR_MS

type Said = 'honest' | 'failed' | 'empty'

/** How members of Bob's swarm answer about his keys; gives how often they were asked. */
function answerAboutKeys(people: SecretPeople, say: (member: number) => Said): () => number {
  const { network, bob } = people
  let asked = 0
  for (const [member, { faults }] of network.swarmOf(bob.accountBytes).entries())
    faults.answer = (request, honest) => {
      const isOutbox =
        request.method === 'retrieve' && request.params.namespace === OUTBOX_NAMESPACE
      if (!isOutbox) return honest()
      asked += 1
      const nowMs = network.clock.now()
      const said = say(member)
      if (said === 'failed') return { status: 500, body: 'no' }
      if (said === 'honest') return honest()
      return { status: 200, body: { messages: [], more: false, t: nowMs, hf: [19, 4] } }
    }
  return () => asked
}

function send({ network, alice, bob }: SecretPeople, text: string) {
  return network.settle(alice.messenger.send({ to: idOf(bob), text }))
}

function lastOf({ alice, bob }: SecretPeople) {
  const [message] = alice.messenger.conversations.messages(idOf(bob), { limit: 1 })
  if (message === undefined) throw new Error('a message')
  return { ...message, delivery: alice.messenger.conversations.delivery(message) }
}

async function pollAs(people: SecretPeople, messenger: SimulatedPerson['messenger']) {
  return unwrap(await people.network.settle(messenger.poll()))
}

/** Bob has keys, and nobody says so. */
async function createSilence(): Promise<SecretPeople & { readonly asked: () => number }> {
  const people = await createSecretPeople('alice', 'bob')
  return { ...people, asked: answerAboutKeys(people, () => 'failed') }
}

describe('what a sender knows (spec 12 §4.1)', () => {
  it('fresh: is used, and nobody is asked', async () => {
    const people = await createSecretPeople('alice', 'bob')
    unwrap(await send(people, 'first'))
    const asked = answerAboutKeys(people, () => 'honest')
    await people.network.clock.advance(10 * HOUR_MS)
    unwrap(await send(people, 'second'))
    expect(asked()).toBe(0)
    expect(versionsFor(people.network, people.bob)).toEqual([2, 2])
  })

  it('stale: is used at once, although nobody answers who is asked for a newer one', async () => {
    const people = await createSecretPeople('alice', 'bob')
    unwrap(await send(people, 'first'))
    const asked = answerAboutKeys(people, () => 'failed')
    await people.network.clock.advance(30 * HOUR_MS)
    unwrap(await send(people, 'second'))
    expect(asked()).toBe(0)
    await people.poll(people.alice)
    expect(asked()).toBeGreaterThan(0)
    expect(versionsFor(people.network, people.bob)).toEqual([2, 2])
  })

  it('expired: a failed fetch keeps it queued, and the next that does not fail sends it with forward secrecy', async () => {
    const people = await createSecretPeople('alice', 'bob')
    unwrap(await send(people, 'first'))
    await people.network.clock.advance(49 * HOUR_MS)
    await people.poll(people.bob)
    answerAboutKeys(people, () => 'failed')
    expect(codeOf(await send(people, 'second'))).toBe('awaiting_keys')
    answerAboutKeys(people, () => 'honest')
    await people.network.clock.advance(MINUTE_MS)
    await people.poll(people.alice, people.bob)
    expect(people.bob.texts()).toEqual(['first', 'second'])
    expect(versionsFor(people.network, people.bob)).toEqual([2, 2])
  })

  it('nothing there an hour ago: the first version, and nobody is asked again within it', async () => {
    const people = await createSecretPeople('alice')
    const asked = answerAboutKeys(people, () => 'honest')
    unwrap(await send(people, 'first'))
    const before = asked()
    await people.network.clock.advance(HOUR_MS - MINUTE_MS)
    unwrap(await send(people, 'second'))
    expect(asked()).toBe(before)
    await people.network.clock.advance(2 * MINUTE_MS)
    unwrap(await send(people, 'third'))
    expect(asked()).toBeGreaterThan(before)
    expect(versionsFor(people.network, people.bob)).toEqual([1, 1, 1])
  })

  it('nothing: two members are asked first, and it goes out under what they show', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const asked = answerAboutKeys(people, () => 'honest')
    unwrap(await send(people, 'first'))
    expect(asked()).toBe(2)
    expect(versionsFor(people.network, people.bob)).toEqual([2])
  })

  it('nothing, and no answer: it is queued', async () => {
    const people = await createSilence()
    expect(codeOf(await send(people, 'first'))).toBe('awaiting_keys')
    expect(lastOf(people)).toMatchObject({ state: 'queued', text: 'first' })
    expect(versionsFor(people.network, people.bob)).toEqual([])
  })

  it('nothing, and one member’s word alone: it is queued, for the others may know better', async () => {
    const people = await createSecretPeople('alice', 'bob')
    answerAboutKeys(people, (member) => (member === 0 ? 'empty' : 'failed'))
    const sent = await send(people, 'first')
    expect(codeOf(sent)).toBe('awaiting_keys')
    expect(versionsFor(people.network, people.bob)).toEqual([])
    answerAboutKeys(people, () => 'honest')
    await people.network.clock.advance(MINUTE_MS)
    await people.poll(people.alice)
    expect(versionsFor(people.network, people.bob)).toEqual([2])
  })
})

describe('a message that waits for keys', () => {
  it('says why, and when they are asked for again', async () => {
    const people = await createSilence()
    await send(people, 'hello')
    const nowMs = people.network.clock.now()
    const { delivery } = lastOf(people)
    expect(delivery).toMatchObject({ state: 'awaiting_keys', reason: 'node_failed' })
    if (delivery?.state !== 'awaiting_keys') throw new Error('it waits')
    expect(delivery.nextAttemptMs).toBeGreaterThan(nowMs)
    expect(delivery.nextAttemptMs).toBeLessThanOrEqual(nowMs + MINUTE_MS)
  })

  it('is sent by itself with a later round, and the round says that it changed', async () => {
    const people = await createSilence()
    await send(people, 'hello')
    answerAboutKeys(people, () => 'honest')
    await people.network.clock.advance(MINUTE_MS)
    const events = await pollAs(people, people.alice.messenger)
    const { conversation, author, sentAtMs, state, delivery } = lastOf(people)
    expect({ state, delivery }).toEqual({ state: 'sent', delivery: { state: 'sent' } })
    const names = events.flatMap((event) => (event.kind === 'changed' ? [event.name] : []))
    expect(names).toMatchObject([{ conversation, author, sentAtMs }])
    await people.poll(people.bob)
    expect(people.bob.texts()).toEqual(['hello'])
  })

  it('survives a restart, and the program that starts tries at once', async () => {
    const people = await createSilence()
    await send(people, 'hello')
    answerAboutKeys(people, () => 'honest')
    await pollAs(people, people.alice.restart())
    expect(lastOf(people).state).toBe('sent')
    expect(versionsFor(people.network, people.bob)).toEqual([2])
  })

  it('is asked for less and less often, and never more than every quarter of an hour', async () => {
    const people = await createSilence()
    await send(people, 'hello')
    const before = people.asked()
    for (let minute = 0; minute < 6 * 60; minute++) {
      await people.network.clock.advance(MINUTE_MS)
      await people.poll(people.alice)
    }
    // Each time four members fail one after the other.
    const rounds = (people.asked() - before) / 4
    expect(rounds).toBeGreaterThan(20)
    expect(rounds).toBeLessThan(32)
    expect(lastOf(people).state).toBe('queued')
  })

  it('goes before what is written later, and in the order in which it was written', async () => {
    const people = await createSilence()
    await send(people, 'one')
    await send(people, 'two')
    answerAboutKeys(people, () => 'honest')
    unwrap(await send(people, 'three'))
    await people.poll(people.bob)
    expect(people.bob.texts()).toEqual(['one', 'two', 'three'])
    expect(versionsFor(people.network, people.bob)).toEqual([2, 2, 2])
  })

  it.each([
    [
      'deletes it',
      (people: SecretPeople) =>
        people.alice.messenger.conversations.deleteHere([lastOf(people)]).then(() => undefined),
    ],
    [
      'deletes the conversation',
      (people: SecretPeople) => {
        people.alice.history.eraseConversation(idOf(people.bob), Number.MAX_SAFE_INTEGER)
        return Promise.resolve()
      },
    ],
  ])('never goes out after a person %s', async (_, erase) => {
    const people = await createSilence()
    await send(people, 'regretted')
    await people.network.settle(erase(people))
    answerAboutKeys(people, () => 'honest')
    await people.network.clock.advance(HOUR_MS)
    await people.poll(people.alice)
    expect(versionsFor(people.network, people.bob)).toEqual([])
  })

  it('counts as failed after a fortnight', async () => {
    const people = await createSilence()
    await send(people, 'hello')
    await people.network.clock.advance(15 * DAY_MS)
    const events = await pollAs(people, people.alice.messenger)
    expect(lastOf(people).state).toBe('failed')
    expect(events.filter(({ kind }) => kind === 'changed')).toHaveLength(1)
    expect(people.alice.history.waiting.listAccounts()).toEqual([])
  })

  it('fails at once where too many wait, and those that wait stay', async () => {
    const people = await createSilence()
    const { alice, bob } = people
    await send(people, 'waits')
    const [first] = alice.history.waiting.list(idOf(bob))
    if (first === undefined) throw new Error('it waits')
    for (let added = 1; added < WAITING_MAX; added++)
      expect(alice.history.waiting.add({ ...first, sentAtMs: added })).toBe(true)
    expect(codeOf(await send(people, 'too many'))).toBe('node_failed')
    expect(lastOf(people)).toMatchObject({ text: 'too many', state: 'failed' })
    expect(alice.history.waiting.list(idOf(bob))).toHaveLength(WAITING_MAX)
  })

  it('does not wait with what is over when keys come: that somebody types', async () => {
    const people = await createSilence()
    const { alice, bob, network } = people
    alice.messenger.settings.update({ sendsTyping: true })
    await send(people, 'so that he is a contact')
    expect(await network.settle(alice.messenger.setTyping(idOf(bob), true))).toBe(false)
    expect(alice.history.waiting.list(idOf(bob))).toHaveLength(1)
  })

  it('goes out once, though two programs of the device try at the same time', async () => {
    const people = await createSilence()
    await send(people, 'hello')
    answerAboutKeys(people, () => 'honest')
    const programs = [people.alice.restart(), people.alice.restart()]
    await people.network.settle(Promise.all(programs.map((program) => program.poll())))
    expect(versionsFor(people.network, people.bob)).toEqual([2])
  })
})

describe('a member of the swarm that says that a contact has no keys', () => {
  it.each([
    ['and the others say nothing', (member: number): Said => (member === 0 ? 'empty' : 'failed')],
    [
      'and the others tell the truth',
      (member: number): Said => (member === 0 ? 'empty' : 'honest'),
    ],
  ])('takes nothing away, %s, in three days of writing', async (_, say) => {
    const people = await createSecretPeople('alice', 'bob')
    unwrap(await send(people, 'first'))
    answerAboutKeys(people, say)
    for (let hour = 0; hour < 72; hour += 4) {
      await people.network.clock.advance(4 * HOUR_MS)
      await people.poll(people.alice, people.bob)
      await send(people, `hour ${hour}`)
    }
    answerAboutKeys(people, () => 'honest')
    await people.network.clock.advance(HOUR_MS)
    await people.poll(people.alice, people.bob)
    expect(people.bob.texts()).toHaveLength(19)
    expect(people.alice.history.protections.find(idOf(people.bob), 'sent')?.form).toBe(
      'forward-secret',
    )
    expect(new Set(versionsFor(people.network, people.bob))).toEqual(new Set([2]))
    expect(outboxesOf(people.network, people.bob).flat().length).toBeGreaterThan(0)
  })
})
