/**
 * The outbox message: where an account shows its active key to everybody who wants to write to it (spec 12 §2.5). It is
 * signed so that whoever knows the account id can check it, and knows no more. Fetching is the client's part.
 *
 * @module
 */
import { concatBytes } from '@sotto/crypto/bytes'
import { type Account, type AccountId, accountIdPublicKey } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import { xed25519Sign, xed25519Verify } from '@sotto/crypto/signing'
import type { BtDict, BtInput, BtValue } from '../../bt/index.ts'
import { ProtocolError } from '../../errors.ts'
import { INTEGER_MAX, MESSAGE_BYTES_MAX } from '../limits.ts'
import { appendToRange, decodeDict, encodeSignedRange, readSignedRange } from '../signed-dict.ts'
import { type PublicKeys, toPublicKeys } from './key-pairs.ts'

/** Spec 12 §2.5. World-readable; only its owner stores into it, and a store replaces what was there. */
export const OUTBOX_NAMESPACE = -21
/** Spec 12 §2.5. The longest that a swarm keeps anything. */
export const OUTBOX_TTL_MS: number = 30 * 24 * 3_600_000

const ISSUED_KEY = '@'
const FEATURES_KEY = 'F'
const SIGNATURE_KEY = '~'

/** Spec 12 §2.6. Senders round messages to this account up to the sizes of §3.6. */
export const FEATURE_SIZE_CLASSES = 1

/** What an outbox says beside its keys; clients that do not know it pass it over. */
export interface OutboxExtras {
  /** Later in each message than in the one before. */
  readonly issuedAtSeconds?: number
  /** A sum of `FEATURE_…`. */
  readonly features?: number
}

export interface PublishedKeys extends PublicKeys, OutboxExtras {}

export function encodeOutbox(
  account: Account,
  { kem, agreement, issuedAtSeconds, features }: PublishedKeys,
  randomness: Randomness,
): Uint8Array {
  const fields: readonly (readonly [string, BtInput | undefined])[] = [
    [ISSUED_KEY, issuedAtSeconds],
    [FEATURES_KEY, features],
    ['M', kem],
    ['X', agreement],
  ]
  const present = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  const range = encodeSignedRange(new Map<string, BtInput>(present))
  const signature = xed25519Sign(account.agreement.secretKey, range, randomness)
  return appendToRange(range, new Map([[SIGNATURE_KEY, signature]]))
}

/**
 * Total. What a swarm node answers is anything; only what the owner signed counts. A node can give an older message, whose
 * key the owner may have erased: `recordPeerFetch` compares the times.
 */
export function decodeOutbox(
  owner: AccountId,
  bytes: Uint8Array,
): Result<PublishedKeys, ProtocolError> {
  if (bytes.length > MESSAGE_BYTES_MAX) return malformed('too long')
  const dict = decodeDict(bytes)
  if (dict === undefined) return malformed('no dict')
  const [kem, agreement, signature] = [dict.get('M'), dict.get('X'), dict.get(SIGNATURE_KEY)]
  if (
    !(kem instanceof Uint8Array) ||
    !(agreement instanceof Uint8Array) ||
    !(signature instanceof Uint8Array)
  ) {
    return malformed('outbox fields')
  }
  const publicKey = accountIdPublicKey(owner)
  const message = readSignedRange(bytes, dict, SIGNATURE_KEY)
  if (!xed25519Verify({ publicKey, message, signature })) {
    return err(new ProtocolError('session_v2_signature', 'outbox'))
  }
  // Copies: the keys are kept for two days, the message is not.
  const keys = toPublicKeys(concatBytes([kem]), concatBytes([agreement]))
  return keys ? ok({ ...keys, ...readExtras(dict) }) : malformed('outbox keys')
}

/** What is no number in its range counts as absent: another version may mean something else by the name. */
function readExtras(dict: BtDict): OutboxExtras {
  const issuedAtSeconds = readCount(dict.get(ISSUED_KEY))
  const features = readCount(dict.get(FEATURES_KEY))
  return {
    ...(issuedAtSeconds !== undefined && { issuedAtSeconds }),
    ...(features !== undefined && { features }),
  }
}

function readCount(value: BtValue | undefined): number | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'number') return undefined
  return value >= 0 && value <= INTEGER_MAX ? Number(value) : undefined
}

function malformed(what: string): Result<never, ProtocolError> {
  return err(new ProtocolError('session_v2_malformed', what))
}
