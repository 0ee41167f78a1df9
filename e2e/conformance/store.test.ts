/**
 * Storing: the reply that every member signs, hashes, duplicates, lifetimes, clocks, and who may store where.
 */

import { describe, expect, it } from 'vitest'
import { type Json, readObject } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
  SECOND_MS,
  signDelete,
  signGetExpiries,
  signRetrieve,
  signStore,
  writeStore,
} from './signed-requests.ts'
import { expectSigned, readEntries } from './swarm-entries.ts'
import {
  type Caller,
  computeMessageHash,
  createGroup,
  createUser,
  impersonate,
} from './wire-account.ts'
import { useNetwork } from './wire-network.ts'

const network = useNetwork()

/** Applies the request and gives the reply's object, or a failed test. */
async function succeed(account: Caller, method: string, params: Json): Promise<Json> {
  const reply = await network.ask(account, method, params)
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 })
  return reply.object
}

/** The hashes that this member gives out. */
async function readHashes(account: Caller, namespace: number, index = 0): Promise<unknown[]> {
  const node = network.members(account)[index] ?? network.member(account)
  const { object } = await network.call(node, 'retrieve', signRetrieve(account, { namespace }))
  const messages = Array.isArray(object['messages']) ? object['messages'] : []
  return messages.map((message: Json) => message['hash'])
}

describe('the reply to a store', () => {
  it('has the fields of the protocol and none besides', async () => {
    const user = createUser()
    const timestamp = readTimeMs()
    const reply = await succeed(user, 'store', writeStore(user, { timestamp }))
    expect(Object.keys(reply).toSorted()).toEqual(['hash', 'hf', 'swarm', 't'])
    const entryNode = network.member(user).ed25519
    for (const { ed25519, entry } of readEntries(network, user, reply)) {
      const own = ed25519 === entryNode ? ['t'] : []
      const keys = Object.keys(entry).filter((key) => key !== 't' || own.length > 0)
      expect(keys.toSorted()).toEqual(['expiry', 'hash', 'signature', ...own])
      expect(entry).toMatchObject({ hash: reply['hash'], expiry: timestamp + DAY_MS })
    }
  })

  it('is signed by every member over the hash', async () => {
    const user = createUser()
    const reply = await succeed(user, 'store', writeStore(user))
    expectSigned(readEntries(network, user, reply), () => [String(reply['hash'])])
  })

  it.each([
    [0, createUser, 'hello'],
    [5, createUser, 'hello'],
    [11, createGroup, 'hello'],
    [-10, createUser, 'hello'],
    [-11, createGroup, 'hello'],
    [32_767, createUser, Buffer.from([0, 255, 128, 10])],
    [-32_768, createGroup, Buffer.alloc(76_800, 7)],
  ])(
    'names the message by the hash of account, namespace and data: %i (trap 1)',
    async (namespace, create, data) => {
      const owner = create()
      const reply = await succeed(owner, 'store', signStore(owner, { namespace, data }))
      expect(reply['hash']).toBe(computeMessageHash(owner, namespace, Buffer.from(data)))
      expect(reply['hash']).toMatch(/^[A-Za-z0-9+/]{43}$/)
    },
  )

  it('comes after all members have the message', async () => {
    const user = createUser()
    const { hash } = await succeed(user, 'store', writeStore(user))
    const held = await Promise.all(network.members(user).map((_, i) => readHashes(user, 0, i)))
    expect(held).toEqual(network.members(user).map(() => [hash]))
  })

  it('gives the hash of the known vector', async () => {
    const user = {
      ...createUser(),
      id: `05ffba630924aa1224bb930dde21c0d11bf004608f2812217f8ac812d6c7e3ad48`,
    }
    const bytes = Buffer.from(user.id, 'hex')
    const node = network.member({ bytes })
    const { object } = await network.call(node, 'store', writeStore(user, { data: 'hello' }))
    expect(object['hash']).toBe('tse7cPdGXVWduXXcEKR/FS0RYFBYv/dQ0HmjzQMyqQo')
  })
})

describe('storing the same again', () => {
  it('says "already", and extends the life on every member but never shortens it', async () => {
    const user = createUser()
    const timestamp = readTimeMs()
    const store = (ttl: number) =>
      succeed(user, 'store', writeStore(user, { timestamp, more: { ttl } }))
    const first = await store(2 * DAY_MS)
    expect(readEntries(network, user, first).map(({ entry }) => Boolean(entry['already']))).toEqual(
      network.members(user).map(() => false),
    )
    for (const [ttl, kept] of [
      [DAY_MS, 2 * DAY_MS],
      [3 * DAY_MS, 3 * DAY_MS],
      [2 * DAY_MS, 3 * DAY_MS],
    ] as const) {
      const again = await store(ttl)
      const entries = readEntries(network, user, again)
      expect(entries.map(({ entry }) => [Boolean(entry['already']), entry['expiry']])).toEqual(
        network.members(user).map(() => [true, timestamp + kept]),
      )
      expectSigned(entries, () => [String(first['hash'])])
      const params = signGetExpiries(user, [String(first['hash'])])
      const known = await succeed(user, 'get_expiries', params)
      expect(known).toEqual({ expiries: { [String(first['hash'])]: timestamp + kept } })
    }
    expect(await readHashes(user, 0)).toEqual([first['hash']])
  })

  it('is no duplicate in another namespace or account', async () => {
    const user = createUser()
    const hashes = [
      (await succeed(user, 'store', writeStore(user)))['hash'],
      (await succeed(user, 'store', writeStore(user, { namespace: 10 })))['hash'],
      (await succeed(user, 'store', signStore(user, { namespace: 1 })))['hash'],
    ]
    expect(new Set(hashes).size).toBe(3)
    expect(await readHashes(user, 10)).toEqual([hashes[1]])
  })

  it('brings a deleted message back', async () => {
    const user = createUser()
    const { hash } = await succeed(user, 'store', writeStore(user))
    await succeed(user, 'delete', signDelete(user, [String(hash)]))
    const again = await succeed(user, 'store', writeStore(user))
    expect(readEntries(network, user, again).some(({ entry }) => Boolean(entry['already']))).toBe(
      false,
    )
    expect(await readHashes(user, 0)).toEqual([hash])
  })
})

const LIFETIMES: readonly (readonly [string, number, number, number])[] = [
  ['10 seconds', 0, 10 * SECOND_MS, 200],
  ['1 ms less than 10 seconds', 0, 10 * SECOND_MS - 1, 403],
  ['1 second', 0, SECOND_MS, 403],
  ['14 days', 0, 14 * DAY_MS, 200],
  ['14 days and 1 ms', 0, 14 * DAY_MS + 1, 403],
  ['14 days and 1 ms in −10', -10, 14 * DAY_MS + 1, 403],
  ['14 days and 1 ms in 2', 2, 14 * DAY_MS + 1, 200],
  ['30 days in 2', 2, 30 * DAY_MS, 200],
  ['30 days and 1 ms in 2', 2, 30 * DAY_MS + 1, 403],
  ['60 days in 2', 2, 60 * DAY_MS, 403],
  ['60 days', 0, 60 * DAY_MS, 403],
  ['no time', 0, 0, 403],
]

describe('the lifetime of a message', () => {
  it.each(LIFETIMES)(
    'of %s in namespace %i: ttl of %i ms gets %i',
    async (_, namespace, ttl, status) => {
      const user = createUser()
      const reply = await network.ask(user, 'store', signStore(user, { namespace, more: { ttl } }))
      expect(reply.status).toBe(status)
      if (status === 403) expect(reply.text).toBe('Provided expiry/TTL is not valid.')
    },
  )

  it.each([
    [DAY_MS, 200],
    [60 * DAY_MS, 403],
    [SECOND_MS, 403],
  ])('may be given as an expiry, %i ms from now: %i', async (fromNow, status) => {
    const user = createUser()
    const timestamp = readTimeMs()
    const more = { ttl: undefined, expiry: timestamp + fromNow }
    const reply = await network.ask(user, 'store', writeStore(user, { timestamp, more }))
    expect(reply.status).toBe(status)
    if (status === 200) {
      const entries = readEntries(network, user, reply.object)
      expect(entries.map(({ entry }) => entry['expiry'])).toEqual(
        entries.map(() => timestamp + fromNow),
      )
    } else expect(reply.text).toBe('Provided expiry/TTL is not valid.')
  })
})

describe('the clock of the sender', () => {
  it.each([
    ['9 seconds ahead', 9 * SECOND_MS, DAY_MS, 200],
    ['12 seconds ahead', 12 * SECOND_MS, DAY_MS, 406],
    ['a day ahead', DAY_MS, DAY_MS, 406],
    ['13 days back', -13 * DAY_MS, 14 * DAY_MS, 200],
    ['a minute back with a message long expired', -60 * SECOND_MS, 10 * SECOND_MS, 406],
    ['15 seconds back with a message just expired', -15 * SECOND_MS, 10 * SECOND_MS, 200],
  ])('may be %s: %i ms, ttl %i gets %i', async (_, offset, ttl, status) => {
    const user = createUser()
    const timestamp = readTimeMs() + offset
    const reply = await network.ask(user, 'store', writeStore(user, { timestamp, more: { ttl } }))
    expect(reply.status).toBe(status)
    if (status === 406) expect(reply.text).toBe('Timestamp error: check your clock')
  })

  it.each([-59, 59])('may be %i seconds off where a signature is needed', async (seconds) => {
    const user = createUser()
    const sigTimestamp = readTimeMs() + seconds * SECOND_MS
    await succeed(user, 'store', signStore(user, { namespace: 3, sigTimestamp }))
  })

  it.each([-61, 61])('may not be %i seconds off where a signature is needed', async (seconds) => {
    const user = createUser()
    const sigTimestamp = readTimeMs() + seconds * SECOND_MS
    const params = signStore(user, { namespace: 3, sigTimestamp })
    expect(await network.ask(user, 'store', params)).toMatchObject({
      status: 406,
      text: 'store signature timestamp too far from current time',
    })
  })

  it('is that of sig_timestamp, so that an older message can be stored', async () => {
    const user = createUser()
    const timestamp = readTimeMs() - DAY_MS
    const more = { ttl: 2 * DAY_MS }
    const sigTimestamp = readTimeMs()
    await succeed(user, 'store', signStore(user, { namespace: 3, timestamp, sigTimestamp, more }))
    const old = await network.ask(user, 'store', signStore(user, { namespace: 3, timestamp, more }))
    expect(old.status).toBe(406)
  })
})

describe('a public inbox', () => {
  it.each([0, 10, 20, -10, -20, 32_760])('takes a message from anybody: %i', async (namespace) => {
    const user = createUser()
    const { hash } = await succeed(user, 'store', writeStore(user, { namespace }))
    expect(await readHashes(user, namespace)).toEqual([hash])
  })

  it.each([0, 10, -10])('ignores a signature that is wrong: %i (trap 26)', async (namespace) => {
    const user = createUser()
    await succeed(user, 'store', signStore(impersonate(user), { namespace }))
  })
})

describe('any other namespace', () => {
  it.each([1, 2, 5, 11, 21, -1, -2, -11, -21, 32_767])(
    'wants a signature: %i',
    async (namespace) => {
      const user = createUser()
      expect(await network.ask(user, 'store', writeStore(user, { namespace }))).toMatchObject({
        status: 401,
        text: `store: signature required to store to namespace ${namespace}`,
      })
      await succeed(user, 'store', signStore(user, { namespace }))
    },
  )

  const wrong: readonly (readonly [string, (owner: Caller) => Json])[] = [
    ['another key', (owner) => signStore(impersonate(owner), { namespace: 3 })],
    ['another namespace', (owner) => ({ ...signStore(owner, { namespace: 4 }), namespace: 3 })],
    [
      'another time',
      (owner) => {
        const params = signStore(owner, { namespace: 3 })
        return { ...params, sig_timestamp: Number(params['timestamp']) + 1 }
      },
    ],
    [
      'another method',
      (owner) => {
        const { signature, timestamp } = signRetrieve(owner, { namespace: 3 })
        return { ...signStore(owner, { namespace: 3, timestamp: Number(timestamp) }), signature }
      },
    ],
  ]
  it.each(wrong)('refuses a signature for %s', async (_, build) => {
    for (const owner of [createUser(), createGroup()]) {
      expect(await network.ask(owner, 'store', build(owner))).toMatchObject({
        status: 401,
        text: 'store signature verification failed',
      })
      expect(await readHashes(owner, 3)).toEqual([])
    }
  })

  it('refuses the Ed25519 key of somebody else', async () => {
    const [user, other] = [createUser(), createUser()]
    const params = { ...signStore({ ...user, sign: other.sign }, { namespace: 3 }) }
    const stolen = { ...params, pubkey_ed25519: other.auth['pubkey_ed25519'] }
    expect((await network.ask(user, 'store', stolen)).status).toBe(401)
  })
})

describe('a public outbox', () => {
  it.each([-1, -21, -41])('holds the newest message alone: %i (trap 23)', async (namespace) => {
    const user = createUser()
    const params = (data: string) => signStore(user, { namespace, data })
    await succeed(user, 'store', params('first'))
    for (const data of ['second', 'third']) {
      const reply = await succeed(user, 'store', params(data))
      expectSigned(readEntries(network, user, reply), () => [String(reply['hash'])])
      const held = await Promise.all(
        network.members(user).map((_, i) => readHashes(user, namespace, i)),
      )
      expect(held).toEqual(network.members(user).map(() => [reply['hash']]))
    }
  })

  it('leaves the other namespaces of the account alone', async () => {
    const user = createUser()
    const inbox = await succeed(user, 'store', writeStore(user))
    const other = await succeed(user, 'store', signStore(user, { namespace: -41 }))
    await succeed(user, 'store', signStore(user, { namespace: -21, data: '1' }))
    await succeed(user, 'store', signStore(user, { namespace: -21, data: '2' }))
    expect(await readHashes(user, 0)).toEqual([inbox['hash']])
    expect(await readHashes(user, -41)).toEqual([other['hash']])
  })

  it('keeps its message when that is stored again', async () => {
    const user = createUser()
    const params = signStore(user, { namespace: -21 })
    const { hash } = await succeed(user, 'store', params)
    const again = await succeed(user, 'store', params)
    expect(readObject(again, 'swarm')).toBeTypeOf('object')
    expect(await readHashes(user, -21)).toEqual([hash])
  })
})
