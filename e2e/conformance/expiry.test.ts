/**
 * Changing and asking when messages expire: by hash, by namespace, one time or several, shorter or longer.
 */

import { describe, expect, it } from 'vitest'
import { type Json, isJson, readObject } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
  SECOND_MS,
  signExpire,
  signExpireAll,
  signGetExpiries,
  signStore,
} from './signed-requests.ts'
import { expectSigned, readEntries, readStrings } from './swarm-entries.ts'
import { type Caller, createGroup, createUser } from './wire-account.ts'
import { useNetwork } from './wire-network.ts'

const UNKNOWN = 'C'.repeat(43)
const network = useNetwork()
const OWNERS = [
  ['an 05 account', createUser],
  ['a group', createGroup],
] as const

interface Stored {
  readonly hash: string
  readonly expiry: number
}

async function store(owner: Caller, data: string, namespace = 0, ttl = DAY_MS): Promise<Stored> {
  const timestamp = readTimeMs()
  const params = signStore(owner, { namespace, data, timestamp, more: { ttl } })
  const reply = await network.ask(owner, 'store', params)
  expect(reply.status).toBe(200)
  return { hash: String(reply.object['hash']), expiry: timestamp + ttl }
}

async function succeed(owner: Caller, method: string, params: Json): Promise<Json> {
  const reply = await network.ask(owner, method, params)
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 })
  return reply.object
}

async function readExpiries(owner: Caller, hashes: readonly string[]): Promise<Json> {
  const held = await Promise.all(
    network
      .members(owner)
      .map((node) => network.call(node, 'get_expiries', signGetExpiries(owner, hashes))),
  )
  expect(new Set(held.map((reply) => JSON.stringify(reply.object))).size).toBe(1)
  return readObject(held[0]?.object, 'expiries')
}

/** What a member's signature about `expire` covers, from its own entry. */
function expireParts(owner: Caller, requested: readonly string[], entry: Json) {
  const expiries = [entry['expiry']].flat().map(Number)
  const unchanged = isJson(entry['unchanged'])
    ? Object.entries(entry['unchanged']).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : []
  return [
    owner.id,
    ...expiries,
    ...requested,
    ...readStrings(entry['updated']),
    ...unchanged.flatMap(([hash, expiry]) => [hash, Number(expiry)]),
  ]
}

describe.each(OWNERS)('expire by hash for %s', (_, create) => {
  const expire = async (owner: Caller, hashes: readonly string[], params: Json) => {
    const reply = await succeed(owner, 'expire', params)
    expect(Object.keys(reply).toSorted()).toEqual(['hf', 'swarm', 't'])
    const entries = readEntries(network, owner, reply)
    expectSigned(entries, (entry) => expireParts(owner, hashes, entry))
    const bare = entries.map(({ entry: { signature: _signature, t: _t, ...entry } }) => entry)
    expect(bare).toEqual(bare.map(() => bare[0]))
    return bare[0] ?? {}
  }

  it('moves it both ways when neither way is named, and says nothing of "unchanged"', async () => {
    const owner = create()
    const { hash } = await store(owner, 'x')
    for (const days of [5, 2]) {
      const expiry = readTimeMs() + days * DAY_MS
      const entry = await expire(owner, [hash, UNKNOWN], signExpire(owner, [hash, UNKNOWN], expiry))
      expect(entry).toEqual({ expiry, updated: [hash] })
      expect(await readExpiries(owner, [hash])).toEqual({ [hash]: expiry })
    }
  })

  it('lists several hashes in order and reaches every namespace', async () => {
    const owner = create()
    const hashes = [
      (await store(owner, '1')).hash,
      (await store(owner, '2', 2)).hash,
      (await store(owner, '3', 5)).hash,
    ]
    const expiry = readTimeMs() + 3 * DAY_MS
    const entry = await expire(owner, hashes, signExpire(owner, hashes, expiry))
    expect(entry).toEqual({ expiry, updated: hashes.toSorted() })
  })

  it.each([
    ['shorten', 1, 3],
    ['extend', 3, 1],
  ] as const)(
    'with "%s" moves one way alone and lists the rest as unchanged',
    async (mode, moved, stays) => {
      const owner = create()
      const messages: Stored[] = []
      for (const text of ['a', 'b']) messages.push(await store(owner, text, 2, 2 * DAY_MS))
      const hashes = messages.map(({ hash }) => hash)
      const still = readTimeMs() + stays * DAY_MS
      const same = await expire(owner, hashes, signExpire(owner, hashes, still, { mode }))
      const known = Object.fromEntries(messages.map(({ hash, expiry }) => [hash, expiry]))
      expect(same).toEqual({ expiry: still, updated: [], unchanged: known })
      const expiry = readTimeMs() + moved * DAY_MS
      const [one = ''] = hashes
      expect(await expire(owner, [one], signExpire(owner, [one], expiry, { mode }))).toMatchObject({
        expiry,
        updated: [one],
      })
      expect(await readExpiries(owner, hashes)).toEqual({ ...known, [one]: expiry })
    },
  )

  it('takes a time for each hash, and gives the times beside the hashes it changed', async () => {
    const owner = create()
    const messages: Stored[] = []
    for (const text of ['a', 'b', 'c']) messages.push(await store(owner, text))
    const hashes = messages.map(({ hash }) => hash)
    const times = [2, 3, 4].map((days) => readTimeMs() + days * DAY_MS)
    const wanted = new Map(hashes.map((hash, i) => [hash, times[i]]))
    const requested = [...hashes, UNKNOWN]
    const params = signExpire(owner, requested, [...times, readTimeMs() + DAY_MS])
    const entry = await expire(owner, requested, params)
    const updated = hashes.toSorted()
    expect(entry['updated']).toEqual(updated)
    expect(entry['expiry']).toEqual(updated.map((hash) => wanted.get(hash)))
    expect(await readExpiries(owner, hashes)).toEqual(Object.fromEntries(wanted))
  })

  it.each([90 * DAY_MS, [90 * DAY_MS]])('goes no further than 30 days: %j', async (ahead) => {
    const owner = create()
    const { hash } = await store(owner, 'x')
    const before = readTimeMs()
    const asked = Array.isArray(ahead) ? ahead.map((ms) => before + ms) : before + ahead
    const reply = await succeed(owner, 'expire', signExpire(owner, [hash], asked))
    // Each member clamps by its own clock, so the entries need not be alike.
    const entries = readEntries(network, owner, reply)
    expectSigned(entries, (entry) => expireParts(owner, [hash], entry))
    for (const { entry } of entries) {
      expect(Array.isArray(entry['expiry'])).toBe(Array.isArray(asked))
      const expiry = Number([entry['expiry']].flat()[0])
      expect(expiry).toBeGreaterThanOrEqual(before + 30 * DAY_MS)
      expect(expiry).toBeLessThanOrEqual(readTimeMs() + 30 * DAY_MS)
    }
  })

  it('takes a time 59 seconds ago and not 61', async () => {
    const owner = create()
    const { hash } = await store(owner, 'x')
    const past = readTimeMs() - 61 * SECOND_MS
    expect(await network.ask(owner, 'expire', signExpire(owner, [hash], past))).toMatchObject({
      status: 401,
      text: 'expire: timestamp should be >= current time',
    })
    await expire(owner, [hash], signExpire(owner, [hash], readTimeMs() - 59 * SECOND_MS))
  })

  it('refuses a list in which one time is past', async () => {
    const owner = create()
    const hashes = [(await store(owner, 'x')).hash, (await store(owner, 'y')).hash]
    const times = [readTimeMs() + DAY_MS, readTimeMs() - 61 * SECOND_MS]
    const reply = await network.ask(owner, 'expire', signExpire(owner, hashes, times))
    expect(reply.status).toBe(401)
  })

  it('is bound to the way that was signed', async () => {
    const owner = create()
    const { hash } = await store(owner, 'x')
    const params = signExpire(owner, [hash], readTimeMs() + 2 * DAY_MS)
    expect((await network.ask(owner, 'expire', { ...params, extend: true })).status).toBe(401)
    const shorten = signExpire(owner, [hash], readTimeMs() + SECOND_MS, { mode: 'extend' })
    const reply = await network.ask(owner, 'expire', { ...shorten, extend: false, shorten: true })
    expect(reply.status).toBe(401)
  })

  it('ignores "extends", which some clients write (trap 24)', async () => {
    const owner = create()
    const { hash } = await store(owner, 'x')
    const expiry = readTimeMs() + 2 * DAY_MS
    const params = signExpire(owner, [hash], expiry, { more: { extends: true } })
    expect(await expire(owner, [hash], params)).toEqual({ expiry, updated: [hash] })
  })
})

describe.each(OWNERS)('expire_all for %s', (_, create) => {
  const expireAll = async (owner: Caller, expiry: number, params: Json) => {
    const entries = readEntries(network, owner, await succeed(owner, 'expire_all', params))
    expectSigned(entries, (entry) => [
      owner.id,
      expiry,
      ...readStrings(entry['updated']).toSorted(),
    ])
    expect(entries.map(({ entry }) => entry['updated'])).toEqual(
      entries.map(() => entries[0]?.entry['updated']),
    )
    return entries[0]?.entry['updated']
  }

  it('only shortens', async () => {
    const owner = create()
    const short = await store(owner, 'short', 0, DAY_MS)
    const long = await store(owner, 'long', 0, 3 * DAY_MS)
    const expiry = readTimeMs() + 2 * DAY_MS
    expect(await expireAll(owner, expiry, signExpireAll(owner, expiry))).toEqual([long.hash])
    expect(await readExpiries(owner, [short.hash, long.hash])).toEqual({
      [short.hash]: short.expiry,
      [long.hash]: expiry,
    })
  })

  it('keeps to its namespace, or goes through all and lists them by namespace', async () => {
    const owner = create()
    const inbox = [(await store(owner, '1')).hash, (await store(owner, '2')).hash]
    const other = (await store(owner, '1', 2)).hash
    const expiry = readTimeMs() + DAY_MS / 2
    const one = signExpireAll(owner, expiry, { namespace: 2 })
    expect(await expireAll(owner, expiry, one)).toEqual([other])
    const sooner = expiry - 1
    const all = signExpireAll(owner, sooner, { namespace: 'all' })
    expect(await expireAll(owner, sooner, all)).toEqual({ 0: inbox.toSorted(), 2: [other] })
  })

  it('takes a time 59 seconds ago and not 61', async () => {
    const owner = create()
    const at = (seconds: number) => readTimeMs() + seconds * SECOND_MS
    const late = await network.ask(owner, 'expire_all', signExpireAll(owner, at(-61)))
    expect(late.status).toBe(406)
    const expiry = at(-59)
    expect(await expireAll(owner, expiry, signExpireAll(owner, expiry))).toEqual([])
  })
})

describe.each(OWNERS)('get_expiries for %s', (_, create) => {
  it('gives the times of what exists, and neither t nor hf (trap 3)', async () => {
    const owner = create()
    const one = await store(owner, 'x')
    const two = await store(owner, 'x', 2)
    const messages = [two.hash, UNKNOWN, one.hash]
    expect(await succeed(owner, 'get_expiries', signGetExpiries(owner, messages))).toEqual({
      expiries: { [one.hash]: one.expiry, [two.hash]: two.expiry },
    })
  })

  it('tells nothing about the messages of somebody else', async () => {
    const owner = create()
    const { hash } = await store(owner, 'x')
    // An account of the same swarm, or it would be sent elsewhere.
    const member = network.member(owner)
    let other = create()
    while (network.member(other) !== member) other = create()
    const reply = await network.call(member, 'get_expiries', signGetExpiries(other, [hash]))
    expect(reply.object).toEqual({ expiries: {} })
  })
})
