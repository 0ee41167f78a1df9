/**
 * The two wrappers around a sealed message: the envelope and, for 05 accounts, the leftover of an older
 * transport around it (spec 05 §3).
 *
 * Nothing here is authenticated. Whoever stores or carries a message can rewrite the envelope; what can
 * be trusted is inside the seal.
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import {
  type Envelope,
  Envelope_Type,
  EnvelopeSchema,
  WebSocketMessage_Type,
  WebSocketMessageSchema,
} from './generated/session_pb.ts'
import { SOURCE_DEVICE, STORED_MESSAGE_MAX_BYTES } from './limits.ts'
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts'

/** What a one-to-one envelope says. */
export interface SealedEnvelope {
  /** Milliseconds; 0 for none. Not authenticated. */
  readonly timestampMs: number
  readonly sealed: Uint8Array
}

interface EnvelopeInput extends SealedEnvelope {
  /** Always 64 bytes, so that accounts with and without Pro look alike (spec 05 §3.2). */
  readonly proSignature?: Uint8Array
}

/** The bytes that a swarm keeps. Refuses what no swarm would take. */
export function encodeEnvelope(input: EnvelopeInput): Result<Uint8Array, ProtocolError> {
  const envelope = create(EnvelopeSchema, {
    type: Envelope_Type.SESSION_MESSAGE,
    timestamp: BigInt(input.timestampMs),
    content: input.sealed,
    ...(input.proSignature && { sourceDevice: SOURCE_DEVICE, proSig: input.proSignature }),
  })
  const bytes = encodeWebSocketMessage(encodeProtobuf(EnvelopeSchema, envelope))
  if (bytes.length > STORED_MESSAGE_MAX_BYTES) {
    return err(new ProtocolError('session_too_large', `${bytes.length} bytes`))
  }
  return ok(bytes)
}

/** The empty texts and the zero are written out: the bytes must equal those of other clients (spec 05 §3.1). */
function encodeWebSocketMessage(body: Uint8Array): Uint8Array {
  return encodeProtobuf(
    WebSocketMessageSchema,
    create(WebSocketMessageSchema, {
      type: WebSocketMessage_Type.REQUEST,
      request: { verb: '', path: '', body, id: 0n },
    }),
  )
}

/** Reads what a swarm kept for an 05 account. Total. */
export function decodeEnvelope(bytes: Uint8Array): Result<SealedEnvelope, ProtocolError> {
  const wrapper = decodeProtobuf(WebSocketMessageSchema, bytes)
  if (!wrapper.ok) return wrapper
  const { type, request } = wrapper.value
  if (type !== WebSocketMessage_Type.REQUEST || request === undefined) return malformed('wrapper')
  const envelope = decodeProtobuf(EnvelopeSchema, request.body)
  return envelope.ok ? readEnvelope(envelope.value) : envelope
}

function malformed(what: string): Result<never, ProtocolError> {
  return err(new ProtocolError('session_malformed', what))
}

/** Spec 05 §3.2: old clients left it empty, groups of old put their id there. */
const SOURCE = /^(?:[0-9a-fA-F]{66})?$/

function readEnvelope(envelope: Envelope): Result<SealedEnvelope, ProtocolError> {
  if (envelope.type !== Envelope_Type.SESSION_MESSAGE) return malformed('envelope type')
  if (!SOURCE.test(envelope.source)) return malformed('envelope source')
  const timestampMs = Number(envelope.timestamp)
  if (!Number.isSafeInteger(timestampMs)) return malformed('envelope timestamp')
  if (envelope.content.length === 0) return malformed('no content')
  return ok({ timestampMs, sealed: envelope.content })
}
