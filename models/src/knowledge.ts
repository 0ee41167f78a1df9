/**
 * What can be computed from what was seen: everything is taken apart until nothing new comes, and a question is answered by putting
 * together. For these operators that is complete: what it does not find cannot be computed.
 *
 * @module
 */
import { kemCiphertext, kemKey, point, type Term } from './term.ts'

/** Problems that are taken for solved, as a quantum computer would solve them years after the messages were recorded. */
export interface Broken {
  readonly x25519?: boolean
  readonly mlKem?: boolean
}

export class Knowledge {
  readonly #known = new Map<string, Term>()
  readonly #broken: Broken
  /** Holds only while nothing new is learned. */
  #answers = new Map<string, boolean>()

  constructor(seen: Iterable<Term>, broken: Broken = {}) {
    this.#broken = broken
    for (const term of seen) this.#learn(term)
    this.#takeApart()
  }

  /** Whether it can be computed. */
  derives(term: Term): boolean {
    const answer = this.#answers.get(term.text)
    if (answer !== undefined) return answer
    const derived = this.#known.has(term.text) || this.#putsTogether(term)
    this.#answers.set(term.text, derived)
    return derived
  }

  #learn(term: Term): boolean {
    if (this.#known.has(term.text)) return false
    this.#known.set(term.text, term)
    return true
  }

  #takeApart(): void {
    let isNew = true
    while (isNew) {
      isNew = false
      this.#answers = new Map()
      for (const term of this.#known.values())
        for (const part of this.#open(term)) isNew = this.#learn(part) || isNew
    }
    this.#answers = new Map()
  }

  /** What one step shows of a term that is known. */
  #open({ operator, parts }: Term): readonly Term[] {
    const [first, second] = parts
    if (first === undefined) return []
    switch (operator) {
      case 'tuple':
        return parts
      case 'signature':
        return second === undefined ? [] : [second]
      case 'sealed':
        return second !== undefined && this.derives(first) ? [second] : []
      case 'point':
        return this.#broken.x25519 === true ? [first] : []
      case 'kem-key':
        return this.#broken.mlKem === true ? [first] : []
      default:
        return []
    }
  }

  #putsTogether({ operator, parts }: Term): boolean {
    const [a, b] = parts
    if (a === undefined) return false
    if (b === undefined) return this.derives(a)
    switch (operator) {
      case 'agreement':
        return this.#agrees(a, b) || this.#agrees(b, a)
      case 'kem-ciphertext':
        return this.derives(kemKey(a)) && this.derives(b)
      case 'kem-secret':
        return this.#decapsulates(a, b) || (this.derives(kemKey(a)) && this.derives(b))
      default:
        return parts.every((part) => this.derives(part))
    }
  }

  #agrees(own: Term, other: Term): boolean {
    return this.derives(own) && this.derives(point(other))
  }

  #decapsulates(secret: Term, coin: Term): boolean {
    return this.derives(secret) && this.derives(kemCiphertext(secret, coin))
  }
}
