/**
 * The reference's own secret stream is libsodium's (spec 13 §2): the same bytes for every chain of chunks, and the same
 * refusals. A difference would be found by whoever cannot open a picture that another client sealed.
 */
import { arbitraryBytes, arbitraryBytesOf, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CryptoBackend } from './crypto-backend.ts'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

const RUNS = 300
const OVERHEAD_BYTES = 17
const key = arbitraryBytesOf(32)
const header = arbitraryBytesOf(24)
const chunks = fc.array(arbitraryBytes(200), { minLength: 1, maxLength: 6 })

function sealAll(backend: CryptoBackend, parts: readonly Uint8Array[], keys: Keys): Uint8Array[] {
  const stream = backend.createSecretStream(keys.key, keys.header)
  return parts.map((part, index) => {
    const output = new Uint8Array(part.length + OVERHEAD_BYTES)
    stream.push(output, part, index === parts.length - 1 ? 3 : 0)
    return output
  })
}

interface Keys {
  readonly key: Uint8Array
  readonly header: Uint8Array
}

interface Opened {
  readonly tag: number | undefined
  readonly message: Uint8Array | undefined
}

function openAll(backend: CryptoBackend, sealed: readonly Uint8Array[], keys: Keys): Opened[] {
  const stream = backend.createSecretStream(keys.key, keys.header)
  return sealed.map((part) => {
    const message = new Uint8Array(part.length - OVERHEAD_BYTES)
    const tag = stream.pull(message, part)
    return { tag, message: tag === undefined ? undefined : message }
  })
}

describe('the secret stream of both back ends', () => {
  test('it has equal bytes for every chain of chunks, also empty ones', () => {
    fc.assert(
      fc.property(key, header, chunks, (k, h, parts) => {
        const keys = { key: k, header: h }
        const sealed = sealAll(noble, parts, keys)
        expect(sealed).toEqual(sealAll(native, parts, keys))
        for (const backend of [native, noble]) {
          const opened = openAll(backend, sealed, keys)
          expect(opened.map(({ message }) => message)).toEqual(parts)
          expect(opened.map(({ tag }) => tag)).toEqual([...parts.slice(1).map(() => 0), 3])
        }
      }),
      { numRuns: RUNS },
    )
  })

  test.each([1, 15, 16, 17, 63, 64, 65, 4096, 32_767, 32_768])(
    'it has equal bytes for a chunk of %i bytes',
    (length) => {
      const keys = { key: new Uint8Array(32).fill(1), header: new Uint8Array(24).fill(2) }
      const part = Uint8Array.from({ length }, (_, index) => index)
      expect(sealAll(noble, [part, part], keys)).toEqual(sealAll(native, [part, part], keys))
    },
  )

  test('it refuses an altered chunk, and goes on to open the right one', () => {
    const keys = { key: new Uint8Array(32).fill(3), header: new Uint8Array(24).fill(4) }
    const parts = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]
    const [first = new Uint8Array(), second = new Uint8Array()] = sealAll(native, parts, keys)
    fc.assert(
      fc.property(arbitraryMutation(first), (altered) => {
        fc.pre(altered.some((byte, index) => byte !== first[index]))
        for (const backend of [native, noble]) {
          const opened = openAll(backend, [altered, first, first, second], keys)
          expect(opened.map(({ tag }) => tag)).toEqual([undefined, 0, undefined, 3])
        }
      }),
      { numRuns: RUNS },
    )
  })

  test('it opens nothing under another key or header, or out of order', () => {
    const keys = { key: new Uint8Array(32).fill(3), header: new Uint8Array(24).fill(4) }
    const sealed = sealAll(native, [Uint8Array.of(1), Uint8Array.of(2)], keys)
    for (const backend of [native, noble]) {
      const others = [
        { ...keys, key: new Uint8Array(32) },
        { ...keys, header: new Uint8Array(24) },
      ]
      for (const other of others) expect(openAll(backend, sealed, other)[0]?.tag).toBeUndefined()
      expect(openAll(backend, sealed.toReversed(), keys)[0]?.tag).toBeUndefined()
    }
  })
})

describe('the running hash', () => {
  test('it gives the digest of the whole, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(arbitraryBytes(300), { maxLength: 5 }), (parts) => {
        const options = { length: 56, key: new Uint8Array(32).fill(5) }
        const personalised = { ...options, personalisation: new Uint8Array(16).fill(6) }
        const salted = { length: 33, salt: new Uint8Array(16).fill(7) }
        for (const each of [options, personalised, salted]) {
          for (const backend of [native, noble]) {
            const hash = backend.createBlake2b(each)
            for (const part of parts) hash.update(part)
            const whole = Uint8Array.from(parts.flatMap((part) => [...part]))
            expect(hash.digest()).toEqual(noble.blake2b(whole, each))
          }
        }
      }),
      { numRuns: RUNS },
    )
  })
})
