/**
 * From a content to the bytes that are stored in a swarm (spec 05 §5.2).
 *
 * Sending them, and choosing how long they live, is the client's part.
 *
 * @module
 */

import { clearField, clone } from '@bufbuild/protobuf'
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import { padContent, sealToAccount } from '@sotto/crypto/session'
import { deriveSigningKeyPair, sign } from '@sotto/crypto/signing'
import type { ProtocolError } from '../errors.ts'
import { encodeEnvelope } from './envelope.ts'
import { type Content, ContentSchema, DataMessageSchema } from './generated/session_pb.ts'
import { encodeProtobuf } from './protobuf.ts'

export interface MessageDraft {
  readonly content: Content
  readonly sender: Account
  readonly recipient: AccountId
  /** The network's time; it stands outside and inside the seal and must be equal (spec 05 §4.2). */
  readonly sentAtMs: number
}

const DECOY_SEED_BYTES = 32

/** Seals a content to its recipient. The draft's content is not changed. */
export function composeMessage(
  { content, sender, recipient, sentAtMs }: MessageDraft,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> {
  const message = padContent(encodeTimedContent(content, sentAtMs))
  const sealed = sealToAccount({ sender, recipient, message }, randomness)
  const proSignature = createDecoySignature(sealed, randomness)
  return encodeEnvelope({ timestampMs: sentAtMs, sealed, proSignature })
}

/** A content with its time, as both versions of messages sign it (spec 12 §3.4). */
export function encodeTimedContent(content: Content, sentAtMs: number): Uint8Array {
  const timed = clone(ContentSchema, content)
  timed.sigTimestamp = BigInt(sentAtMs)
  return encodeProtobuf(ContentSchema, timed)
}

/**
 * The same message for the sender's own devices, or undefined when its kind is not synchronised.
 *
 * It names the recipient, which is safe only because it is sealed to the sender, and it leaves out the
 * profile, which the sender's devices know.
 */
export function composeSyncCopy(
  { content, sender, recipient, sentAtMs }: MessageDraft,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> | undefined {
  const copy = createSyncContent(content, recipient)
  if (copy === undefined) return undefined
  const draft = { content: copy, sender, recipient: sender.accountId, sentAtMs }
  return composeMessage(draft, randomness)
}

/** What `composeSyncCopy` seals, for those who seal it in another way. */
export function createSyncContent(content: Content, recipient: AccountId): Content | undefined {
  if (content.dataMessage === undefined) return undefined
  const copy = clone(ContentSchema, content)
  copy.dataMessage = clone(DataMessageSchema, content.dataMessage)
  clearField(copy.dataMessage, DataMessageSchema.field.profile)
  clearField(copy.dataMessage, DataMessageSchema.field.profileKey)
  copy.dataMessage.syncTarget = recipient
  return copy
}

/** A true signature by a key that nobody keeps: accounts without Pro look like those with it (trap 34). */
function createDecoySignature(sealed: Uint8Array, randomness: Randomness): Uint8Array {
  return sign(deriveSigningKeyPair(randomness.bytes(DECOY_SEED_BYTES)), sealed)
}
