/**
 * Subaccounts: what each flag permits, what a token must be, and how an owner takes it back.
 */

import { describe, expect, it } from 'vitest'
import { type Json, readList } from '../foreign/foreign-rpc.ts'
import { readTimeMs } from '../foreign/system-clock.ts'
import {
  DAY_MS,
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
import { expectSigned, readEntries } from './swarm-entries.ts'
import {
  ANY_PREFIX,
  type Caller,
  DELETE,
  READ,
  WRITE,
  createGroup,
  createUser,
  impersonate,
  issueSubaccount,
} from './wire-account.ts'
import { useNetwork } from './wire-network.ts'

const HASH = 'D'.repeat(43)
const network = useNetwork()

async function ask(owner: Caller, method: string, params: Json): Promise<number> {
  return (await network.ask(owner, method, params)).status
}

async function succeed(owner: Caller, method: string, params: Json): Promise<Json> {
  const reply = await network.ask(owner, method, params)
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 })
  return reply.object
}

interface Permission {
  readonly method: string
  readonly namespace?: number
  readonly needs: number
  readonly build: (caller: Caller) => Json
}

const later = (ms: number) => readTimeMs() + ms

const PERMISSIONS: readonly Permission[] = [
  { method: 'store', needs: WRITE, build: (caller) => signStore(caller, { namespace: 11 }) },
  {
    method: 'store to a public outbox',
    needs: WRITE | DELETE,
    build: (caller) => signStore(caller, { namespace: -21 }),
  },
  { method: 'retrieve', needs: READ, build: (caller) => signRetrieve(caller, { namespace: 11 }) },
  { method: 'delete', needs: DELETE, build: (caller) => signDelete(caller, [HASH]) },
  { method: 'delete_all', needs: DELETE, build: (caller) => signDeleteAll(caller) },
  {
    method: 'delete_before',
    needs: DELETE,
    build: (caller) => signDeleteBefore(caller, readTimeMs()),
  },
  {
    method: 'expire_all',
    needs: DELETE,
    build: (caller) => signExpireAll(caller, later(DAY_MS)),
  },
  { method: 'expire', needs: WRITE, build: (caller) => signExpire(caller, [HASH], later(DAY_MS)) },
  { method: 'get_expiries', needs: READ, build: (caller) => signGetExpiries(caller, [HASH]) },
]

const FLAGS = [0, 1, 2, 3, 4, 5, 6, 7]

describe.each([
  ['a group', createGroup],
  ['an 05 account', createUser],
])('a subaccount of %s', (_, create) => {
  it.each(PERMISSIONS)(
    'may $method with flags that contain $needs alone (trap 24)',
    async ({ method, needs, build }) => {
      const owner = create()
      const [name = ''] = method.split(' ')
      const statuses = await Promise.all(
        FLAGS.map((flags) => ask(owner, name, build(issueSubaccount(owner, flags)))),
      )
      const expected = FLAGS.map((flags) => ((flags & needs) === needs ? 200 : 401))
      expect(statuses).toEqual(expected)
    },
  )

  const token = (owner: Caller) => issueSubaccount(owner, READ | WRITE)
  const wrong: readonly (readonly [string, (owner: Caller) => Caller])[] = [
    ['signs with another key', (owner) => impersonate(token(owner))],
    ['signs with the key of the owner', (owner) => ({ ...token(owner), sign: owner.sign })],
    [
      'has a token signed by somebody else',
      (owner) => issueSubaccount(impersonate(owner), READ | WRITE),
    ],
    [
      'has the prefix of another network',
      (owner) => issueSubaccount(owner, READ | WRITE, owner.bytes[0] === 3 ? 5 : 3),
    ],
    [
      'has more flags than were signed',
      (owner) => {
        const holder = issueSubaccount(owner, WRITE)
        const forged = Buffer.from(holder.token)
        forged[1] = READ | WRITE
        return { ...holder, auth: { ...holder.auth, subaccount: forged.toString('base64') } }
      },
    ],
    [
      'belongs to another owner',
      (owner) => ({ ...token(create()), id: owner.id, bytes: owner.bytes }),
    ],
  ]
  it.each(wrong)('gets 401 when it %s', async (_name, build) => {
    const owner = create()
    const caller = build(owner)
    const params = { ...signRetrieve(caller, { namespace: 11 }), pubkey: owner.id }
    const merged = owner.auth['pubkey_ed25519'] === undefined ? {} : owner.auth
    expect(await ask(owner, 'retrieve', { ...params, ...merged })).toBe(401)
  })

  it('may have any prefix with the flag for it', async () => {
    const owner = create()
    const caller = issueSubaccount(owner, READ | ANY_PREFIX, 0x77)
    expect(await ask(owner, 'retrieve', signRetrieve(caller, { namespace: 11 }))).toBe(200)
    expect(await ask(owner, 'store', signStore(caller, { namespace: 11 }))).toBe(401)
  })

  it('can extend a life without the delete flag, and never shorten it', async () => {
    const owner = create()
    const member = issueSubaccount(owner, READ | WRITE)
    const timestamp = readTimeMs()
    const stored = await succeed(owner, 'store', signStore(member, { namespace: 11, timestamp }))
    const hash = String(stored['hash'])
    const sooner = timestamp + DAY_MS / 2
    const shorten = signExpire(member, [hash], sooner, { mode: 'shorten' })
    expect(await ask(owner, 'expire', shorten)).toBe(400)
    await succeed(owner, 'expire', signExpire(member, [hash], sooner))
    const known = () => succeed(owner, 'get_expiries', signGetExpiries(member, [hash]))
    expect(await known()).toEqual({ expiries: { [hash]: timestamp + DAY_MS } })
    const longer = timestamp + 2 * DAY_MS
    await succeed(owner, 'expire', signExpire(member, [hash], longer))
    expect(await known()).toEqual({ expiries: { [hash]: longer } })
  })

  it('shortens a life with the delete flag', async () => {
    const owner = create()
    const admin = issueSubaccount(owner, WRITE | DELETE)
    const stored = await succeed(owner, 'store', signStore(owner, { namespace: 11 }))
    const hash = String(stored['hash'])
    const expiry = later(DAY_MS / 2)
    const params = signExpire(admin, [hash], expiry, { mode: 'shorten' })
    const reply = await succeed(owner, 'expire', params)
    const entries = readEntries(network, owner, reply)
    expect(entries.map(({ entry }) => entry['updated'])).toEqual(entries.map(() => [hash]))
    expectSigned(entries, () => [owner.id, expiry, hash, hash])
  })

  it('cannot revoke or restore subaccounts', async () => {
    const owner = create()
    await succeed(owner, 'store', signStore(owner, { namespace: 11 }))
    const [admin, member] = [issueSubaccount(owner, 15), issueSubaccount(owner, READ)]
    for (const kind of ['revoke', 'unrevoke'] as const) {
      const params = signRevocation(admin, kind, [member.token])
      expect([400, 401]).toContain(await ask(owner, `${kind}_subaccount`, params))
    }
    expect(await ask(owner, 'retrieve', signRetrieve(member, { namespace: 11 }))).toBe(200)
  })
})

describe.each([
  ['a group', createGroup],
  ['an 05 account', createUser],
])('a revoked subaccount of %s', (_, create) => {
  const prepare = async () => {
    const owner = create()
    await succeed(owner, 'store', signStore(owner, { namespace: 11 }))
    await succeed(owner, 'store', signStore(owner, { namespace: -11, data: 'kicked' }))
    return { owner, member: issueSubaccount(owner, READ | WRITE | DELETE) }
  }

  it('can do nothing at any member, and the others can as before', async () => {
    const { owner, member } = await prepare()
    const other = issueSubaccount(owner, READ)
    const timestamp = readTimeMs()
    const params = signRevocation(owner, 'revoke', [member.token], { timestamp })
    const reply = await succeed(owner, 'revoke_subaccount', params)
    expect(Object.keys(reply).toSorted()).toEqual(['hf', 'swarm', 't'])
    const entries = readEntries(network, owner, reply)
    expectSigned(entries, () => [owner.id, timestamp, member.token])
    expect(entries.every(({ entry }) => !('count' in entry))).toBe(true)
    for (const node of network.members(owner)) {
      const read = (caller: Caller) =>
        network.call(node, 'retrieve', signRetrieve(caller, { namespace: 11 }))
      expect((await read(member)).status).toBe(401)
      expect((await read(other)).status).toBe(200)
      expect((await read(owner)).status).toBe(200)
    }
    const statuses = await Promise.all(
      PERMISSIONS.map(({ method, build }) => ask(owner, method.split(' ')[0] ?? '', build(member))),
    )
    expect(statuses).toEqual(PERMISSIONS.map(() => 401))
  })

  it.each([-11, -111])('can still read %i, and only read it (trap 23)', async (namespace) => {
    const { owner, member } = await prepare()
    const { hash } = await succeed(owner, 'store', signStore(owner, { namespace }))
    await succeed(owner, 'revoke_subaccount', signRevocation(owner, 'revoke', [member.token]))
    const reply = await succeed(owner, 'retrieve', signRetrieve(member, { namespace }))
    expect(readList(reply, 'messages').map((message) => message['hash'])).toContain(hash)
    expect(await ask(owner, 'store', signStore(member, { namespace }))).toBe(401)
    expect(await ask(owner, 'delete_all', signDeleteAll(member, { namespace }))).toBe(401)
    const blind = issueSubaccount(owner, WRITE)
    expect(await ask(owner, 'retrieve', signRetrieve(blind, { namespace }))).toBe(401)
  })

  it('is back when the owner restores it, whose members say how many were', async () => {
    const { owner, member } = await prepare()
    await succeed(owner, 'revoke_subaccount', signRevocation(owner, 'revoke', [member.token]))
    const unknown = issueSubaccount(owner, READ)
    const tokens = [member.token, unknown.token]
    const timestamp = readTimeMs()
    const params = signRevocation(owner, 'unrevoke', tokens, { timestamp })
    const entries = readEntries(network, owner, await succeed(owner, 'unrevoke_subaccount', params))
    expect(entries.map(({ entry }) => entry['count'])).toEqual(entries.map(() => 1))
    expectSigned(entries, () => [owner.id, timestamp, ...tokens])
    expect(await ask(owner, 'retrieve', signRetrieve(member, { namespace: 11 }))).toBe(200)
  })

  it.each([
    ['a list of base64', (token: string) => [token]],
    ['one base64 text', (token: string) => token],
    ['a list of hexadecimal', (token: string) => [Buffer.from(token, 'base64').toString('hex')]],
    ['one hexadecimal text', (token: string) => Buffer.from(token, 'base64').toString('hex')],
  ])('may be named by %s', async (_name, write) => {
    const { owner, member } = await prepare()
    const params = signRevocation(owner, 'revoke', [member.token])
    const revoke = write(Buffer.from(member.token).toString('base64'))
    await succeed(owner, 'revoke_subaccount', { ...params, revoke })
    expect(await ask(owner, 'retrieve', signRetrieve(member, { namespace: 11 }))).toBe(401)
  })

  it('is forgotten when 50 newer ones were revoked', async () => {
    const { owner, member } = await prepare()
    const newer = Array.from({ length: 50 }, () => issueSubaccount(owner, READ))
    const revoke = (tokens: readonly Uint8Array[]) =>
      succeed(owner, 'revoke_subaccount', signRevocation(owner, 'revoke', tokens))
    await revoke([member.token])
    await revoke(newer.slice(1).map(({ token }) => token))
    expect(await ask(owner, 'retrieve', signRetrieve(member, { namespace: 11 }))).toBe(401)
    await revoke(newer.slice(0, 1).map(({ token }) => token))
    expect(await ask(owner, 'retrieve', signRetrieve(member, { namespace: 11 }))).toBe(200)
    const statuses = await Promise.all(
      newer.map((caller) => ask(owner, 'retrieve', signRetrieve(caller, { namespace: 11 }))),
    )
    expect(new Set(statuses)).toEqual(new Set([401]))
  })
})
