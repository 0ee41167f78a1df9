/**
 * What the attacker sees and computes with, as symbols: perfect ciphers, signatures and hashes, and of Diffie-Hellman the one equation
 * that protocols live on. Breaking a primitive is not computing with it better; it is a rule of its own in `knowledge.ts`.
 *
 * @module
 */

export type Operator =
  /** A secret or public value that nothing gives but itself. */
  | 'name'
  | 'tuple'
  | 'hash'
  /** Authenticated encryption: key, text. */
  | 'sealed'
  /** Key, message; the message can be read from it. */
  | 'signature'
  /** The X25519 public key of a secret, and what two of them agree on. */
  | 'point'
  | 'agreement'
  /** The ML-KEM public key of a secret; a ciphertext to it and its secret, both of the sender's coin. */
  | 'kem-key'
  | 'kem-ciphertext'
  | 'kem-secret'

export interface Term {
  readonly operator: Operator
  readonly parts: readonly Term[]
  /** Equal for equal terms. */
  readonly text: string
}

const made = new Map<string, Term>()

function make(operator: Operator, parts: readonly Term[], label = ''): Term {
  const text = `${operator}${label}(${parts.map((part) => part.text).join()})`
  const known = made.get(text)
  if (known !== undefined) return known
  const term = { operator, parts, text }
  made.set(text, term)
  return term
}

export function name(label: string): Term {
  return make('name', [], `:${label}`)
}

export function tuple(...parts: readonly Term[]): Term {
  return make('tuple', parts)
}

/** The label separates one use of a hash from every other. */
export function hash(label: string, ...parts: readonly Term[]): Term {
  return make('hash', parts, `:${label}`)
}

export function seal(key: Term, text: Term): Term {
  return make('sealed', [key, text])
}

export function sign(key: Term, message: Term): Term {
  return make('signature', [key, message])
}

export function point(secret: Term): Term {
  return make('point', [secret])
}

/** Of two secrets, in either order. */
export function agreement(a: Term, b: Term): Term {
  return make('agreement', a.text < b.text ? [a, b] : [b, a])
}

export function kemKey(secret: Term): Term {
  return make('kem-key', [secret])
}

export function kemCiphertext(secret: Term, coin: Term): Term {
  return make('kem-ciphertext', [secret, coin])
}

export function kemSecret(secret: Term, coin: Term): Term {
  return make('kem-secret', [secret, coin])
}
