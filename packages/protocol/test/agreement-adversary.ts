/**
 * Authorities under one hostile will, for the tests of agreement. It sees every message of the honest ones before it sends
 * its own of the same round, holds the keys of its authorities and every signature that was ever shown, and sends whatever
 * it likes to whomever it likes. What it cannot do is make an honest authority's signature.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import {
  type AgreementMessage,
  type AuthoritySigner,
  type VoteSignature,
  encodeVote,
  encodeVoteStatement,
  hashVote,
} from '../src/authority/index.ts'
import { EPOCH, NETWORK, createVote } from './authority-fixtures.ts'
import type { Dice } from './dice.ts'

export interface AddressedMessage {
  readonly to: number
  readonly message: AgreementMessage
}

/** Of each author: enough to lie with two, and to try a third. */
const VARIANTS = 3
const ACTIONS_MAX = 12
/** The same bytes are looked at many times. */
const HASHES = new WeakMap<Uint8Array, Uint8Array>()
const VOTES = new Map<string, Uint8Array>()

export class Adversary {
  readonly #signers: readonly AuthoritySigner[]
  readonly #honest: readonly number[]
  readonly #dice: Dice
  readonly #seen: AgreementMessage[] = []
  /** By statement: everything that was signed about one author's bytes. */
  readonly #signatures = new Map<string, Map<string, VoteSignature>>()

  constructor(
    signers: readonly AuthoritySigner[],
    { honest, dice }: { readonly honest: readonly number[]; readonly dice: Dice },
  ) {
    this.#signers = signers
    this.#honest = honest
    this.#dice = dice
  }

  observe(message: AgreementMessage): void {
    const [author] = message.signatures
    if (author === undefined) return
    this.#seen.push(message)
    const known = this.#signaturesOf(author.authority, message.voteBytes)
    for (const signature of message.signatures) known.set(encodeHex(signature.authority), signature)
  }

  /** What it sends in one round. */
  attack(): readonly AddressedMessage[] {
    if (this.#signers.length === 0) return []
    const count = this.#dice.below(ACTIONS_MAX)
    return Array.from({ length: count }, () => this.#act()).flat()
  }

  #act(): readonly AddressedMessage[] {
    const message = this.#choose()
    const everybody = this.#dice.below(4) === 0
    const to = everybody ? this.#honest : [this.#dice.pick(this.#honest)]
    return to.map((index) => ({ to: index, message }))
  }

  #choose(): AgreementMessage {
    const seen = this.#seen.length === 0 ? undefined : this.#dice.pick(this.#seen)
    switch (this.#dice.below(seen === undefined ? 2 : 6)) {
      case 0:
        return this.#signWithAll(this.#dice.pick(this.#signers), this.#writeVote())
      case 1:
        return this.#signWithSome(this.#dice.pick(this.#signers), this.#writeVote())
      case 2:
        return this.#repeat(seen)
      case 3:
        return this.#steal(seen)
      case 4:
        return this.#damage(seen)
      default:
        return this.#forge(seen)
    }
  }

  /** A vote of one of its own, or bytes that are none. */
  #writeVote(): Uint8Array {
    const author = this.#dice.pick(this.#signers).authority
    const variant = this.#dice.below(VARIANTS)
    if (this.#dice.below(8) === 0) return encodeUtf8(`no vote ${variant}`)
    const epoch = this.#dice.below(16) === 0 ? EPOCH + 1 : EPOCH
    const name = `${encodeHex(author)} ${epoch} ${variant}`
    const reveal = new Uint8Array(32).fill(variant)
    const bytes = VOTES.get(name) ?? encodeVote(createVote(author, { epoch, reveal }))
    VOTES.set(name, bytes)
    return bytes
  }

  /** With every signature that it can get: what it needs in the last round. */
  #signWithAll(author: AuthoritySigner, voteBytes: Uint8Array): AgreementMessage {
    const known = this.#signaturesOf(author.authority, voteBytes)
    for (const signer of this.#signers) this.#addSignature(known, { author, signer, voteBytes })
    return order(voteBytes, author.authority, [...known.values()])
  }

  #signWithSome(author: AuthoritySigner, voteBytes: Uint8Array): AgreementMessage {
    const { signatures } = this.#signWithAll(author, voteBytes)
    const [first, ...others] = signatures
    const some = others.filter(() => this.#dice.below(2) === 0)
    return { voteBytes, signatures: first === undefined ? [] : [first, ...some] }
  }

  /** Late, to one only, or with fewer signatures than it came with. */
  #repeat(seen: AgreementMessage | undefined): AgreementMessage {
    const message = seen ?? this.#signWithAll(this.#dice.pick(this.#signers), this.#writeVote())
    const kept = 1 + this.#dice.below(message.signatures.length)
    return { ...message, signatures: message.signatures.slice(0, kept) }
  }

  /** Another one's bytes as its own, with the signatures that the others gave to these bytes. */
  #steal(seen: AgreementMessage | undefined): AgreementMessage {
    const author = this.#dice.pick(this.#signers)
    const voteBytes = seen?.voteBytes ?? this.#writeVote()
    const own = this.#signWithAll(author, voteBytes)
    const lent = seen?.signatures.filter(
      ({ authority }) => !own.signatures.some((each) => each.authority === authority),
    )
    return order(voteBytes, author.authority, [...own.signatures, ...(lent ?? [])])
  }

  #damage(seen: AgreementMessage | undefined): AgreementMessage {
    const message = this.#repeat(seen)
    const place = this.#dice.below(message.signatures.length)
    const signatures = message.signatures.map(({ authority, signature }, index) => ({
      authority,
      signature:
        index === place ? Uint8Array.from(signature).fill(this.#dice.below(256), 0, 1) : signature,
    }))
    return {
      ...message,
      signatures: this.#dice.below(2) === 0 ? signatures : signatures.toReversed(),
    }
  }

  /** A vote in the name of an honest authority, with a signature that it made for another one. */
  #forge(seen: AgreementMessage | undefined): AgreementMessage {
    const [first] = seen?.signatures ?? []
    const own = this.#signWithAll(this.#dice.pick(this.#signers), this.#writeVote())
    return first === undefined ? own : { ...own, signatures: [first, ...own.signatures] }
  }

  #addSignature(
    known: Map<string, VoteSignature>,
    {
      author,
      signer,
      voteBytes,
    }: { author: AuthoritySigner; signer: AuthoritySigner; voteBytes: Uint8Array },
  ): void {
    const statement = encodeStatement(author.authority, voteBytes)
    const { authority } = signer
    known.set(encodeHex(authority), { authority, signature: signer.sign(statement) })
  }

  #signaturesOf(author: Uint8Array, voteBytes: Uint8Array): Map<string, VoteSignature> {
    const name = `${encodeHex(author)} ${encodeHex(hashOnce(voteBytes))}`
    const known = this.#signatures.get(name) ?? new Map<string, VoteSignature>()
    this.#signatures.set(name, known)
    return known
  }
}

function encodeStatement(author: AuthoritySigner['authority'], bytes: Uint8Array): Uint8Array {
  return encodeVoteStatement({ network: NETWORK, epoch: EPOCH, author, hash: hashOnce(bytes) })
}

function hashOnce(bytes: Uint8Array): Uint8Array {
  const hash = HASHES.get(bytes) ?? hashVote(bytes)
  HASHES.set(bytes, hash)
  return hash
}

function order(
  voteBytes: Uint8Array,
  author: Uint8Array,
  signatures: readonly VoteSignature[],
): AgreementMessage {
  const name = encodeHex(author)
  const sorted = signatures.toSorted((a, b) =>
    encodeHex(a.authority) < encodeHex(b.authority) ? -1 : 1,
  )
  const first = sorted.filter(({ authority }) => encodeHex(authority) === name)
  const others = sorted.filter(({ authority }) => encodeHex(authority) !== name)
  return { voteBytes, signatures: [...first, ...others] }
}
