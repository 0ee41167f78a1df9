/**
 * The few forms of DER (ITU-T X.690) that a self-signed certificate consists of, for writing only. What stands in
 * the certificate is `self-signed-certificate.ts`; reading certificates is OpenSSL's work.
 *
 * @module
 */

import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'

const TAGS = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

const SHORT_LENGTH_MAX = 0x7f
const LONG_LENGTH = 0x80
const HIGH_BIT = 0x80
/** X.690 §8.19.4: the first two numbers of an identifier share a byte. */
const FIRST_ARC_FACTOR = 40
const CONTEXT_CONSTRUCTED = 0xa0
const CONTEXT_PRIMITIVE = 0x80

function encodeDer(tag: number, content: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(tag), encodeLength(content.length), content])
}

export function encodeSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return encodeDer(TAGS.sequence, concatBytes(parts))
}

export function encodeSet(...parts: readonly Uint8Array[]): Uint8Array {
  return encodeDer(TAGS.set, concatBytes(parts))
}

/** A number that is not negative, from its big-endian bytes. */
export function encodeInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start === -1 ? Uint8Array.of(0) : bytes.subarray(start)
  // A leading high bit would make it negative.
  const isHigh = ((digits[0] ?? 0) & HIGH_BIT) !== 0
  return encodeDer(TAGS.integer, isHigh ? concatBytes([Uint8Array.of(0), digits]) : digits)
}

/** Whole bytes only: no bit of the last one is unused. */
export function encodeBitString(bytes: Uint8Array): Uint8Array {
  return encodeDer(TAGS.bitString, concatBytes([Uint8Array.of(0), bytes]))
}

export function encodeOctetString(bytes: Uint8Array): Uint8Array {
  return encodeDer(TAGS.octetString, bytes)
}

/** From its dotted form. */
export function encodeObjectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  const arcs = [first * FIRST_ARC_FACTOR + second, ...others]
  return encodeDer(TAGS.objectIdentifier, Uint8Array.from(arcs.flatMap(encodeArc)))
}

export function encodeUtf8String(text: string): Uint8Array {
  return encodeDer(TAGS.utf8String, encodeUtf8(text))
}

/** `YYYYMMDDHHMMSSZ`. */
export function encodeGeneralizedTime(text: string): Uint8Array {
  return encodeDer(TAGS.generalizedTime, encodeUtf8(text))
}

/** A tag of the surrounding structure's own numbering: `[number]`, around other elements. */
export function encodeExplicit(number: number, content: Uint8Array): Uint8Array {
  return encodeDer(CONTEXT_CONSTRUCTED + number, content)
}

/** The same in place of the content's own tag. */
export function encodeImplicit(number: number, content: Uint8Array): Uint8Array {
  return encodeDer(CONTEXT_PRIMITIVE + number, content)
}

function encodeLength(length: number): Uint8Array {
  if (length <= SHORT_LENGTH_MAX) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Uint8Array.of(LONG_LENGTH + bytes.length, ...bytes)
}

function encodeArc(arc: number): number[] {
  const digits = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest % 128) + HIGH_BIT)
  }
  return digits
}
