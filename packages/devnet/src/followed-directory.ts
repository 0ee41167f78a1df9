/**
 * The directory of a running local network, as the supervisor sees it: it begins with the first document and asks the nodes
 * for the one in force, as any client would. It decides nothing.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { SigningKeyPair } from '@sotto/crypto/signing'
import {
  type Directory,
  type EpochDocument,
  EpochTracker,
  createAuthoritySet,
  createDirectoryFromEpoch,
  decodeEpochDocument,
} from '@sotto/protocol/directory'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import type { EpochCircumstances } from './describe-directory.ts'
import { DevnetError } from './errors.ts'

const TIMEOUT_MS = 2000

export interface FollowedDirectoryOptions {
  readonly networkId: Uint8Array
  readonly authorities: readonly SigningKeyPair[]
  /** The network's time. */
  readonly now: () => number
}

export class FollowedDirectory {
  readonly #tracker: EpochTracker
  readonly #now: () => number
  readonly #counts: { readonly authorities: number; readonly threshold: number }

  constructor({ networkId, authorities, now }: FollowedDirectoryOptions) {
    const threshold = Math.floor(authorities.length / 2) + 1
    const keys = authorities.map(({ publicKey }) => publicKey)
    this.#now = now
    this.#counts = { authorities: authorities.length, threshold }
    this.#tracker = new EpochTracker({
      network: networkId,
      authorities: createAuthoritySet(keys, threshold),
    })
  }

  get document(): EpochDocument | undefined {
    return this.#tracker.last(this.#now())
  }

  get circumstances(): EpochCircumstances {
    const freshness = this.#tracker.freshness(this.#now())
    return { freshness, ...this.#counts }
  }

  get directory(): Directory | undefined {
    const { document } = this
    return document === undefined ? undefined : createDirectoryFromEpoch(document, [])
  }

  accept(bytes: Uint8Array): void {
    const document = decodeEpochDocument(bytes)
    // What a node serves that is no document of this network is the node's fault, and for tests to see elsewhere.
    if (document.ok) this.#tracker.accept(document.value, this.#now())
  }

  /** Asks these web listeners, all of them, because a lone one may be cut off. Never rejects. */
  async follow(webUrls: readonly string[]): Promise<void> {
    await Promise.all(webUrls.map((url) => this.#ask(url)))
  }

  async #ask(url: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await fetch(`${url}/directory/v1/epoch`, { signal })
      if (response.ok) this.accept(new Uint8Array(await response.arrayBuffer()))
    } catch {
      // A node that does not answer is not asked for a reason here.
    }
  }

  /** Ed25519 keys, in hex, of the nodes that store this account's messages. Throws for what is no account id. */
  findMemberKeys(accountId: string): readonly string[] {
    const account = parseAccountBytes(accountId)
    if (account === undefined) {
      throw new DevnetError('invalid_options', 'An account id is 05 and 64 hexadecimal digits.')
    }
    const members = this.directory?.swarmOf(account).members ?? []
    return members.map(({ ed25519 }) => encodeHex(ed25519))
  }
}
