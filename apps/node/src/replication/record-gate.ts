/**
 * Lets records of other nodes in, or not (spec 10 §8.1). A node that hands records over may be hostile: each message must
 * have a lifetime that a client could have given it, each change the signature of its account, and both must belong
 * here. That a message has the hash of its content is certain already: the reader computes it.
 *
 * @module
 */
import { checkChange, type ReceivedChange, type ReceivedMessage } from '@sotto/protocol/replication'
import { findTtlMax, TTL_MIN_MS } from '@sotto/protocol/rpc'
import { type AccountBytes, isPublicOutbox } from '@sotto/protocol/swarm'
import { createChange } from '../rpc/create-change.ts'
import type { AccountChange } from '../store/message-store.ts'
import type { AdmittedMessage } from '../store/record-store.ts'

export interface RecordGate {
  readonly isOwn: (account: AccountBytes) => boolean
  readonly nowMs: number
}

/** Clocks of two nodes in good standing differ by less. */
const CLOCK_MARGIN_MS = 60_000

function isLifetime(message: ReceivedMessage): boolean {
  const ttlMs = message.firstExpiryMs - message.timestampMs
  return ttlMs >= TTL_MIN_MS && ttlMs <= findTtlMax(message.namespace)
}

/** The message as it may be stored; undefined for one that may not. */
export function acceptMessage(
  message: ReceivedMessage,
  { isOwn, nowMs }: RecordGate,
): AdmittedMessage | undefined {
  const { account, namespace, hash, timestampMs, storedMs, firstExpiryMs, data } = message
  if (timestampMs > nowMs + CLOCK_MARGIN_MS || firstExpiryMs <= nowMs) return undefined
  if (!isLifetime(message) || !isOwn(account)) return undefined
  return {
    account,
    namespace,
    hash,
    timestampMs,
    // A date in the future would put the message out of reach of its account's next change.
    storedMs: Math.min(storedMs, nowMs),
    firstExpiryMs,
    data,
    isAlone: isPublicOutbox(namespace),
  }
}

/** The change as it may be kept; undefined for one that may not. */
export function acceptChange(
  { account, receivedMs, change: request }: ReceivedChange,
  { isOwn, nowMs }: RecordGate,
): AccountChange | undefined {
  if (!isOwn(account)) return undefined
  const checked = checkChange({ account, atMs: receivedMs, request }, { nowMs })
  if (!checked.ok) return undefined
  const change = createChange(checked.value.request, receivedMs)
  // Those who had it from the beginning keep a revocation for as long as its account keeps anything.
  return change.sort === 'revocation' || change.untilMs > nowMs ? change : undefined
}
