/**
 * From a content to what a group's swarm stores, and back (spec 14 §5.3): the same content and envelope as between two
 * accounts, without seal and padding of their own.
 *
 * @module
 */

import { clone, create } from '@bufbuild/protobuf'
import type { AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import { deriveSigningKeyPair, sign } from '@sotto/crypto/signing'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import {
  type Content,
  ContentSchema,
  decodeProtobuf,
  encodeProtobuf,
  Envelope_Type,
  EnvelopeSchema,
} from '../session/index.ts'
import {
  type GroupOpening,
  type GroupSeal,
  openGroupMessage,
  sealGroupMessage,
} from './group-message.ts'

export interface GroupDraft extends Omit<GroupSeal, 'data'> {
  readonly content: Content
  /** The network's time. */
  readonly sentAtMs: number
}

export interface OpenedGroupContent {
  readonly author: AccountId
  /** As the author signed it; 0 when an old client gave no time at all. */
  readonly sentAtMs: number
  readonly content: Content
}

const DECOY_SEED_BYTES = 32
/** Spec 05 §3.2. */
const SOURCE_DEVICE = 1

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

/** The draft's content is not changed. */
export function composeGroupContent(
  { content, sentAtMs, ...seal }: GroupDraft,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> {
  const dated = clone(ContentSchema, content)
  dated.sigTimestamp = BigInt(sentAtMs)
  const bytes = encodeProtobuf(ContentSchema, dated)
  const envelope = create(EnvelopeSchema, {
    type: Envelope_Type.CLOSED_GROUP_MESSAGE,
    timestamp: BigInt(sentAtMs),
    sourceDevice: SOURCE_DEVICE,
    content: bytes,
    // By a key that nobody keeps: authors without Pro look like those with it (spec 05 §3.2).
    proSig: sign(deriveSigningKeyPair(randomness.bytes(DECOY_SEED_BYTES)), bytes),
  })
  const data = encodeProtobuf(EnvelopeSchema, envelope)
  return sealGroupMessage({ ...seal, data }, randomness)
}

/** Opens what the group's swarm gave. Total. Whether the author is a member is for the group's members to say. */
export function openGroupContent(opening: GroupOpening): Result<OpenedGroupContent, ProtocolError> {
  const opened = openGroupMessage(opening)
  if (!opened.ok) return opened
  const { author, data } = opened.value
  const envelope = decodeProtobuf(EnvelopeSchema, data)
  if (!envelope.ok) return envelope
  if (envelope.value.type !== Envelope_Type.CLOSED_GROUP_MESSAGE) {
    return refuse('group_malformed', 'envelope type')
  }
  const content = decodeProtobuf(ContentSchema, envelope.value.content)
  if (!content.ok) return content
  const sentAtMs = checkTimes(envelope.value.timestamp, content.value.sigTimestamp)
  return sentAtMs.ok ? ok({ author, sentAtMs: sentAtMs.value, content: content.value }) : sentAtMs
}

/** As between two accounts (spec 05 §4.2): only old clients left one of the two out. */
function checkTimes(outer: bigint, inner: bigint): Result<number, ProtocolError> {
  const [outerMs, innerMs] = [Number(outer), Number(inner)]
  if (!Number.isSafeInteger(outerMs) || !Number.isSafeInteger(innerMs)) {
    return refuse('group_malformed', 'timestamp')
  }
  if (outerMs !== 0 && innerMs !== 0 && outerMs !== innerMs) {
    return refuse('session_timestamp_mismatch', 'envelope and content differ')
  }
  return ok(innerMs === 0 ? outerMs : innerMs)
}
