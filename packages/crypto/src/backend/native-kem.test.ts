/** What the native back end remembers of ML-KEM keys that it met changes how fast it answers, never what. */
import { describe, expect, it } from 'vitest'
import { nativeKem } from './native-kem.ts'
import { nobleKem } from './noble-kem.ts'

/** More than are remembered. */
const KEYS = 300

function deriveNumbered(index: number) {
  const seed = new Uint8Array(64)
  new DataView(seed.buffer).setUint32(0, index + 1)
  return nativeKem.deriveKem(seed)
}

function expectShared(publicKey: Uint8Array, { secret }: ReturnType<typeof deriveNumbered>): void {
  const { ciphertext, sharedSecret } = nativeKem.encapsulateKem(publicKey)
  expect(secret.decapsulate(ciphertext)).toEqual(sharedSecret)
}

describe('a public key that was met', () => {
  it('gives another ciphertext and secret each time', () => {
    const keys = deriveNumbered(0)
    const [first, second] = [0, 1].map(() => nativeKem.encapsulateKem(keys.publicKey))
    expect(first?.ciphertext).not.toEqual(second?.ciphertext)
    expect(first?.sharedSecret).not.toEqual(second?.sharedSecret)
    expectShared(keys.publicKey, keys)
  })

  it('is known by its content: whoever overwrites the bytes writes to the new key', () => {
    const [before, after] = [deriveNumbered(1), deriveNumbered(2)]
    const bytes = Uint8Array.from(before.publicKey)
    expectShared(bytes, before)
    bytes.set(after.publicKey)
    expectShared(bytes, after)
    expectShared(before.publicKey, before)
  })

  it('is found by a view into a larger buffer too', () => {
    const keys = deriveNumbered(3)
    const frame = new Uint8Array(keys.publicKey.length + 7)
    frame.set(keys.publicKey, 5)
    expectShared(keys.publicKey, keys)
    expectShared(frame.subarray(5, 5 + keys.publicKey.length), keys)
  })

  it('works after more others than are remembered, as they do', () => {
    const first = deriveNumbered(4)
    expectShared(first.publicKey, first)
    for (let index = 0; index < KEYS; index++) {
      const keys = deriveNumbered(10 + index)
      expectShared(keys.publicKey, keys)
    }
    expectShared(first.publicKey, first)
  })

  it('opens what the reference sealed to it, and the reverse', () => {
    const keys = deriveNumbered(5)
    expectShared(keys.publicKey, keys)
    const { ciphertext, sharedSecret } = nobleKem.encapsulateKem(keys.publicKey)
    expect(keys.secret.decapsulate(ciphertext)).toEqual(sharedSecret)
  })

  it('is refused each time if it is no key', () => {
    const bytes = new Uint8Array(17)
    for (let time = 0; time < 2; time++) expect(() => nativeKem.encapsulateKem(bytes)).toThrow()
  })
})
