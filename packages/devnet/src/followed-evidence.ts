/**
 * Proof against authorities of a local network, as the supervisor collects it: nodes say what they hold, and nothing is
 * believed that does not prove itself.
 *
 * @module
 */

import { encodeHex, equalBytes } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import {
  VOTE_EQUIVOCATION_BYTES,
  decodeVoteEquivocation,
  verifyVoteEquivocation,
} from '@sotto/protocol/authority'
import { decodeEquivocation, verifyEquivocation } from '@sotto/protocol/directory'
import { z } from 'zod'

export interface Evidence {
  readonly authority: Ed25519PublicKey
  readonly kind: 'votes' | 'documents'
  readonly epoch: number
}

export interface FollowedEvidenceOptions {
  readonly networkId: Uint8Array
  readonly authorities: readonly Ed25519PublicKey[]
}

const TIMEOUT_MS = 2000
/** What one node may be asked for at a time; it holds no more of honest authorities. */
const PROOFS_MAX = 64

const listSchema = z.object({
  authorities: z.array(z.string()).max(PROOFS_MAX),
  votes: z.array(z.object({ author: z.string(), epoch: z.int() })).max(PROOFS_MAX),
})

export class FollowedEvidence {
  readonly #options: FollowedEvidenceOptions
  /** By what a node says of it before it is fetched, so that nothing is fetched twice. */
  readonly #proven = new Map<string, Evidence>()

  constructor(options: FollowedEvidenceOptions) {
    this.#options = options
  }

  get proven(): readonly Evidence[] {
    return [...this.#proven.values()]
  }

  /** Asks these web listeners for proofs that are news. Never rejects. */
  async follow(webUrls: readonly string[]): Promise<void> {
    await Promise.all(webUrls.map((url) => this.#ask(`${url}/directory/v1/evidence`)))
  }

  async #ask(url: string): Promise<void> {
    const answer = await fetchBytes(url)
    const list = answer && listSchema.safeParse(parseJson(answer))
    if (list?.success !== true) return
    for (const [index, { author, epoch }] of list.data.votes.entries()) {
      await this.#fetchOnce(`votes ${author} ${epoch}`, `${url}/votes/${index}`, (bytes) =>
        this.#readVotes(bytes),
      )
    }
    for (const [index, authority] of list.data.authorities.entries()) {
      await this.#fetchOnce(`documents ${authority}`, `${url}/${index}`, (bytes) =>
        this.#readDocuments(bytes),
      )
    }
  }

  async #fetchOnce(
    name: string,
    url: string,
    read: (bytes: Uint8Array) => Evidence | undefined,
  ): Promise<void> {
    if (this.#proven.has(name)) return
    const bytes = await fetchBytes(url)
    const evidence = bytes && read(bytes)
    if (evidence !== undefined) this.#proven.set(name, evidence)
  }

  #readVotes(bytes: Uint8Array): Evidence | undefined {
    if (bytes.length !== VOTE_EQUIVOCATION_BYTES) return undefined
    const proof = decodeVoteEquivocation(bytes)
    if (!proof.ok || !verifyVoteEquivocation(proof.value).ok) return undefined
    const { author: authority, epoch, network } = proof.value
    return this.#isOurs(authority, network) ? { authority, kind: 'votes', epoch } : undefined
  }

  #readDocuments(bytes: Uint8Array): Evidence | undefined {
    const proof = decodeEquivocation(bytes)
    if (!proof.ok || !verifyEquivocation(proof.value).ok) return undefined
    const { authority, epoch, network } = proof.value
    return this.#isOurs(authority, network) ? { authority, kind: 'documents', epoch } : undefined
  }

  #isOurs(authority: Ed25519PublicKey, network: Uint8Array): boolean {
    const { networkId, authorities } = this.#options
    const isKnown = authorities.some((key) => encodeHex(key) === encodeHex(authority))
    return isKnown && equalBytes(network, networkId)
  }
}

async function fetchBytes(url: string): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined
  } catch {
    return undefined
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
