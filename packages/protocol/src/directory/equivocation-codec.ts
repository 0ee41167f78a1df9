/**
 * The bytes of a proof that an authority signed two contents of one epoch (spec 07 §10.3). Whether it proves anything
 * is `equivocation.ts`.
 *
 * @module
 */

import { concatBytes, decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { SIGNATURE_BYTES, toEd25519PublicKey } from '@sotto/crypto/signing'
import { ProtocolError } from '../errors.ts'
import { compareBytes } from './compare-bytes.ts'
import { decodeEpochContent, hashEpochContent } from './epoch-content-codec.ts'
import { EPOCH_BYTES_MAX, KEY_BYTES } from './epoch-layout.ts'
import type { Equivocation, SignedContent } from './equivocation.ts'

/** Spec 07 §10.3. */
const CONTEXT = 'sotto-equivocation-1'
const LENGTH_BYTES = 4
const START: number = CONTEXT.length + KEY_BYTES
const FIXED_BYTES: number = START + 2 * (LENGTH_BYTES + SIGNATURE_BYTES)
/** Spec 07 §10.3. Two contents of the largest size. */
export const EQUIVOCATION_BYTES_MAX: number = 2 * EPOCH_BYTES_MAX + FIXED_BYTES

type Checked<T> = Result<T, ProtocolError>

export function encodeEquivocation({ authority, first, second }: Equivocation): Uint8Array {
  return concatBytes([
    encodeUtf8(CONTEXT),
    authority,
    ...encodeSigned(first),
    ...encodeSigned(second),
  ])
}

/** Reads bytes from outside. Never throws; checks no signature. */
export function decodeEquivocation(bytes: Uint8Array): Checked<Equivocation> {
  if (bytes.length < FIXED_BYTES || bytes.length > EQUIVOCATION_BYTES_MAX) {
    return refuse(`${bytes.length} bytes`)
  }
  const kept = new Uint8Array(bytes)
  const authority = toEd25519PublicKey(kept.subarray(CONTEXT.length, START))
  const isOurs = decodeUtf8(kept.subarray(0, CONTEXT.length)) === CONTEXT
  if (!isOurs || authority === undefined) return refuse('another context')
  const first = readSigned(kept, START)
  const second = first === undefined ? undefined : readSigned(kept, first.end)
  if (first === undefined || second?.end !== kept.length) return refuse('another length')
  if (compareBytes(first.signed.hash, second.signed.hash) >= 0) return refuse('out of order')
  const content = decodeEpochContent(first.signed.bytes)
  const other = decodeEpochContent(second.signed.bytes)
  if (!content.ok || !other.ok) return refuse('a content is malformed')
  const { network, epoch } = content.value
  const isSame = other.value.epoch === epoch && compareBytes(other.value.network, network) === 0
  if (!isSame) return refuse('of two epochs or networks')
  return ok({ authority, network, epoch, first: first.signed, second: second.signed })
}

function encodeSigned({ bytes, signature }: SignedContent): readonly Uint8Array[] {
  const length = new Uint8Array(LENGTH_BYTES)
  new DataView(length.buffer).setUint32(0, bytes.length)
  return [length, bytes, signature]
}

function readSigned(
  kept: Uint8Array,
  start: number,
): { readonly signed: SignedContent; readonly end: number } | undefined {
  const contentStart = start + LENGTH_BYTES
  if (contentStart > kept.length) return undefined
  const view = new DataView(kept.buffer, kept.byteOffset, kept.length)
  const contentEnd = contentStart + view.getUint32(start)
  const end = contentEnd + SIGNATURE_BYTES
  if (end > kept.length) return undefined
  const bytes = kept.subarray(contentStart, contentEnd)
  const signature = kept.subarray(contentEnd, end)
  return { signed: { bytes, hash: hashEpochContent(bytes), signature }, end }
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('equivocation_malformed', detail))
}
