/** What the attacker computes: everything that the operators give, and nothing else. */
import { describe, expect, it } from 'vitest'
import { type Broken, Knowledge } from './knowledge.ts'
import {
  agreement,
  hash,
  kemCiphertext,
  kemKey,
  kemSecret,
  name,
  point,
  seal,
  sign,
  type Term,
  tuple,
} from './term.ts'

const [a, b, coin, content] = [name('a'), name('b'), name('coin'), name('content')]

function derives(term: Term, seen: readonly Term[], broken: Broken = {}): boolean {
  return new Knowledge(seen, broken).derives(term)
}

describe('taking apart', () => {
  it('opens a cipher with its key alone, in whatever order they came', () => {
    const sealed = seal(hash('key', a), content)
    expect(derives(content, [sealed])).toBe(false)
    expect(derives(content, [sealed, b])).toBe(false)
    expect(derives(content, [sealed, a])).toBe(true)
    expect(derives(content, [a, sealed])).toBe(true)
  })

  it('opens what has its key in another cipher', () => {
    const chain = [seal(b, content), seal(a, b)]
    expect(derives(content, chain)).toBe(false)
    expect(derives(content, [...chain, a])).toBe(true)
    expect(derives(content, [tuple(name('c'), tuple(a, ...chain))])).toBe(true)
  })

  it('reads what was signed, and cannot sign', () => {
    expect(derives(content, [sign(a, content)])).toBe(true)
    expect(derives(sign(a, b), [sign(a, content), b])).toBe(false)
    expect(derives(a, [sign(a, content)])).toBe(false)
    expect(derives(sign(a, b), [a, b])).toBe(true)
  })

  it('turns no hash back, and takes no label for another', () => {
    expect(derives(a, [hash('x', a)])).toBe(false)
    expect(derives(hash('y', a), [hash('x', a)])).toBe(false)
    expect(derives(hash('y', a), [a])).toBe(true)
  })
})

describe('agreeing', () => {
  it('needs one secret and the other side’s key, from either side', () => {
    const shared = agreement(a, b)
    expect(shared).toBe(agreement(b, a))
    expect(derives(shared, [point(a), point(b)])).toBe(false)
    expect(derives(shared, [a])).toBe(false)
    expect(derives(shared, [a, point(b)])).toBe(true)
    expect(derives(shared, [b, point(a)])).toBe(true)
  })

  it('of ML-KEM needs the secret with the ciphertext, or the sender’s coin', () => {
    const [key, ciphertext, shared] = [kemKey(a), kemCiphertext(a, coin), kemSecret(a, coin)]
    expect(derives(shared, [key, ciphertext])).toBe(false)
    expect(derives(shared, [a])).toBe(false)
    expect(derives(shared, [a, ciphertext])).toBe(true)
    expect(derives(shared, [key, coin])).toBe(true)
    expect(derives(shared, [b, ciphertext])).toBe(false)
  })
})

describe('a broken problem', () => {
  const kem = name('secret of the other half')
  const hybrid = hash('combiner', kemSecret(kem, coin), agreement(a, b))
  const seen = [point(a), point(b), kemKey(kem), kemCiphertext(kem, coin), seal(hybrid, content)]

  it('leaves a hybrid closed while the other holds, and opens it with both', () => {
    expect(derives(content, seen)).toBe(false)
    expect(derives(content, seen, { x25519: true })).toBe(false)
    expect(derives(content, seen, { mlKem: true })).toBe(false)
    expect(derives(content, seen, { x25519: true, mlKem: true })).toBe(true)
  })

  it('opens what has that half alone', () => {
    const plain = [point(a), point(b), seal(hash('plain', agreement(a, b)), content)]
    expect(derives(content, plain)).toBe(false)
    expect(derives(content, plain, { mlKem: true })).toBe(false)
    expect(derives(content, plain, { x25519: true })).toBe(true)
  })
})
