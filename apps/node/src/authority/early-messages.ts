/**
 * Votes that come before round 1 has begun by this authority's clock (spec 08 §3.4): their senders' clocks are ahead. They are
 * kept until it has, because they are said once; to take and pass them on at once would begin the round earlier for some than
 * for others, who would miss it.
 *
 * @module
 */
import { encodeHex, equalBytes } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import {
  type AgreementMessage,
  type AuthoritySigner,
  encodeVoteStatement,
  hashVote,
} from '@sotto/protocol/authority'

export interface EarlyMessagesOptions {
  readonly authorities: readonly Ed25519PublicKey[]
  readonly network: Uint8Array
  readonly epoch: number
  readonly signer: Pick<AuthoritySigner, 'verify'>
}

/** Two votes of one author prove its lie; more prove nothing more. */
const VOTES_PER_AUTHOR_MAX = 2

export class EarlyMessages {
  readonly #options: EarlyMessagesOptions
  /** By author, then by hash of the vote. */
  readonly #held = new Map<string, Map<string, AgreementMessage>>()

  constructor(options: EarlyMessagesOptions) {
    this.#options = options
  }

  /** Only what its author signed is kept, without the signatures of others: round 1 needs none of them. */
  add({ voteBytes, signatures: [first] }: AgreementMessage): void {
    const { authorities, network, epoch, signer } = this.#options
    if (first === undefined || !authorities.some((key) => equalBytes(key, first.authority))) return
    const name = encodeHex(first.authority)
    const held = this.#held.get(name) ?? new Map<string, AgreementMessage>()
    const hash = hashVote(voteBytes)
    if (held.size >= VOTES_PER_AUTHOR_MAX || held.has(encodeHex(hash))) return
    const { authority: publicKey, signature } = first
    const message = encodeVoteStatement({ network, epoch, author: publicKey, hash })
    if (!signer.verify({ publicKey, message, signature })) return
    held.set(encodeHex(hash), { voteBytes, signatures: [first] })
    this.#held.set(name, held)
  }

  /** All of them; they are kept no longer. */
  take(): readonly AgreementMessage[] {
    const all = [...this.#held.values()].flatMap((held) => Array.from(held.values()))
    this.#held.clear()
    return all
  }
}
