/**
 * fast-check arbitraries for byte strings, and the number of runs that a decoder of outside
 * bytes owes.
 *
 * @module
 */
import fc from 'fast-check'

/** What `docs/contributing` asks of every decoder of bytes from outside. */
export const DECODER_RUNS = 10_000

/** Up to `maxLength` bytes; small and empty ones are tried first. */
export function arbitraryBytes(maxLength = 256): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength })
}

/** Exactly `length` bytes, such as a key. */
export function arbitraryBytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

export function arbitraryBytesBetween(
  minLength: number,
  maxLength: number,
): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength })
}

/** Any text: letters, scripts, emoji, lone surrogates. */
export function arbitraryText(maxLength = 256): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', maxLength })
}

/**
 * A valid message with one to four bytes changed: it reaches deeper into a decoder than random
 * bytes do.
 */
export function arbitraryMutation(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(
    fc.nat({ max: Math.max(0, original.length - 1) }),
    fc.integer({ min: 1, max: 255 }),
  )
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const mutated = Uint8Array.from(original)
    for (const [index, difference] of changes) {
      mutated[index] = (mutated[index] ?? 0) ^ difference
    }
    return mutated
  })
}
