/**
 * Audits another member's storage, and answers audits (spec 09 §6).
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import type { NodeRecord } from '@sotto/protocol/directory'
import {
  AUDIT_KEYS_MAX,
  type AuditOutcome,
  compareAudit,
  decodeAuditChallenge,
  encodeAuditAnswer,
  encodeAuditChallenge,
  proveMessage,
} from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { decodeRecordKey, encodeMessageKey, type RecordKey } from '@sotto/protocol/replication'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { LinkAnswer } from '../link/incoming-requests.ts'
import type { RecordStore } from '../store/record-store.ts'
import type { PeerClient } from '../swarm/peer-client.ts'

export interface AuditParts {
  readonly records: RecordStore
  readonly peers: PeerClient
  readonly randomness: Randomness
  readonly now: () => number
  readonly isOwn: (account: AccountBytes) => boolean
}

const NONCE_BYTES = 32
const TIMEOUT_MS = 5000
const NO_AUDIT: AuditOutcome = { passed: 0, failed: 0 }

function readData(key: RecordKey, { records, now }: AuditParts): Uint8Array | undefined {
  const parts = decodeRecordKey(key)
  return parts?.kind === 'message' ? records.readMessage(parts, now())?.data : undefined
}

/** Asks for messages that were here before a time. Who does not answer at all is unreachable, which others find out. */
export async function auditMember(
  member: NodeRecord,
  storedBeforeMs: number,
  parts: AuditParts,
): Promise<AuditOutcome> {
  const { records, peers, randomness, now, isOwn } = parts
  const sample = records.sampleMessages(AUDIT_KEYS_MAX, storedBeforeMs, now())
  const keys = sample.flatMap((message) => {
    const account = parseAccountBytes(message.account)
    return account !== undefined && isOwn(account) ? [encodeMessageKey(message)] : []
  })
  if (keys.length === 0) return NO_AUDIT
  const nonce = randomness.bytes(NONCE_BYTES)
  const reply = await peers.request(member, {
    command: COMMANDS.audit,
    body: encodeAuditChallenge({ nonce, keys }),
    timeoutMs: TIMEOUT_MS,
  })
  if (!reply.ok) return NO_AUDIT
  // Looked up after the answer: what was deleted meanwhile is nobody's fault.
  const expected = keys.map((key) => {
    const data = readData(key, parts)
    return data === undefined ? undefined : proveMessage(nonce, data)
  })
  return compareAudit(expected, reply.value)
}

export function answerAudit(body: Uint8Array, parts: AuditParts): LinkAnswer {
  const challenge = decodeAuditChallenge(body)
  if (challenge === undefined) return 'malformed'
  const { nonce, keys } = challenge
  return encodeAuditAnswer(keys.map((key) => proveMessage(nonce, readData(key, parts))))
}
