/**
 * Writes to the namespace of the account's devices (spec 12 §5.1): one message with what goes with it, and the deletion of what it replaces,
 * as one request that stops at its first failure. Nothing is deleted before its successor is there.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { err, ok, type Result } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import { encodeDeleteText, encodeStoreText } from '@sotto/protocol/rpc'
import { GROUP_NAMESPACE } from '@sotto/protocol/session-v2'
import { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { verifyReceipt } from '../messaging/store-receipt.ts'
import { type AccountRequest, callOwnSwarm, type OwnSwarmParts } from '../swarm/call-own-swarm.ts'

/** Of one request; more have never been seen, and what is left over expires. */
const HASHES_MAX = 200

export interface GroupWriting {
  readonly data: Uint8Array
  readonly ttlMs: number
  /** What the message replaces. */
  readonly deleteHashes?: readonly string[]
  /** Stored after the message: whoever sees it can have read the message. */
  readonly publish?: (nowMs: number) => AccountRequest
}

/** Gives the hash under which a member proved to keep the message. */
export async function writeGroup(
  { data, ttlMs, deleteHashes = [], publish }: GroupWriting,
  parts: OwnSwarmParts,
): Promise<Result<string, ClientError>> {
  const { account, swarms, time } = parts
  const bytes = toAccountBytes(account.accountId)
  const place = { account: bytes, namespace: GROUP_NAMESPACE, data }
  const timestampMs = time.now()
  const answer = await callOwnSwarm(
    (nowMs) => {
      const text = encodeStoreText({ namespace: GROUP_NAMESPACE, sigTimestampMs: nowMs })
      const signature = sign(account.signing, text)
      const times = { timestampMs, sigTimestampMs: nowMs, expiryMs: timestampMs + ttlMs }
      const signed = { publicKey: account.signing.publicKey, signature }
      const store: AccountRequest = { method: 'store', params: { ...place, ...times, ...signed } }
      const replaced = deleteHashes.length === 0 ? [] : [composeDelete(deleteHashes, parts)]
      return [store, ...(publish === undefined ? [] : [publish(nowMs)]), ...replaced]
    },
    parts,
    'sequence',
  )
  if (!answer.ok) return answer
  const hash = deriveMessageHash(place)
  const swarm = await swarms.find(bytes)
  if (!swarm.ok) return swarm
  const reply = answer.value.results[0]?.body
  const keepers = verifyReceipt({ reply, hash, members: swarm.value.members })
  return keepers.length > 0 ? ok(hash) : err(new ClientError('not_stored', 'device group'))
}

export async function deleteFromGroup(
  hashes: readonly string[],
  parts: OwnSwarmParts,
): Promise<Result<unknown, ClientError>> {
  if (hashes.length === 0) return ok(undefined)
  return callOwnSwarm(() => [composeDelete(hashes, parts)], parts)
}

function composeDelete(hashes: readonly string[], { account }: OwnSwarmParts): AccountRequest {
  const messages = hashes.slice(-HASHES_MAX)
  const params = {
    account: toAccountBytes(account.accountId),
    publicKey: account.signing.publicKey,
    messages,
    signature: sign(account.signing, encodeDeleteText({ messages })),
  }
  return { method: 'delete', params }
}
