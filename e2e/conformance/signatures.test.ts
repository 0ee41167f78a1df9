/**
 * Every signed method against the same wrong signatures, for accounts and for groups, with the status clients act on.
 */

import { describe, expect, it } from 'vitest'
import type { Json } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
  SECOND_MS,
  signDelete,
  signDeleteAll,
  signDeleteBefore,
  signExpire,
  signExpireAll,
  signGetExpiries,
  signRetrieve,
  signRevocation,
  signStore,
} from './signed-requests.ts'
import { type Caller, createGroup, createUser, impersonate } from './wire-account.ts'
import { useNetwork } from './wire-network.ts'

const HASH = 'D'.repeat(43)
const TOKEN = Buffer.alloc(36, 3)
const network = useNetwork()

interface SignedMethod {
  readonly method: string
  readonly build: (caller: Caller) => Json
  /** The same with another time of signing, where there is one. */
  readonly at?: (caller: Caller, timestamp: number) => Json
  /** A parameter that the signature covers, changed. */
  readonly tampered: () => Json
}

const later = (ms: number) => readTimeMs() + ms

const METHODS: readonly SignedMethod[] = [
  {
    method: 'store',
    build: (caller) => signStore(caller, { namespace: 3 }),
    at: (caller, sigTimestamp) => signStore(caller, { namespace: 3, sigTimestamp }),
    tampered: () => ({ namespace: 5 }),
  },
  {
    method: 'retrieve',
    build: (caller) => signRetrieve(caller),
    at: (caller, timestamp) => signRetrieve(caller, { timestamp }),
    tampered: () => ({ namespace: 3 }),
  },
  {
    method: 'delete',
    build: (caller) => signDelete(caller, [HASH]),
    tampered: () => ({ messages: [HASH, 'E'.repeat(43)] }),
  },
  {
    method: 'delete_all',
    build: (caller) => signDeleteAll(caller),
    at: (caller, timestamp) => signDeleteAll(caller, { timestamp }),
    tampered: () => ({ namespace: 'all' }),
  },
  {
    method: 'delete_before',
    build: (caller) => signDeleteBefore(caller, readTimeMs()),
    tampered: () => ({ before: later(1) }),
  },
  {
    method: 'expire_all',
    build: (caller) => signExpireAll(caller, later(DAY_MS)),
    tampered: () => ({ namespace: 'all' }),
  },
  {
    method: 'expire',
    build: (caller) => signExpire(caller, [HASH], later(DAY_MS)),
    tampered: () => ({ expiry: later(2 * DAY_MS) }),
  },
  {
    method: 'get_expiries',
    build: (caller) => signGetExpiries(caller, [HASH]),
    at: (caller, timestamp) => signGetExpiries(caller, [HASH], { timestamp }),
    tampered: () => ({ messages: ['E'.repeat(43)] }),
  },
  {
    method: 'revoke_subaccount',
    build: (caller) => signRevocation(caller, 'revoke', [TOKEN]),
    at: (caller, timestamp) => signRevocation(caller, 'revoke', [TOKEN], { timestamp }),
    tampered: () => ({ revoke: [Buffer.alloc(36, 4).toString('base64')] }),
  },
  {
    method: 'unrevoke_subaccount',
    build: (caller) => signRevocation(caller, 'unrevoke', [TOKEN]),
    at: (caller, timestamp) => signRevocation(caller, 'unrevoke', [TOKEN], { timestamp }),
    tampered: () => ({ unrevoke: [Buffer.alloc(36, 4).toString('base64')] }),
  },
]

const TIMED = METHODS.flatMap((entry) =>
  entry.at === undefined ? [] : [{ ...entry, at: entry.at }],
)

describe.each([
  ['an 05 account', createUser],
  ['a group', createGroup],
])('%s', (_, create) => {
  it.each(METHODS)('is obeyed when it signs $method', async ({ method, build }) => {
    const owner = create()
    const reply = await network.ask(owner, method, build(owner))
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 })
    expect(reply.headers['content-type']).toMatch(/^application\/json/)
  })

  it.each(METHODS)('gets 401 for $method without a signature', async ({ method, build }) => {
    const owner = create()
    const reply = await network.ask(owner, method, { ...build(owner), signature: undefined })
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 401 })
  })

  it.each(METHODS)('gets 401 for $method signed by another key', async ({ method, build }) => {
    const owner = create()
    const reply = await network.ask(owner, method, build(impersonate(owner)))
    expect(reply.status).toBe(401)
    expect(reply.text).not.toBe('')
  })

  it.each(METHODS)(
    'gets 401 for $method changed after signing',
    async ({ method, build, tampered }) => {
      const owner = create()
      const reply = await network.ask(owner, method, { ...build(owner), ...tampered() })
      expect(reply.status).toBe(401)
    },
  )

  it.each(METHODS)(
    'gets 401 for $method with the signature of another account',
    async ({ method, build }) => {
      const [owner, other] = [create(), create()]
      const stolen = { ...build(other), pubkey: owner.id }
      expect((await network.ask(owner, method, stolen)).status).toBe(401)
    },
  )

  it.each(METHODS)('gets 401 for $method with a signature of zeros', async ({ method, build }) => {
    const owner = create()
    const signature = Buffer.alloc(64).toString('base64')
    expect((await network.ask(owner, method, { ...build(owner), signature })).status).toBe(401)
  })

  it.each(TIMED)('may be 59 seconds off with $method', async ({ method, at }) => {
    const owner = create()
    for (const seconds of [-59, 59]) {
      const reply = await network.ask(owner, method, at(owner, readTimeMs() + seconds * SECOND_MS))
      expect(reply.status).toBe(200)
    }
  })

  it.each(TIMED)('gets 406 for $method 61 seconds off (trap 9)', async ({ method, at }) => {
    const owner = create()
    for (const seconds of [-61, 61]) {
      const reply = await network.ask(owner, method, at(owner, readTimeMs() + seconds * SECOND_MS))
      expect({ status: reply.status, json: reply.json }).toEqual({ status: 406, json: undefined })
    }
  })
})

describe('a weak key', () => {
  // Ed25519 points of small order verify anything in a careless implementation.
  it.each(['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`])(
    'as a group id opens nothing: %s',
    async (key) => {
      const bytes = Buffer.from(`03${key}`, 'hex')
      const weak = {
        ...createGroup(),
        id: bytes.toString('hex'),
        bytes,
        auth: { pubkey: bytes.toString('hex') },
      }
      const signatures = [Buffer.alloc(64), Buffer.from(key + '00'.repeat(32), 'hex')]
      for (const signature of signatures) {
        const params = { ...signRetrieve(weak), signature: signature.toString('base64') }
        expect((await network.ask(weak, 'retrieve', params)).status).toBe(401)
      }
    },
  )
})
