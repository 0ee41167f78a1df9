/** Two people whose messages need keys that live for half a day, and one who does not know of such keys (spec 12). */
import { decodeOutbox } from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import {
  createSecretPeople,
  HOUR_MS,
  idOf,
  outboxesOf,
  versionsFor,
} from '../../../test/secret-people.ts'
import { createPerson, unwrap } from '../../../test/simulated-person.ts'

describe('two people with keys', () => {
  it('write to each other in the second version alone, copies for themselves too', async () => {
    const { network, alice, bob, poll, say, protection } = await createSecretPeople('alice', 'bob')
    await say(alice, bob, 'hello')
    await poll(bob)
    await say(bob, alice, 'hello, alice')
    await poll(alice)
    expect(bob.texts()).toEqual(['hello'])
    expect(alice.texts()).toEqual(['hello, alice'])
    expect(new Set([...versionsFor(network, alice), ...versionsFor(network, bob)])).toEqual(
      new Set([2]),
    )
    for (const [of, other] of [[alice, bob] as const, [bob, alice] as const])
      expect(protection(of, other)).toMatchObject({
        confidentiality: 'pq-hybrid',
        reason: 'both_directions',
      })
  })

  it('go on over rotations, also with what was sealed to a key that was replaced', async () => {
    const { network, alice, bob, poll, say } = await createSecretPeople('alice', 'bob')
    await say(alice, bob, 'under the first key')
    const first = bob.history.accountKeys.list()
    await network.clock.advance(14 * HOUR_MS)
    await poll(bob)
    expect(bob.history.accountKeys.list()).toHaveLength(first.length + 1)
    await say(alice, bob, 'with a cached key')
    await network.clock.advance(30 * HOUR_MS)
    await poll(bob)
    // Alice used a key of the second day, so that she asks again with her next round.
    await say(alice, bob, 'with a stale key')
    await poll(alice)
    await say(alice, bob, 'with the newest key')
    await poll(bob)
    expect(bob.texts()).toEqual([
      'under the first key',
      'with a cached key',
      'with a stale key',
      'with the newest key',
    ])
  })

  it('keep their keys over a restart, and publish nothing twice', async () => {
    const { network, alice, bob, say } = await createSecretPeople('alice', 'bob')
    await say(alice, bob, 'before')
    const before = outboxesOf(network, bob)
    await bob.messenger.close()
    const again = bob.restart()
    unwrap(await network.settle(again.poll()))
    expect(again.conversations.messages(idOf(alice), { limit: 9 })).toMatchObject([
      { text: 'before' },
    ])
    expect(outboxesOf(network, bob)).toEqual(before)
    expect(again.protections.status()).toMatchObject({ isOn: true, isPublished: true, keysHeld: 1 })
  })

  it('replace a key by order too', async () => {
    const { alice, bob, poll, say } = await createSecretPeople('alice', 'bob')
    expect(bob.messenger.protections.rotate()).toBe(true)
    await poll(bob)
    expect(bob.messenger.protections.status()).toMatchObject({ keysHeld: 2, isPublished: true })
    await say(alice, bob, 'hello')
    await poll(bob)
    expect(bob.texts()).toEqual(['hello'])
  })
})

describe('somebody without keys', () => {
  it('is written to in the first version, and understands everything', async () => {
    const { network, alice, bob, poll, say, protection } = await createSecretPeople('alice')
    await say(alice, bob, 'hello')
    await poll(bob)
    expect(bob.texts()).toEqual(['hello'])
    expect(versionsFor(network, bob)).toEqual([1])
    expect(protection(alice, bob)).toEqual({
      confidentiality: 'classical',
      forwardSecrecyWindowMs: null,
      reason: 'peer_has_no_keys',
    })
  })

  it('writes in the second version to whoever has keys, and says of it no more than is true', async () => {
    const { network, alice, bob, poll, say, protection } = await createSecretPeople('alice')
    await say(bob, alice, 'hello')
    await poll(alice)
    expect(alice.texts()).toEqual(['hello'])
    expect(versionsFor(network, alice)).toEqual([2])
    // Bob's own copy opens with his recovery phrase.
    expect(versionsFor(network, bob)).toEqual([1])
    expect(protection(bob, alice)).toMatchObject({
      confidentiality: 'classical',
      reason: 'own_keys_off',
    })
  })

  it('has two devices, which read everything while nobody of the account turns it on', async () => {
    const { network, alice, bob, poll, say } = await createSecretPeople('alice')
    const laptop = createPerson(network, 'bob')
    await poll(laptop)
    await say(alice, bob, 'to both')
    await say(bob, alice, 'from one')
    await poll(bob, laptop, alice)
    expect(laptop.allTexts()).toEqual(['to both', 'from one'])
    expect(outboxesOf(network, bob).flat()).toEqual([])
  })
})

describe('turning it off', () => {
  it('takes the key out of the outbox and keeps it for what is under way', async () => {
    const { network, alice, bob, poll, say } = await createSecretPeople('alice', 'bob')
    await say(alice, bob, 'first')
    bob.messenger.settings.update({ forwardSecrecy: false })
    await poll(bob)
    expect(outboxesOf(network, bob).flat()).toEqual([])
    await say(alice, bob, 'with a cached key')
    await poll(bob)
    expect(bob.texts()).toEqual(['first', 'with a cached key'])
    expect(bob.messenger.protections.status()).toMatchObject({ isOn: false, keysHeld: 1 })
    await network.clock.advance(17 * 24 * HOUR_MS)
    await poll(bob)
    expect(bob.messenger.protections.status()).toMatchObject({ keysHeld: 0 })
  })
})

describe('the meter', () => {
  it('grows with the oldest key that is held, and stops where keys are erased', async () => {
    const { network, bob, poll } = await createSecretPeople('bob')
    const hours = (): number =>
      (bob.messenger.protections.status().readableIfTakenMs ?? Infinity) / HOUR_MS
    expect(hours()).toBeLessThan(1)
    await network.clock.advance(6 * HOUR_MS)
    expect(hours()).toBeGreaterThanOrEqual(6)
    for (let step = 0; step < 40; step++) {
      await network.clock.advance(12 * HOUR_MS)
      await poll(bob)
    }
    // A day of use and sixteen of keeping, in steps of the rounds.
    expect(hours()).toBeGreaterThan(16 * 24)
    expect(hours()).toBeLessThan(18 * 24)
  })

  it('stands at a few days where keys are erased early', async () => {
    const { network, bob, poll } = await createSecretPeople('bob')
    bob.messenger.settings.update({ erasesKeysEarly: true })
    for (let step = 0; step < 20; step++) {
      await network.clock.advance(12 * HOUR_MS)
      await poll(bob)
    }
    const { readableIfTakenMs } = bob.messenger.protections.status()
    expect((readableIfTakenMs ?? Infinity) / HOUR_MS).toBeLessThan(4 * 24)
  })

  it('shows in the outbox one message of one size, whatever happened', async () => {
    const { network, bob, poll } = await createSecretPeople('bob')
    await network.clock.advance(14 * HOUR_MS)
    await poll(bob)
    for (const outbox of outboxesOf(network, bob)) {
      expect(outbox.map(({ data }) => data.length)).toEqual([1323])
      const [message] = outbox
      if (message === undefined) throw new Error('a message')
      expect(decodeOutbox(idOf(bob), message.data).ok).toBe(true)
    }
  })
})
