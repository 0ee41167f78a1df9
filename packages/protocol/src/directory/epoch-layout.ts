/**
 * Where everything stands in the bytes of an epoch (spec 07 §8.1, §8.2), and the reading and writing of single fields.
 * All numbers are big-endian.
 *
 * @module
 */

/** Spec 07 §8.1. A signature made for another purpose must never pass for one over an epoch. */
export const EPOCH_CONTEXT = 'sotto-epoch-1'
/** Spec 07 §8.1. */
export const EPOCH_NODES_MAX = 4096
/** Spec 07 §8.1. */
export const AUTHORITIES_MAX = 31
/** Spec 07 §8.1. More than the largest document has. */
export const EPOCH_BYTES_MAX: number = 4 * 1024 * 1024

export const KEY_BYTES = 32
export const HASH_BYTES = 32
export const NETWORK_BYTES = 16
export const COMMITMENT_BYTES: number = KEY_BYTES + HASH_BYTES
/** Spec 07 §8.4. */
export const EPOCH_SIGNATURE_BYTES: number = KEY_BYTES + 64

export const UINT8_MAX = 0xff
export const UINT16_MAX = 0xffff
export const UINT32_MAX = 0xffff_ffff

/** Spec 07 §8.1: offsets in the header. */
export const HEADER = {
  network: 13,
  epoch: 29,
  startsAt: 33,
  epochMs: 41,
  beacon: 45,
  previous: 77,
  softwareMin: 109,
  commitmentCount: 112,
  nodeCount: 113,
  length: 115,
} as const

/** Spec 07 §8.2: offsets in a node. */
export const NODE = {
  ed25519: 0,
  x25519: 32,
  legacy: 64,
  hybridHash: 96,
  swarm: 128,
  describedAt: 136,
  since: 144,
  credit: 148,
  host: 152,
  https: 156,
  web: 158,
  peer: 160,
  software: 162,
  state: 165,
  reasonsSeen: 166,
  reasonsAgreed: 167,
  roleCount: 168,
  /** Roles begin here; the name is behind them. */
  fixedLength: 169,
} as const

/** The bytes and a view of them. */
export interface EpochBytes {
  readonly bytes: Uint8Array
  readonly view: DataView
}

export function createEpochBytes(bytes: Uint8Array): EpochBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/** Inexact above 2^53, which no time is: whoever reads one checks that it is a time. */
export function readTime(view: DataView, offset: number): number {
  return view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4)
}

export function writeTime(view: DataView, offset: number, time: number): void {
  assertUint(time, Number.MAX_SAFE_INTEGER)
  view.setUint32(offset, Math.floor(time / 2 ** 32))
  view.setUint32(offset + 4, time % 2 ** 32)
}

/** A `DataView` would store a number that does not fit as another one. */
export function assertUint(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError('a number does not fit')
  }
}

/** Throws where the field has another length. */
export function writeField(
  target: EpochBytes,
  offset: number,
  field: { readonly value: Uint8Array; readonly length: number },
): void {
  if (field.value.length !== field.length) throw new RangeError('a field has a wrong length')
  target.bytes.set(field.value, offset)
}

/** Each byte as one character: what is not ASCII fails the pattern that the text must have. */
export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let index = start; index < end; index++) text += String.fromCharCode(bytes[index] ?? 0)
  return text
}

/** Throws for a character that is no byte. */
export function writeLatin1(bytes: Uint8Array, start: number, text: string): void {
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    assertUint(character, UINT8_MAX)
    bytes[start + index] = character
  }
}
