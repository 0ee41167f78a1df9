/**
 * Signed changes of every kind, and random messages and changes of one account (spec 10 §8). The random changes are not
 * signed: what a change does is not a question of who signed it.
 *
 * @module
 */
import { encodeBase64, concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import {
  type ChangeRequest,
  describeEffect,
  type DatedMessage,
  type EncodedChange,
  isChangeRequest,
  type TimedEffect,
} from '../src/replication/index.ts'
import { bytesOfChange } from './replication-fixtures.ts'
import {
  alice,
  bytesOfAccount,
  createToken,
  DAY_MS,
  groupId,
  groupKey,
  HASHES,
  NOW_MS,
  parsePlain,
  signedByAlice,
  signedByMember,
  signText,
} from './rpc-fixtures.ts'

export const MINUTE_MS = 60_000
const END_MS = NOW_MS + DAY_MS
const [HASH] = HASHES

export function parseChange(method: string, params: object): ChangeRequest {
  const request = parsePlain(method, params)
  if (!isChangeRequest(request)) throw new TypeError('a change was meant')
  return request
}

export function encodeValid(request: ChangeRequest, atMs: number = NOW_MS): EncodedChange {
  return { account: request.params.account, atMs, request: bytesOfChange(request) }
}

export function signedRevoke(method: 'revoke_subaccount' | 'unrevoke_subaccount'): ChangeRequest {
  const token = createToken(3)
  const text = concatBytes([encodeUtf8(`${method}${NOW_MS}`), token])
  const tokens = { [method === 'revoke_subaccount' ? 'revoke' : 'unrevoke']: encodeBase64(token) }
  const signature = signText(groupKey, text)
  return parseChange(method, { pubkey: groupId, ...tokens, timestamp: NOW_MS, signature })
}

/** One of each kind, by the account's owner, and those that a subaccount may make. */
export function createSignedChanges(): readonly (readonly [string, ChangeRequest])[] {
  const shorten = { messages: [HASH], expiry: END_MS, shorten: true }
  const all = { namespace: 'all', timestamp: NOW_MS }
  return [
    [
      'delete',
      parseChange('delete', signedByAlice({ messages: HASHES }, `delete${HASHES.join('')}`)),
    ],
    ['delete_all', parseChange('delete_all', signedByAlice(all, `delete_allall${NOW_MS}`))],
    [
      'delete_before',
      parseChange(
        'delete_before',
        signedByAlice({ namespace: -3, before: NOW_MS }, `delete_before-3${NOW_MS}`),
      ),
    ],
    ['expire', parseChange('expire', signedByAlice(shorten, `expireshorten${END_MS}${HASH}`))],
    [
      'expire_all',
      parseChange('expire_all', signedByAlice({ expiry: END_MS }, `expire_all${END_MS}`)),
    ],
    ['revoke_subaccount', signedRevoke('revoke_subaccount')],
    ['unrevoke_subaccount', signedRevoke('unrevoke_subaccount')],
    [
      'delete by a subaccount',
      parseChange('delete', signedByMember(4, { messages: [HASH] }, `delete${HASH}`)),
    ],
  ]
}

export function accountOf(request: ChangeRequest): EncodedChange['account'] {
  return request.params.account
}

/** A message of a few, so that changes meet it often. */
export function createDated(draft: Partial<DatedMessage> = {}): DatedMessage {
  return {
    hash: HASH,
    namespace: 0,
    timestampMs: NOW_MS,
    storedMs: NOW_MS,
    firstExpiryMs: END_MS,
    ...draft,
  }
}

const arbitraryHash = fc.constantFrom(...HASHES)
const arbitraryNamespace = fc.constantFrom<number | 'all'>(0, 2, 'all')
/** A few minutes, often on the same points, where ties and limits are. */
const arbitraryTime = fc.oneof(
  fc.integer({ min: 0, max: 5 }).map((minute) => NOW_MS + minute * MINUTE_MS),
  fc.integer({ min: NOW_MS, max: NOW_MS + 5 * MINUTE_MS }),
)
const arbitraryEnd = fc.oneof(
  arbitraryTime,
  fc.constantFrom(END_MS, NOW_MS + 2 * DAY_MS, NOW_MS + 40 * DAY_MS),
)
const account = bytesOfAccount(alice.accountId)
const tokens = [createToken(1), createToken(2), createToken(3)] as const

const arbitraryChange: fc.Arbitrary<ChangeRequest> = fc.oneof(
  fc
    .uniqueArray(arbitraryHash, { minLength: 1 })
    .map((messages): ChangeRequest => ({ method: 'delete', params: { account, messages } })),
  fc
    .tuple(fc.constantFrom('delete_all' as const), arbitraryNamespace, arbitraryTime)
    .map(([method, namespace, timestampMs]): ChangeRequest => ({
      method,
      params: { account, namespace, timestampMs },
    })),
  fc.tuple(arbitraryNamespace, arbitraryTime).map(([namespace, beforeMs]): ChangeRequest => ({
    method: 'delete_before',
    params: { account, namespace, beforeMs },
  })),
  fc.tuple(arbitraryNamespace, arbitraryEnd).map(([namespace, expiryMs]): ChangeRequest => ({
    method: 'expire_all',
    params: { account, namespace, expiryMs },
  })),
  fc
    .tuple(
      fc.uniqueArray(arbitraryHash, { minLength: 1 }),
      arbitraryEnd,
      fc.constantFrom({}, { isShorten: true }, { isExtend: true }),
    )
    .map(([messages, expiryMs, mode]): ChangeRequest => ({
      method: 'expire',
      params: { account, messages, expiryMs, ...mode },
    })),
  fc
    .tuple(
      fc.constantFrom('revoke_subaccount' as const, 'unrevoke_subaccount' as const),
      fc.subarray([...tokens], { minLength: 1 }),
      arbitraryTime,
    )
    .map(([method, named, timestampMs]): ChangeRequest => ({
      method,
      params: { account, tokens: named, timestampMs },
    })),
)

export interface DatedChange extends TimedEffect {
  readonly request: ChangeRequest
}

export const arbitraryDatedChange: fc.Arbitrary<DatedChange> = fc
  .tuple(arbitraryChange, arbitraryTime)
  .map(([request, atMs]) => {
    const effect = describeEffect(request, atMs)
    if (effect === undefined) throw new TypeError('the owner may make every change')
    return { request, atMs, effect }
  })

/** Each of the hashes at most once: what is stored twice is one message with one date. */
export const arbitraryMessages: fc.Arbitrary<readonly DatedMessage[]> = fc.uniqueArray(
  fc.record({
    hash: arbitraryHash,
    namespace: fc.constantFrom(0, 2),
    timestampMs: arbitraryTime,
    storedMs: arbitraryTime,
    firstExpiryMs: arbitraryEnd,
  }),
  { selector: ({ hash }) => hash, minLength: 1 },
)
