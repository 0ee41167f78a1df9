/** Everybody between two people with keys does what they can: nodes, strangers, thieves of a recovery phrase, wrong clocks. */
import type { Account } from '@sotto/crypto/identity'
import { encodeBase64, equalBytes } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import { xed25519Sign } from '@sotto/crypto/signing'
import { type BtInput, encodeBt } from '@sotto/protocol/bt'
import {
  encodeOutbox,
  expandAccountSeed,
  OUTBOX_NAMESPACE,
  publicKeysOf,
} from '@sotto/protocol/session-v2'
import { describe, expect, it } from 'vitest'
import {
  createSecretPeople,
  createSecretPeopleOn,
  HOUR_MS,
  idOf,
  outboxesOf,
  type SecretPeople,
  versionsFor,
} from '../../../test/secret-people.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { NodeFaults } from '../../../test/simulated-node.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'

type Answer = NonNullable<NodeFaults['answer']>

const FOREIGN = publicKeysOf(expandAccountSeed(new Uint8Array(32).fill(7)))

/** Every retrieval of Bob's outbox, from these members of his swarm, is answered with these bytes. */
function showInstead(people: SecretPeople, shown: readonly Uint8Array[], members = 99) {
  const { network, bob } = people
  const answer: Answer = (request, honest) => {
    const isOutbox = request.method === 'retrieve' && request.params.namespace === OUTBOX_NAMESPACE
    if (!isOutbox) return honest()
    const nowMs = network.clock.now()
    const messages = shown.map((data) => ({
      hash: hashOf(people, data),
      data: encodeBase64(data),
      timestamp: nowMs,
      expiration: nowMs + HOUR_MS,
    }))
    return { status: 200, body: { messages, more: false, t: nowMs, hf: [19, 4] } }
  }
  for (const node of network.swarmOf(bob.accountBytes).slice(0, members))
    node.faults.answer = answer
}

function stopShowing({ network, bob }: SecretPeople): void {
  for (const { faults } of network.swarmOf(bob.accountBytes)) delete faults.answer
}

function hashOf({ bob }: SecretPeople, data: Uint8Array): string {
  return deriveMessageHash({ account: bob.accountBytes, namespace: OUTBOX_NAMESPACE, data })
}

/** An outbox whose fields its owner signed, whatever they are. */
function signOutbox(
  { agreement }: Account,
  fields: ReadonlyMap<string, BtInput>,
  people: SecretPeople,
) {
  const range = encodeBt(fields).slice(0, -1)
  const signature = xed25519Sign(agreement.secretKey, range, people.network.randomness)
  return encodeBt(new Map([...fields, ['~', signature]]))
}

async function trySay({ network, alice, bob }: SecretPeople, text: string) {
  return network.settle(alice.messenger.send({ to: idOf(bob), text }))
}

describe('an outbox that a node shows', () => {
  it.each([
    [
      'signed by somebody else',
      (people: SecretPeople) =>
        encodeOutbox(createAccount('mallory'), FOREIGN, people.network.randomness),
    ],
    [
      'with an X25519 key of low order',
      (people: SecretPeople) =>
        signOutbox(
          people.bob.account,
          new Map<string, BtInput>([
            ['M', FOREIGN.kem],
            ['X', new Uint8Array(32)],
          ]),
          people,
        ),
    ],
    [
      'with an ML-KEM key beyond its modulus',
      (people: SecretPeople) =>
        signOutbox(
          people.bob.account,
          new Map<string, BtInput>([
            ['M', new Uint8Array(1184).fill(0xff)],
            ['X', FOREIGN.agreement],
          ]),
          people,
        ),
    ],
    ['of nonsense', () => Uint8Array.from([0x64, 0x65])],
  ])('%s counts as none, and what was known stays', async (_, forge) => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, alice, bob, poll, say } = people
    await say(alice, bob, 'first')
    showInstead(people, [forge(people)])
    await network.clock.advance(30 * HOUR_MS)
    await say(alice, bob, 'with a stale key')
    await poll(alice)
    expect(alice.history.peerKeys.find(idOf(bob)).published?.keys).not.toEqual(FOREIGN)
    stopShowing(people)
    await poll(bob)
    expect(bob.texts()).toEqual(['first', 'with a stale key'])
    expect(versionsFor(network, bob)).toEqual([2, 2])
  })

  it('is believed when its owner signed it: the others here are refused for what they are', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, alice, bob, say, poll } = people
    await say(alice, bob, 'first')
    const issuedAtSeconds = Math.floor(network.clock.now() / 1000) + 60
    const newer = { ...FOREIGN, issuedAtSeconds }
    showInstead(people, [encodeOutbox(bob.account, newer, network.randomness)])
    await network.clock.advance(30 * HOUR_MS)
    await say(alice, bob, 'with a stale key')
    await poll(alice)
    expect(alice.history.peerKeys.find(idOf(bob)).published?.keys).toEqual(FOREIGN)
  })

  it('of last week counts as none: its key may be stolen, or erased', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, alice, bob, poll, say } = people
    const [old] = outboxesOf(network, bob)[0] ?? []
    if (old === undefined) throw new Error('an outbox')
    await network.clock.advance(20 * HOUR_MS)
    await poll(bob)
    await say(alice, bob, 'under the second key')
    const known = alice.history.peerKeys.find(idOf(bob)).published?.keys
    showInstead(people, [old.data])
    await network.clock.advance(30 * HOUR_MS)
    await say(alice, bob, 'under the second key, stale')
    await poll(alice)
    expect(alice.history.peerKeys.find(idOf(bob)).published?.keys).toEqual(known)
    expect(alice.history.peerKeys.find(idOf(bob)).empty?.nodes.length).toBeGreaterThan(0)
  })
})

describe('nodes that say that a contact has no keys', () => {
  it('take nothing away while a key may be used', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, say, alice, bob } = people
    await say(alice, bob, 'first')
    showInstead(people, [])
    await network.clock.advance(40 * HOUR_MS)
    await say(alice, bob, 'second')
    expect(versionsFor(network, bob)).toEqual([2, 2])
  })

  it('stop a message rather than weaken it, until two have said so for an hour; never the first version', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, say, alice, bob, poll, protection } = people
    await say(alice, bob, 'first')
    showInstead(people, [])
    await network.clock.advance(49 * HOUR_MS)
    expect(codeOf(await trySay(people, 'waits'))).toBe('awaiting_keys')
    const [latest] = alice.messenger.conversations.messages(idOf(bob), { limit: 1 })
    expect(latest).toMatchObject({ text: 'waits', state: 'queued' })
    expect(latest && alice.messenger.conversations.delivery(latest)).toMatchObject({
      state: 'awaiting_keys',
      reason: 'keys_unsettled',
    })
    expect(versionsFor(network, bob)).toEqual([2])
    await network.clock.advance(HOUR_MS)
    unwrap(await trySay(people, 'weaker'))
    expect(versionsFor(network, bob)).toEqual([2, 2, 2])
    expect(protection(alice, bob)).toMatchObject({ reason: 'peer_lost_keys' })
    // Told by another program of hers too, if the one that sent had no round after it.
    const events = unwrap(await network.settle(alice.restart().poll()))
    expect(events).toContainEqual({
      kind: 'downgraded',
      conversation: idOf(bob),
      direction: 'sent',
      form: 'without-secrecy',
    })
    const later = unwrap(await network.settle(alice.messenger.poll()))
    expect(later.filter(({ kind }) => kind === 'downgraded')).toEqual([])
    stopShowing(people)
    await poll(bob)
    expect(bob.texts()).toEqual(['first', 'waits', 'weaker'])
  })

  it('are outvoted by one that shows a key', async () => {
    const people = await createSecretPeople('alice', 'bob')
    // Half of them.
    showInstead(people, [], Math.floor(people.network.swarmOf(people.bob.accountBytes).length / 2))
    for (let contact = 0; contact < 5; contact++) {
      people.alice.messenger.protections.forgetKeysOf(idOf(people.bob))
      await trySay(people, `message ${contact}`)
    }
    const versions = versionsFor(people.network, people.bob)
    expect(versions.filter((version) => version === 2).length).toBeGreaterThan(0)
  })

  it('win only when the person says so', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, say, alice, bob } = people
    await say(alice, bob, 'first')
    showInstead(people, [])
    await network.clock.advance(49 * HOUR_MS)
    alice.messenger.protections.forgetKeysOf(idOf(bob))
    await say(alice, bob, 'anyhow')
    expect(versionsFor(network, bob)).toEqual([2, 1])
  })
})

describe('a swarm that does not answer about keys', () => {
  it('gets no message in a lesser form', async () => {
    const people = await createSecretPeople('alice', 'bob')
    const { network, bob } = people
    for (const { faults } of network.swarmOf(bob.accountBytes))
      faults.answer = (request, honest) =>
        request.method === 'retrieve' ? { status: 500, body: 'no' } : honest()
    expect((await trySay(people, 'hello')).ok).toBe(false)
    for (const { store } of network.swarmOf(bob.accountBytes))
      expect(store.boxOf(bob.accountBytes)).toEqual([])
  })
})

describe('a swarm that hides our own outbox', () => {
  it('is given our key once a minute at most, and with every new key', async () => {
    const people = await createSecretPeople('bob')
    const { network, bob, poll } = people
    showInstead(people, [])
    bob.messenger.protections.rotate()
    const stores = (): number =>
      network.nodes.flatMap(({ executed }) => executed).filter((method) => method === 'store')
        .length
    const before = stores()
    for (let round = 0; round < 5; round++) await poll(bob)
    // One goes to the devices of the account.
    expect(stores()).toBe(before + 2)
    expect(bob.messenger.protections.status()).toMatchObject({ isPublished: false })
    bob.messenger.protections.rotate()
    await poll(bob)
    expect(stores()).toBe(before + 4)
    stopShowing(people)
    await poll(bob)
    expect(bob.messenger.protections.status()).toMatchObject({ isPublished: true })
  })
})

describe('whoever has the recovery phrase', () => {
  /** Stores a key of its own at every member, as whoever has the phrase can. */
  function forgeOutbox(people: SecretPeople, keys = FOREIGN): Uint8Array {
    const { network, bob } = people
    const nowMs = network.clock.now()
    const issuedAtSeconds = Math.floor(nowMs / 1000) + 60
    const data = encodeOutbox(bob.account, { ...keys, issuedAtSeconds }, network.randomness)
    const times = { timestampMs: nowMs, expiryMs: nowMs + 9 * HOUR_MS }
    for (const outbox of outboxesOf(network, bob))
      outbox.splice(0, 9, { hash: hashOf(people, data), data, ...times })
    return data
  }

  const ALARM = { kind: 'foreign_key' }

  it('is told of once the group was read again, by the device whose key was replaced, which puts its own back', async () => {
    const people = await createSecretPeople('bob')
    const { network, bob } = people
    const poll = async () => unwrap(await network.settle(bob.messenger.poll()))
    const forged = forgeOutbox(people)
    // Another device of ours may have made it a moment ago.
    expect(await poll()).not.toContainEqual(ALARM)
    expect(bob.messenger.protections.status()).toMatchObject({ isContested: false })
    expect(await poll()).toContainEqual(ALARM)
    expect(bob.messenger.protections.status()).toMatchObject({ isContested: true })
    const [repaired] = outboxesOf(network, bob)
    expect(repaired?.[0]?.data).not.toEqual(forged)
    // Senders who saw the forged one believe the repaired one.
    await people.say(people.alice, bob, 'hello')
    await people.poll(bob)
    expect(bob.texts()).toEqual(['hello'])
    expect(bob.messenger.protections.status().keysHeld).toBe(2)
  })

  it('is answered once an hour at most, told of once for each key, and no more once a person has seen it', async () => {
    const people = await createSecretPeople('bob')
    const { network, bob } = people
    const poll = async () => unwrap(await network.settle(bob.messenger.poll()))
    const isForged = (data: Uint8Array): boolean =>
      outboxesOf(network, bob).every(([message]) => equalBytes(message?.data ?? data, data))
    forgeOutbox(people)
    for (let round = 0; round < 3; round++) await poll()
    bob.messenger.protections.dismissForeignKey()
    const again = forgeOutbox(people)
    for (let round = 0; round < 4; round++) expect(await poll()).not.toContainEqual(ALARM)
    expect(isForged(again)).toBe(true)
    expect(bob.messenger.protections.status()).toMatchObject({ isContested: false })
    await network.clock.advance(HOUR_MS)
    await poll()
    expect(isForged(again)).toBe(false)
    forgeOutbox(people, publicKeysOf(expandAccountSeed(new Uint8Array(32).fill(8))))
    const events = [...(await poll()), ...(await poll())]
    expect(events.filter(({ kind }) => kind === 'foreign_key')).toHaveLength(1)
  })
})

describe('clocks', () => {
  it('that are two hours off change nothing: the network’s time is what counts', async () => {
    const network = new SimulatedNetwork()
    for (const { faults } of network.nodes) faults.skewMs = -2 * HOUR_MS
    const { alice, bob, poll, say } = await createSecretPeopleOn(network, ['alice', 'bob'])
    await say(alice, bob, 'hello')
    await poll(bob)
    await say(bob, alice, 'hello, alice')
    await poll(alice)
    expect(bob.texts()).toEqual(['hello'])
    expect(alice.texts()).toEqual(['hello, alice'])
    expect(versionsFor(network, bob).every((version) => version === 2)).toBe(true)
  })
})
