/**
 * Retrieving: the shape of a message, who may read what without a signature, and paging by hash, count and size.
 */

import { describe, expect, it } from 'vitest'
import { type Json, readList } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import { DAY_MS, SECOND_MS, signRetrieve, signStore, writeStore } from './signed-requests.ts'
import {
  type Caller,
  computeMessageHash,
  createGroup,
  createUser,
  impersonate,
} from './wire-account.ts'
import { useNetwork } from './wire-network.ts'

const network = useNetwork()

/** Stores the texts one after the other and gives their hashes. */
async function fill(owner: Caller, data: readonly (string | Uint8Array)[], namespace = 0) {
  for (const item of data) {
    const reply = await network.ask(owner, 'store', signStore(owner, { namespace, data: item }))
    expect(reply.status).toBe(200)
  }
  return data.map((item) => computeMessageHash(owner, namespace, Buffer.from(item)))
}

async function read(owner: Caller, more: Json = {}) {
  const reply = await network.ask(owner, 'retrieve', signRetrieve(owner, { more }))
  expect(reply.status).toBe(200)
  const messages = readList(reply.object, 'messages')
  return { hashes: messages.map((message) => message['hash']), more: reply.object['more'] }
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `message ${i}`)

describe('a retrieved message', () => {
  it('has hash, timestamp, expiration and data, and nothing else (trap 3)', async () => {
    const user = createUser()
    const timestamp = readTimeMs() - 5 * SECOND_MS
    const data = Buffer.from([0, 1, 254, 255])
    await network.ask(user, 'store', writeStore(user, { timestamp, data }))
    const { object, status } = await network.ask(user, 'retrieve', signRetrieve(user))
    expect(status).toBe(200)
    expect(object).toEqual({
      messages: [
        {
          hash: computeMessageHash(user, 0, data),
          timestamp,
          expiration: timestamp + DAY_MS,
          data: data.toString('base64'),
        },
      ],
      more: false,
      t: expect.any(Number),
      hf: [expect.any(Number), expect.any(Number)],
    })
  })

  it('comes in the order of storing, whatever its timestamp says', async () => {
    const user = createUser()
    const now = readTimeMs()
    const offsets = [0, -3, -1, -2].map((seconds) => seconds * SECOND_MS)
    for (const offset of offsets) {
      await network.ask(
        user,
        'store',
        writeStore(user, { data: `${offset}`, timestamp: now + offset }),
      )
    }
    const expected = offsets.map((offset) => computeMessageHash(user, 0, Buffer.from(`${offset}`)))
    expect((await read(user)).hashes).toEqual(expected)
  })

  it('is of the namespace asked for, 0 when none is', async () => {
    const user = createUser()
    const [inbox] = await fill(user, ['x'])
    const [config] = await fill(user, ['x'], 2)
    const { signature, timestamp } = signRetrieve(user)
    const plain = { ...user.auth, signature, timestamp }
    const reply = await network.ask(user, 'retrieve', plain)
    expect(reply.object['messages']).toMatchObject([{ hash: inbox }])
    const other = await network.ask(user, 'retrieve', signRetrieve(user, { namespace: 2 }))
    expect(other.object['messages']).toMatchObject([{ hash: config }])
  })
})

const FAILED = { status: 401, text: 'retrieve signature verification failed' }
const TOO_FAR = { status: 406, text: 'retrieve timestamp too far from current time' }
const REQUIRED = { status: 401, text: 'retrieve: request signature required' }
const at = (seconds: number) => ({ timestamp: readTimeMs() + seconds * SECOND_MS })

const REQUESTS: readonly (readonly [string, (owner: Caller) => Json, object])[] = [
  ['a good signature', (owner) => signRetrieve(owner), { status: 200 }],
  ['none', (owner) => ({ ...owner.auth }), REQUIRED],
  ['none but a time', (owner) => ({ ...owner.auth, ...at(0) }), REQUIRED],
  ['the key of another', (owner) => signRetrieve(impersonate(owner)), FAILED],
  ['a time 59 seconds back', (owner) => signRetrieve(owner, at(-59)), { status: 200 }],
  ['a time 59 seconds ahead', (owner) => signRetrieve(owner, at(59)), { status: 200 }],
  ['a time 61 seconds back', (owner) => signRetrieve(owner, at(-61)), TOO_FAR],
  ['a time 61 seconds ahead', (owner) => signRetrieve(owner, at(61)), TOO_FAR],
  [
    'another time than the signed one',
    (owner) => ({ ...signRetrieve(owner, at(-3)), ...at(0) }),
    FAILED,
  ],
  [
    'the signature for another namespace',
    (owner) => ({ ...signRetrieve(owner, { namespace: 5 }), namespace: 4 }),
    FAILED,
  ],
  [
    'the signature for namespace 0 on another',
    (owner) => signRetrieve(owner, { more: { namespace: 5 } }),
    FAILED,
  ],
  [
    'a signed "0" in namespace 0 (trap 25)',
    (owner) => {
      const { timestamp } = at(0)
      return { ...owner.auth, timestamp, signature: owner.sign('retrieve0', timestamp) }
    },
    FAILED,
  ],
]

describe.each([
  ['an 05 account', createUser],
  ['a group (trap 27)', createGroup],
])('reading from %s', (_, create) => {
  it.each(REQUESTS)('with %s is answered as it deserves', async (_name, build, expected) => {
    const owner = create()
    expect(await network.ask(owner, 'retrieve', build(owner))).toMatchObject(expected)
  })

  it.each([-1, -21, -41, -10])(
    'needs neither signature nor time in %i (trap 23)',
    async (namespace) => {
      const owner = create()
      const [hash] = await fill(owner, ['open'], namespace)
      const reply = await network.ask(owner, 'retrieve', { pubkey: owner.id, namespace })
      expect(reply.status).toBe(200)
      expect(reply.object['messages']).toMatchObject([{ hash }])
    },
  )

  it.each([0, 1, 10, 20, 21, -2, -11, -20, -22, -30, -111])(
    'needs a signature in %i',
    async (namespace) => {
      const owner = create()
      const reply = await network.ask(owner, 'retrieve', { pubkey: owner.id, namespace })
      expect(reply).toMatchObject(REQUIRED)
    },
  )
})

describe('an 05 account', () => {
  it('cannot be read with the Ed25519 key of somebody else', async () => {
    const [user, other] = [createUser(), createUser()]
    const params = { ...signRetrieve(other), pubkey: user.id }
    expect(await network.ask(user, 'retrieve', params)).toMatchObject(FAILED)
  })

  it('cannot be read without its Ed25519 key', async () => {
    const user = createUser()
    const params = signRetrieve(user, { more: { pubkey_ed25519: undefined } })
    expect(await network.ask(user, 'retrieve', params)).toMatchObject(FAILED)
  })
})

describe('paging by hash', () => {
  it.each(['last_hash', 'lastHash'])('goes on behind %s until there is no more', async (name) => {
    const user = createUser()
    const hashes = await fill(user, numbered(5))
    expect(await read(user, { [name]: '', max_count: 2 })).toEqual({
      hashes: hashes.slice(0, 2),
      more: true,
    })
    expect(await read(user, { [name]: hashes[1], max_count: 2 })).toEqual({
      hashes: hashes.slice(2, 4),
      more: true,
    })
    expect(await read(user, { [name]: hashes[3], max_count: 2 })).toEqual({
      hashes: hashes.slice(4),
      more: false,
    })
    expect(await read(user, { [name]: hashes[4] })).toEqual({ hashes: [], more: false })
  })

  it('starts from the beginning behind a hash that is unknown, or known elsewhere only', async () => {
    const user = createUser()
    const hashes = await fill(user, numbered(3))
    const [elsewhere] = await fill(user, ['elsewhere'], 10)
    for (const last of ['B'.repeat(43), elsewhere]) {
      expect((await read(user, { last_hash: last })).hashes).toEqual(hashes)
    }
  })

  it('says that nothing is left when the last message fits exactly', async () => {
    const user = createUser()
    const hashes = await fill(user, numbered(3))
    expect(await read(user, { max_count: 3 })).toEqual({ hashes, more: false })
    expect(await read(user, { max_count: 2 })).toMatchObject({ more: true })
  })
})

describe('paging by size', () => {
  // A message of 60,000 bytes costs about 80,143 of the budget.
  const LARGE = 60_000
  const LARGE_COUNT = 6
  let owner: Caller | undefined

  const ownerOfLarge = async () => {
    if (owner !== undefined) return owner
    owner = createUser()
    await fill(
      owner,
      Array.from({ length: LARGE_COUNT }, (_, i) => Buffer.alloc(LARGE, i + 1)),
    )
    return owner
  }

  it.each([
    [1, 1],
    [79_000, 1],
    [150_000, 1],
    [170_000, 2],
    [250_000, 3],
    [7_800_000, 6],
    [0, 6],
    [-1, 6],
    [-20, 4],
    [-40, 2],
    [-60, 1],
    [-1000, 1],
  ])('of %i gives %i messages, at least one always', async (size, count) => {
    const user = await ownerOfLarge()
    const page = await read(user, { max_size: size })
    expect(page.hashes).toHaveLength(count)
    expect(page.more).toBe(count < LARGE_COUNT)
  })

  it('keeps to the smaller of count and size', async () => {
    const user = await ownerOfLarge()
    expect((await read(user, { max_size: 250_000, max_count: 2 })).hashes).toHaveLength(2)
    expect((await read(user, { max_size: 170_000, max_count: 5 })).hashes).toHaveLength(2)
  })

  it('is a fifth of the budget when neither count nor size is given', async () => {
    const user = createUser()
    const data = Array.from({ length: 20 }, (_, i) => Buffer.alloc(76_800, i + 1))
    const hashes = await fill(user, data)
    // 15 × 102,543 is within 7,800,000 / 5, 16 × is not.
    expect(await read(user)).toEqual({ hashes: hashes.slice(0, 15), more: true })
    expect(await read(user, { max_size: 0 })).toEqual({ hashes: hashes.slice(0, 15), more: true })
    expect(await read(user, { last_hash: hashes[14] })).toEqual({
      hashes: hashes.slice(15),
      more: false,
    })
    expect((await read(user, { max_size: -1 })).hashes).toEqual(hashes)
  })
})
