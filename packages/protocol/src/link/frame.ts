/**
 * One frame of a link (spec 06 §3): length, type, id, payload. What payloads mean is in `request-payload.ts` and
 * `failure-payload.ts`; finding frames in a stream is `frame-decoder.ts`.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'

/** Spec 06 §3.2. */
export const FRAME_TYPES = {
  request: 1,
  response: 2,
  failure: 3,
  cancel: 4,
  ping: 5,
  pong: 6,
  goodbye: 7,
} as const

export type FrameType = keyof typeof FRAME_TYPES

export interface Frame {
  readonly type: FrameType
  /** Chosen by the asking side; a reply repeats it. Zero for what belongs to no request. */
  readonly id: number
  /** A view into the bytes that were received: whoever keeps it keeps all of them. */
  readonly payload: Uint8Array
}

/** Spec 06 §3.1. */
export const FRAME_LENGTH_BYTES = 4
const TYPE_BYTES = 1
const ID_BYTES = 4
/** Spec 06 §3.1. What stands before the payload. */
export const FRAME_HEADER_BYTES: number = FRAME_LENGTH_BYTES + TYPE_BYTES + ID_BYTES
/** Spec 06 §3.1. Type and id: the least that the length may announce. */
export const FRAME_BODY_BYTES_MIN: number = TYPE_BYTES + ID_BYTES
/** Spec 06 §3.1. The largest request of a client, and room for what is said about it. */
export const FRAME_BODY_BYTES_MAX: number = 10 * 1024 * 1024 + 64 * 1024
export const FRAME_PAYLOAD_BYTES_MAX: number = FRAME_BODY_BYTES_MAX - FRAME_BODY_BYTES_MIN

const TYPE_NAMES: ReadonlyMap<number, FrameType> = new Map([
  [FRAME_TYPES.request, 'request'],
  [FRAME_TYPES.response, 'response'],
  [FRAME_TYPES.failure, 'failure'],
  [FRAME_TYPES.cancel, 'cancel'],
  [FRAME_TYPES.ping, 'ping'],
  [FRAME_TYPES.pong, 'pong'],
  [FRAME_TYPES.goodbye, 'goodbye'],
])

/** Spec 06 §3.2. Frames that say everything by their type. */
const EMPTY_TYPES: ReadonlySet<FrameType> = new Set(['cancel', 'ping', 'pong', 'goodbye'])
/** Spec 06 §3.3. Frames that belong to a request, whose id is not zero. */
const NUMBERED_TYPES: ReadonlySet<FrameType> = new Set(['request', 'response', 'failure', 'cancel'])

export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + frame.payload.length)
  writeHeader(bytes, frame, frame.payload.length)
  bytes.set(frame.payload, FRAME_HEADER_BYTES)
  return bytes
}

/** For sockets that send several pieces at once: the payload follows in as many pieces as it has, without a copy. */
export function encodeFrameHeader(
  frame: Pick<Frame, 'type' | 'id'>,
  payloadLength: number,
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES)
  writeHeader(bytes, frame, payloadLength)
  return bytes
}

function writeHeader(
  bytes: Uint8Array,
  { type, id }: Pick<Frame, 'type' | 'id'>,
  payloadLength: number,
): void {
  if (payloadLength > FRAME_PAYLOAD_BYTES_MAX) throw new RangeError('payload too long for a frame')
  if (id >>> 0 !== id) throw new RangeError('a frame id is an unsigned 32-bit integer')
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES)
  view.setUint32(0, FRAME_BODY_BYTES_MIN + payloadLength)
  view.setUint8(FRAME_LENGTH_BYTES, FRAME_TYPES[type])
  view.setUint32(FRAME_LENGTH_BYTES + TYPE_BYTES, id)
}

/** Reads what follows the length. Never throws. */
export function decodeFrameBody(body: Uint8Array): Result<Frame, ProtocolError> {
  if (body.length < FRAME_BODY_BYTES_MIN) return refuse(`frame of ${body.length} bytes`)
  const view = new DataView(body.buffer, body.byteOffset, FRAME_BODY_BYTES_MIN)
  const type = TYPE_NAMES.get(view.getUint8(0))
  const id = view.getUint32(TYPE_BYTES)
  if (type === undefined) return refuse(`frame of type ${view.getUint8(0)}`)
  if (id === 0 && NUMBERED_TYPES.has(type)) return refuse(`${type} without id`)
  const payload = body.subarray(FRAME_BODY_BYTES_MIN)
  if (payload.length > 0 && EMPTY_TYPES.has(type)) return refuse(`${type} with payload`)
  return ok({ type, id, payload })
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('link_frame_malformed', detail))
}
