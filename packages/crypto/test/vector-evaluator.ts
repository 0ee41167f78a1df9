/**
 * What a vector file asks of this package: a function from a case's `input` to its `expect` or
 * `reject`. The tests run the functions on both back ends; `scripts/vectors.ts` writes and
 * checks the files with them.
 *
 * @module
 */
import { decodeHex } from '../src/bytes.ts'

export type Verdict = { readonly expect: unknown } | { readonly reject: string }

export interface VectorEvaluator {
  /** Relative to `vectors/`. */
  readonly file: string
  evaluate(input: unknown): Verdict
}

/** The shape of `input` is known for a file, not checked: the files are ours. */
export function defineEvaluator(
  file: string,
  evaluate: (input: never) => Verdict,
): VectorEvaluator {
  return { file, evaluate: (input) => evaluate(input as never) }
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = decodeHex(hex)
  if (bytes === undefined) throw new TypeError('a vector holds hex that is none')
  return bytes
}

/**
 * For functions that throw on what only our own code can get wrong; the vectors name it a
 * refusal all the same.
 */
export function refusingRange(reason: string, evaluate: () => unknown): Verdict {
  try {
    return { expect: evaluate() }
  } catch (error) {
    if (error instanceof RangeError) return { reject: reason }
    throw error
  }
}

/**
 * A fixed answer of a random source: vectors of randomised functions name their random bytes.
 */
export function fixedRandomness(hex: string): { bytes(length: number): Uint8Array } {
  const all = bytesOf(hex)
  return {
    bytes(length) {
      if (length !== all.length) throw new TypeError(`asked for ${length} random bytes`)
      return Uint8Array.from(all)
    },
  }
}
