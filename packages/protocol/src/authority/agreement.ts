/**
 * How all honest authorities come to have the same votes (spec 08 §3), however many of the others lie: the signed
 * broadcast of Dolev and Strong (1983), for every author at once. A state machine without clock and network; sending
 * messages, and telling which round it is, is the program's part (`agreement-phase.ts`).
 *
 * Why it holds: whoever accepts a vote before the last round shows it to everybody in the next one. A vote that comes in
 * the last round has `faultsMax + 1` signatures, so an honest authority is among them, which showed it to everybody.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { type AgreementMessage, addSignature, isInOrder } from './agreement-message.ts'
import { compareKeys, isAscending, isSame } from './compare-keys.ts'
import type { Equivocation, SignedVote } from './equivocation.ts'
import { AUTHORITIES_MAX, type Vote } from './vote.ts'
import { type AuthoritySigner, encodeVoteStatement, hashVote } from './vote-statement.ts'

export interface AgreementOptions {
  readonly self: AuthoritySigner
  /** All of them, oneself included. */
  readonly authorities: readonly Ed25519PublicKey[]
  readonly network: Uint8Array
  readonly epoch: number
  /** How many of the others may lie; `findFaultsMax` unless there is a reason. */
  readonly faultsMax: number
  /** `undefined` for bytes that are no vote; its answer must depend on the bytes alone. */
  readonly decode: (bytes: Uint8Array) => Vote | undefined
}

export interface AgreementOutcome {
  /** Ascending by authority. The same for every honest authority. */
  readonly votes: readonly Vote[]
  /** Ascending by author. The same authors for every honest authority; an author of three votes may show different pairs. */
  readonly equivocations: readonly Equivocation[]
  /** Who signed one thing, and it was no vote of theirs for this epoch. Ascending. */
  readonly malformed: readonly Ed25519PublicKey[]
}

export interface Agreement {
  /** Messages of later rounds are not taken. */
  readonly rounds: number
  /** One's own vote; what to send to all others in round 1. */
  propose(voteBytes: Uint8Array): readonly AgreementMessage[]
  /** A message that came in a round; what to send to all others at once. */
  receive(message: AgreementMessage, round: number): readonly AgreementMessage[]
  /** After the last round. Nothing is taken any more. */
  conclude(): AgreementOutcome
}

/** Spec 08 §3.2. Two prove that an author lies; more prove nothing more. */
const VOTES_PER_AUTHOR_MAX = 2

interface AuthorState {
  readonly author: Ed25519PublicKey
  /** By hash, in the order of arrival. */
  readonly accepted: Map<string, SignedVote>
}

/** Spec 08 §3.2. Fewer than half. */
export function findFaultsMax(authorityCount: number): number {
  return Math.floor((authorityCount - 1) / 2)
}

export function createAgreement(options: AgreementOptions): Agreement {
  return new Broadcast(options)
}

class Broadcast implements Agreement {
  readonly rounds: number
  readonly #options: AgreementOptions
  readonly #authors: ReadonlyMap<string, AuthorState>
  #isOver = false

  constructor(options: AgreementOptions) {
    assertOptions(options)
    const authors = options.authorities.toSorted(compareKeys)
    this.rounds = options.faultsMax + 1
    this.#options = options
    this.#authors = new Map(
      authors.map((author) => [encodeHex(author), { author, accepted: new Map() }]),
    )
  }

  propose(voteBytes: Uint8Array): readonly AgreementMessage[] {
    const { self } = this.#options
    const state = this.#authors.get(encodeHex(self.authority))
    // A second vote would be the lie that everybody looks for.
    if (state === undefined || state.accepted.size > 0) throw new Error('there is a vote already')
    const hash = hashVote(voteBytes)
    const signature = self.sign(this.#encodeStatement(self.authority, hash))
    state.accepted.set(encodeHex(hash), { bytes: voteBytes, signature })
    return [{ voteBytes, signatures: [{ authority: self.authority, signature }] }]
  }

  receive(message: AgreementMessage, round: number): readonly AgreementMessage[] {
    const { self } = this.#options
    const [first] = message.signatures
    const state = first === undefined ? undefined : this.#authors.get(encodeHex(first.authority))
    if (first === undefined || state === undefined || !this.#isOpen(round)) return []
    if (state.accepted.size >= VOTES_PER_AUTHOR_MAX || message.signatures.length < round) return []
    const hash = hashVote(message.voteBytes)
    if (state.accepted.has(encodeHex(hash))) return []
    const statement = this.#encodeStatement(state.author, hash)
    if (!this.#isSigned(message, statement)) return []
    // Whether the bytes are a vote at all does not matter yet: two of whatever kind are a lie, and bounded in number.
    state.accepted.set(encodeHex(hash), { bytes: message.voteBytes, signature: first.signature })
    // One's own signature is there already when one's key is used elsewhere, or was before a restart.
    const hasSigned = message.signatures.some(({ authority }) => isSame(authority, self.authority))
    if (hasSigned || round >= this.rounds) return []
    return [addSignature(message, { authority: self.authority, signature: self.sign(statement) })]
  }

  conclude(): AgreementOutcome {
    this.#isOver = true
    const votes: Vote[] = []
    const equivocations: Equivocation[] = []
    const malformed: Ed25519PublicKey[] = []
    for (const { author, accepted } of this.#authors.values()) {
      const [first, second] = [...accepted].toSorted(([a], [b]) => (a < b ? -1 : 1))
      if (first === undefined) continue
      const vote = second === undefined ? this.#decodeVote(first[1], author) : undefined
      if (second !== undefined) equivocations.push({ author, first: first[1], second: second[1] })
      else if (vote === undefined) malformed.push(author)
      else votes.push(vote)
    }
    return { votes, equivocations, malformed }
  }

  #isOpen(round: number): boolean {
    return !this.#isOver && Number.isInteger(round) && round >= 1 && round <= this.rounds
  }

  /** One false signature is enough to drop a message: no honest authority passes any on. */
  #isSigned({ signatures }: AgreementMessage, statement: Uint8Array): boolean {
    if (signatures.length > this.#authors.size || !isInOrder(signatures)) return false
    return signatures.every(
      ({ authority, signature }) =>
        this.#authors.has(encodeHex(authority)) &&
        this.#options.self.verify({ publicKey: authority, message: statement, signature }),
    )
  }

  #decodeVote({ bytes }: SignedVote, author: Ed25519PublicKey): Vote | undefined {
    const vote = this.#options.decode(bytes)
    const { network, epoch } = this.#options
    if (vote === undefined || vote.epoch !== epoch || !isSame(vote.network, network))
      return undefined
    return isSame(vote.authority, author) ? vote : undefined
  }

  #encodeStatement(author: Ed25519PublicKey, hash: Uint8Array): Uint8Array {
    const { network, epoch } = this.#options
    return encodeVoteStatement({ network, epoch, author, hash })
  }
}

function assertOptions({ self, authorities, faultsMax }: AgreementOptions): void {
  const isKnown = authorities.some((key) => isSame(key, self.authority))
  if (!isKnown || !isAscending(authorities.toSorted(compareKeys))) {
    throw new RangeError('authorities are each named once, oneself among them')
  }
  if (authorities.length > AUTHORITIES_MAX) throw new RangeError('too many authorities')
  if (!Number.isInteger(faultsMax) || faultsMax < 0 || faultsMax >= authorities.length) {
    throw new RangeError('not every authority can lie')
  }
}
