/** Who may ask a group's swarm, and what nodes say to the requests. */
import type { Account } from '@sotto/crypto/identity'
import { createMemberAuth, deriveGroupAdmin, deriveSubaccountToken } from '@sotto/crypto/session'
import { encodeGroupId } from '@sotto/protocol/group'
import { checkRequest, TTL_MAX_MS } from '@sotto/protocol/rpc'
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../../test/simulated-person.ts'
import {
  composeDelete,
  composeExtend,
  composeRetrieve,
  composeRevocations,
  composeStore,
  type GroupRequest,
} from './compose-requests.ts'
import { type GroupAccess, openGroupAccess } from './group-access.ts'

const NOW_MS = 1_767_225_600_000
const SEED = new Uint8Array(32).fill(9)
const ADMIN = deriveGroupAdmin(Uint8Array.from(SEED))
const ID = encodeGroupId(ADMIN.signing.publicKey)
const ACCOUNTS = Array.from({ length: 6 }, (_, index) => createAccount(`member ${index}`))
const HASH = 'a'.repeat(43)

function accessAs(account: Account, kind: 'admin' | 'member' = 'member', flags = 3): GroupAccess {
  const member = account.accountId
  const access = openGroupAccess(account, ID, {
    adminSeed: kind === 'admin' ? SEED : null,
    memberAuth: kind === 'member' ? createMemberAuth(ADMIN, { member, flags }) : null,
  })
  if (access === undefined) throw new Error('a way in')
  return access
}

/** What a node that has revoked these tokens says; 200 if it would do it. */
function ask(request: GroupRequest, revoked: readonly Uint8Array[] = []): number {
  const isRevoked = (token: Uint8Array): boolean =>
    revoked.some((one) => one.every((byte, i) => byte === token[i]))
  return checkRequest(request, { nowMs: NOW_MS, isForwarded: false, isRevoked })?.status ?? 200
}

function only(requests: readonly GroupRequest[]): GroupRequest {
  const [request, ...others] = requests
  if (request === undefined || others.length > 0) throw new Error('one request')
  return request
}

const requestsOf = (access: GroupAccess) => ({
  store: composeStore(access, { namespace: 11, data: SEED }, NOW_MS),
  storeKeys: composeStore(access, { namespace: 12, data: SEED }, NOW_MS),
  retrieve: composeRetrieve(access, { namespace: 11, maxSize: -2 }, NOW_MS),
  kicked: composeRetrieve(access, { namespace: -11, lastHash: HASH, maxSize: -8 }, NOW_MS),
  extend: composeExtend(access, [HASH], NOW_MS),
  delete: composeDelete(access, [HASH]),
  revoke: only(
    composeRevocations(
      access,
      { method: 'revoke_subaccount', tokens: [new Uint8Array(36)] },
      NOW_MS,
    ),
  ),
})

function statusesOf(access: GroupAccess, revoked: readonly Uint8Array[] = []) {
  return Object.fromEntries(
    Object.entries(requestsOf(access)).map(([name, request]) => [name, ask(request, revoked)]),
  )
}

describe('a swarm', () => {
  it('does everything for who leads the group', () => {
    const [account] = ACCOUNTS
    if (account === undefined) throw new Error('an account')
    expect(new Set(Object.values(statusesOf(accessAs(account, 'admin'))))).toEqual(new Set([200]))
  })

  it('lets every member read, write and prolong, whatever the sign of its key', () => {
    for (const account of ACCOUNTS)
      expect(statusesOf(accessAs(account))).toEqual({
        store: 200,
        storeKeys: 200,
        retrieve: 200,
        kicked: 200,
        extend: 200,
        delete: 401,
        revoke: 401,
      })
  })

  it('lets who was revoked read that it is out, and nothing else', () => {
    const [account] = ACCOUNTS
    if (account === undefined) throw new Error('an account')
    const token = deriveSubaccountToken(ADMIN, { member: account.accountId })
    const statuses = statusesOf(accessAs(account), [token])
    expect(statuses).toEqual({
      store: 401,
      storeKeys: 401,
      retrieve: 401,
      kicked: 200,
      extend: 401,
      delete: 401,
      revoke: 401,
    })
  })

  it('refuses a grant in the hands of another account', () => {
    const [member, thief] = ACCOUNTS
    if (member === undefined || thief === undefined) throw new Error('accounts')
    const memberAuth = createMemberAuth(ADMIN, { member: member.accountId })
    expect(openGroupAccess(thief, ID, { adminSeed: null, memberAuth })).toBeUndefined()
  })

  it('is not asked with the seed of another group, nor with neither', () => {
    const [account] = ACCOUNTS
    if (account === undefined) throw new Error('an account')
    const adminSeed = new Uint8Array(32).fill(1)
    expect(openGroupAccess(account, ID, { adminSeed, memberAuth: null })).toBeUndefined()
    expect(openGroupAccess(account, ID, { adminSeed: null, memberAuth: null })).toBeUndefined()
  })
})

describe('a request', () => {
  it('names the group as its own key, never a second one (trap 27)', () => {
    for (const account of ACCOUNTS.slice(0, 2))
      for (const kind of ['admin', 'member'] as const)
        for (const { params } of Object.values(requestsOf(accessAs(account, kind))))
          expect(params).not.toHaveProperty('publicKey')
  })

  it('keeps the time of what is sent late, and is signed with the present one', () => {
    const [account] = ACCOUNTS
    if (account === undefined) throw new Error('an account')
    const sentAtMs = NOW_MS - 86_400_000
    const store = { namespace: 11, data: SEED, sentAtMs, ttlMs: TTL_MAX_MS }
    const late = composeStore(accessAs(account), store, NOW_MS)
    expect(late.params).toMatchObject({
      timestampMs: sentAtMs,
      expiryMs: sentAtMs + TTL_MAX_MS,
      sigTimestampMs: NOW_MS,
    })
    expect(ask(late)).toBe(200)
  })

  it('revokes no more tokens at once than a swarm takes', () => {
    const [account] = ACCOUNTS
    if (account === undefined) throw new Error('an account')
    const tokens = Array.from({ length: 120 }, (_, index) => new Uint8Array(36).fill(index))
    const change = { method: 'unrevoke_subaccount', tokens } as const
    const requests = composeRevocations(accessAs(account, 'admin'), change, NOW_MS)
    const counts = requests.map(({ params }) => ('tokens' in params ? params.tokens.length : 0))
    expect(counts).toEqual([50, 50, 20])
    expect(requests.map((request) => ask(request))).toEqual([200, 200, 200])
    expect(composeRevocations(accessAs(account, 'admin'), { ...change, tokens: [] }, 5)).toEqual([])
  })
})
