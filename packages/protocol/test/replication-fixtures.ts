/**
 * Messages and signed changes that the tests of replication share.
 *
 * @module
 */
import { encodeBase64 } from '@sotto/crypto/bytes'
import {
  type ChangeMethodName,
  type ChangeRequest,
  type MessageRecord,
  encodeChange,
  isChangeRequest,
} from '../src/replication/index.ts'
import { encodeRevokeText } from '../src/rpc/index.ts'
import type { AccountBytes } from '../src/swarm/index.ts'
import {
  DAY_MS,
  HASHES,
  NOW_MS,
  alice,
  bytesOfAccount,
  parsePlain,
  signedByAlice,
} from './rpc-fixtures.ts'

export const ALICE: AccountBytes = bytesOfAccount(alice.accountId)
const TOKEN = new Uint8Array(36).fill(3)
const SOON_MS: number = NOW_MS + 60_000

export function createMessage(overrides: Partial<MessageRecord> = {}): MessageRecord {
  return {
    kind: 'message',
    account: ALICE,
    namespace: 0,
    timestampMs: NOW_MS,
    storedMs: NOW_MS + 20,
    firstExpiryMs: NOW_MS + DAY_MS,
    data: Uint8Array.of(1, 2, 3),
    ...overrides,
  }
}

export function parseChange(method: ChangeMethodName, params: object): ChangeRequest {
  const request = parsePlain(method, params)
  if (!isChangeRequest(request)) throw new TypeError('a test makes a change that is none')
  return request
}

export function bytesOfChange(request: ChangeRequest): Uint8Array {
  const bytes = encodeChange(request)
  if (bytes === undefined) throw new TypeError('a test makes a change that is not kept')
  return bytes
}

function createRevoke(method: 'revoke_subaccount' | 'unrevoke_subaccount'): ChangeRequest {
  const text = encodeRevokeText(method, { tokens: [TOKEN], timestampMs: NOW_MS })
  const name = method === 'revoke_subaccount' ? 'revoke' : 'unrevoke'
  const params = { [name]: [encodeBase64(TOKEN)], timestamp: NOW_MS }
  return parseChange(method, signedByAlice(params, text))
}

/** One of each method, signed by alice. */
export const CHANGES: Readonly<Record<ChangeMethodName, ChangeRequest>> = {
  delete: parseChange('delete', signedByAlice({ messages: HASHES }, `delete${HASHES.join('')}`)),
  delete_all: parseChange(
    'delete_all',
    signedByAlice({ namespace: 'all', timestamp: NOW_MS }, `delete_allall${NOW_MS}`),
  ),
  delete_before: parseChange(
    'delete_before',
    signedByAlice({ before: NOW_MS - 5 }, `delete_before${NOW_MS - 5}`),
  ),
  expire: parseChange(
    'expire',
    signedByAlice(
      { messages: [HASHES[0]], expiry: SOON_MS, shorten: true },
      `expireshorten${SOON_MS}${HASHES[0]}`,
    ),
  ),
  expire_all: parseChange(
    'expire_all',
    signedByAlice({ namespace: 2, expiry: SOON_MS }, `expire_all2${SOON_MS}`),
  ),
  revoke_subaccount: createRevoke('revoke_subaccount'),
  unrevoke_subaccount: createRevoke('unrevoke_subaccount'),
}
