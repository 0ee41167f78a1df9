/**
 * The one framing of onion requests (spec 04 §2): a blob with its length, then a JSON object up to the end. The
 * outermost body and the plaintext of every layer have it; what the members mean is in `peel-layer.ts`.
 *
 * @module
 */

import {
  concatBytes,
  decodeUtf8,
  encodeUint32LittleEndian,
  encodeUtf8,
  readUint32LittleEndian,
} from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { type JsonObject, parseJsonObject } from '../json-object.ts'

/** Spec 04 §2. */
const LENGTH_BYTES = 4

export interface CombinedPayload {
  /** A view into the frame. */
  readonly blob: Uint8Array
  readonly json: JsonObject
  /** The length prefix and the blob as they stand in the frame, for passing them on in one copy. */
  readonly prefixedBlob: Uint8Array
}

export function combinePayload(blob: Uint8Array, json: string | object): Uint8Array {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  return concatBytes([encodeUint32LittleEndian(blob.length), blob, encodeUtf8(text)])
}

/** Reads bytes from outside. Never throws. */
export function splitPayload(frame: Uint8Array): Result<CombinedPayload, ProtocolError> {
  const length = readUint32LittleEndian(frame, 0)
  if (length === undefined) return refuse(`frame of ${frame.length} bytes has no length`)
  const end = LENGTH_BYTES + length
  if (end > frame.length) return refuse(`blob of ${length} bytes in a frame of ${frame.length}`)
  const text = decodeUtf8(frame.subarray(end))
  const json = text === undefined ? undefined : parseJsonObject(text)
  if (json === undefined) return refuse('no JSON object after the blob')
  return ok({
    blob: frame.subarray(LENGTH_BYTES, end),
    json,
    prefixedBlob: frame.subarray(0, end),
  })
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('onion_frame_malformed', detail))
}
