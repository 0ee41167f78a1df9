/**
 * What a sender knows of a recipient's published key, how long it may be used, and what follows when there is none (spec
 * 12 §4). Fetching and queueing are the client's part.
 *
 * @module
 */
import { MS_PER_HOUR, MS_PER_SECOND } from '../limits.ts'
import { arePublicKeysEqual, type PublicKeys } from './key-pairs.ts'
import { OUTBOX_TTL_MS, type PublishedKeys } from './outbox.ts'

/** All that is stored for one recipient. */
export interface PeerKeys {
  readonly published?: {
    readonly keys: PublicKeys
    readonly fetchedAtMs: number
    /** As the recipient signed it, but never later than our own time of the fetch. */
    readonly issuedAtSeconds?: number
    readonly features?: number
  }
  /** Answers without a key since the last one with it. */
  readonly empty?: EmptyAnswers
}

interface EmptyAnswers {
  readonly firstAtMs: number
  readonly lastAtMs: number
  /** Different nodes that gave such an answer. */
  readonly nodes: readonly string[]
}

export type PeerKeysAge = 'fresh' | 'stale' | 'expired' | 'absent' | 'unknown'

export type FetchOutcome =
  | { readonly kind: 'found'; readonly keys: PublishedKeys; readonly node: string }
  /** The node answered, and with no valid message. */
  | { readonly kind: 'empty'; readonly node: string }
  /** No answer: nothing is known that was not known before. */
  | { readonly kind: 'failed' }

export type SendingPlan =
  | { readonly kind: 'forward-secret'; readonly keys: PublicKeys; readonly refetch: boolean }
  /** The message waits: nothing is sent because a fetch failed. */
  | { readonly kind: 'fetch-first' }
  | { readonly kind: 'without-secrecy' }
  | { readonly kind: 'first-version' }

export interface SendingConditions {
  readonly nowMs: number
  readonly allowsFirstVersion: boolean
  /** How many nodes there are to ask, if fewer than two. */
  readonly witnesses?: number
}

/** Spec 12 §4.1. */
const PEER_KEYS_FRESH_MS: number = 24 * MS_PER_HOUR
/** Spec 12 §4.1. */
const PEER_KEYS_USABLE_MS: number = 48 * MS_PER_HOUR
/** Spec 12 §4.1. */
const EMPTY_ANSWER_HOLDS_MS: number = MS_PER_HOUR
/** Spec 12 §4.3. */
const AGREEING_NODES = 2
/** Spec 12 §4.3. */
const AGREEING_SPAN_MS: number = MS_PER_HOUR
const NODES_KEPT = 8
/** Spec 12 §2.6. */
const OUTBOX_AGE_MARGIN_MS: number = 24 * MS_PER_HOUR

export function agePeerKeys({ published, empty }: PeerKeys, nowMs: number): PeerKeysAge {
  if (published !== undefined) {
    // A clock that went back makes a key old, never young.
    const ageMs = Math.abs(nowMs - published.fetchedAtMs)
    if (ageMs < PEER_KEYS_FRESH_MS) return 'fresh'
    if (ageMs <= PEER_KEYS_USABLE_MS) return 'stale'
    return 'expired'
  }
  const isKnownEmpty = empty !== undefined && nowMs - empty.lastAtMs < EMPTY_ANSWER_HOLDS_MS
  return isKnownEmpty ? 'absent' : 'unknown'
}

/**
 * An empty answer leaves the keys that are held: anybody between us and the recipient can give one. So can anybody give an
 * older message of the recipient's, which therefore counts as an empty answer too.
 */
export function recordPeerFetch(peer: PeerKeys, outcome: FetchOutcome, nowMs: number): PeerKeys {
  if (outcome.kind === 'failed') return peer
  if (outcome.kind === 'found' && !isRolledBack(peer, outcome.keys, nowMs)) {
    const { kem, agreement, issuedAtSeconds: issued, features } = outcome.keys
    // A time ahead would refuse everything that comes after a clock was put right.
    const issuedAtSeconds = issued && Math.min(issued, Math.floor(nowMs / MS_PER_SECOND))
    return {
      published: {
        keys: { kem, agreement },
        fetchedAtMs: nowMs,
        ...(issuedAtSeconds !== undefined && { issuedAtSeconds }),
        ...(features !== undefined && { features }),
      },
    }
  }
  const nodes = new Set([...(peer.empty?.nodes ?? []), outcome.node])
  const empty = {
    firstAtMs: peer.empty?.firstAtMs ?? nowMs,
    lastAtMs: nowMs,
    nodes: [...nodes].slice(0, NODES_KEPT),
  }
  return { ...peer, empty }
}

/**
 * Spec 12 §2.6. Without a time, as of clients that do not write one, a message is believed only once what is held may not be
 * used any more: a recipient may have changed to such a client.
 */
function isRolledBack(peer: PeerKeys, keys: PublishedKeys, nowMs: number): boolean {
  const { issuedAtSeconds } = keys
  const isOutdated =
    issuedAtSeconds !== undefined &&
    issuedAtSeconds * MS_PER_SECOND < nowMs - OUTBOX_TTL_MS - OUTBOX_AGE_MARGIN_MS
  const held = peer.published?.issuedAtSeconds
  if (isOutdated || held === undefined) return isOutdated
  if (issuedAtSeconds === undefined) return agePeerKeys(peer, nowMs) !== 'expired'
  return issuedAtSeconds < held
}

/** Whether a fetch told something new, for those who show that a contact's key changed. */
export function isNewPeerKey(peer: PeerKeys, keys: PublicKeys): boolean {
  return peer.published === undefined || !arePublicKeysEqual(peer.published.keys, keys)
}

/**
 * How to send now. `allowsFirstVersion` holds until every client reads the second version, and then never again.
 *
 * A recipient who ever had a key is downgraded only after several nodes agreed for an hour, and never to the first version:
 * otherwise one node that answers "nothing" takes forward secrecy away whenever it likes.
 */
export function planSending(
  peer: PeerKeys,
  { nowMs, allowsFirstVersion, witnesses = AGREEING_NODES }: SendingConditions,
): SendingPlan {
  const age = agePeerKeys(peer, nowMs)
  if (peer.published !== undefined && (age === 'fresh' || age === 'stale')) {
    return { kind: 'forward-secret', keys: peer.published.keys, refetch: age === 'stale' }
  }
  if (age === 'unknown') return { kind: 'fetch-first' }
  if (age === 'absent' && !isWitnessed(peer, witnesses)) return { kind: 'fetch-first' }
  if (age === 'absent') return { kind: allowsFirstVersion ? 'first-version' : 'without-secrecy' }
  return isAgreedEmpty(peer, nowMs) ? { kind: 'without-secrecy' } : { kind: 'fetch-first' }
}

/** One node's word is not taken because the others could not be asked, unless it stays so for an hour. */
function isWitnessed({ empty }: PeerKeys, witnesses: number): boolean {
  if (empty === undefined) return false
  const spanMs = empty.lastAtMs - empty.firstAtMs
  return empty.nodes.length >= Math.min(witnesses, AGREEING_NODES) || spanMs >= AGREEING_SPAN_MS
}

function isAgreedEmpty({ empty }: PeerKeys, nowMs: number): boolean {
  if (empty === undefined || nowMs - empty.lastAtMs >= EMPTY_ANSWER_HOLDS_MS) return false
  return (
    empty.nodes.length >= AGREEING_NODES && empty.lastAtMs - empty.firstAtMs >= AGREEING_SPAN_MS
  )
}
