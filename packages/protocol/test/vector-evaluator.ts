/**
 * What a vector file asks of this package: a function from a case's `input` to its `expect` or `reject`. The tests run
 * the functions on both back ends; `scripts/vectors-protocol.ts` writes and checks the files with them.
 *
 * @module
 */
import { decodeHex, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import type { Result } from '@sotto/crypto/result'
import type { ProtocolError } from '../src/errors.ts'

export type Verdict = { readonly expect: unknown } | { readonly reject: string }

export interface VectorEvaluator {
  /** Relative to `vectors/`. */
  readonly file: string
  readonly evaluate: (input: unknown) => Verdict
}

/** The shape of `input` is known for a file, not checked: the files are ours. */
export function defineEvaluator(
  file: string,
  evaluate: (input: never) => Verdict,
): VectorEvaluator {
  return { file, evaluate: (input) => evaluate(input as never) }
}

/** Bytes of a case: readable text where the format has any, else hex. */
export type BytesInput = { readonly hex: string } | { readonly text: string }

export function bytesOf(input: BytesInput | string): Uint8Array {
  if (typeof input === 'object' && 'text' in input) return encodeUtf8(input.text)
  const bytes = decodeHex(typeof input === 'string' ? input : input.hex)
  if (bytes === undefined) throw new TypeError('a vector holds hex that is none')
  return bytes
}

export function hexOf(bytes: Uint8Array): string {
  return encodeHex(bytes)
}

/** The verdict of a decoder: its value, shown by `show`, or its code. */
export function verdictOf<T>(
  result: Result<T, ProtocolError>,
  show: (value: T) => unknown,
): Verdict {
  return result.ok ? { expect: show(result.value) } : { reject: result.error.code }
}

/** The verdict of a parser that gives nothing for what it refuses. */
export function verdictOfParsed<T>(
  value: T | undefined,
  reason: string,
  show: (value: T) => unknown,
): Verdict {
  return value === undefined ? { reject: reason } : { expect: show(value) }
}
