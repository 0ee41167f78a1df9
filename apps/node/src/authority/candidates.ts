/**
 * Strangers who want to be admitted, until a document lists them or they fall silent (spec 08 §4.3). A node that waits goes on
 * announcing itself; one that does not is gone, and would be admitted only to be found missing.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { SignedDescriptor } from '@sotto/protocol/directory'

interface Candidate {
  readonly signed: SignedDescriptor
  readonly heardAtMs: number
}

/** Strangers could otherwise fill the memory with descriptors. */
const CANDIDATES_MAX = 256
/** Spec 08 §4.3. Who waits announces itself several times in each epoch. */
const SILENCE_EPOCHS = 4

export class Candidates {
  readonly #candidates = new Map<string, Candidate>()

  /** True when it, or a newer one of the same node, will be in the vote. */
  take(signed: SignedDescriptor, nowMs: number): boolean {
    const key = encodeHex(signed.descriptor.ed25519)
    const known = this.#candidates.get(key)
    const newer = known?.signed.descriptor.issuedAt ?? Number.NEGATIVE_INFINITY
    // An older one is somebody's copy: it says nothing of whether the node is still there.
    if (newer > signed.descriptor.issuedAt) return true
    if (known === undefined && this.#candidates.size >= CANDIDATES_MAX) return false
    const kept = newer === signed.descriptor.issuedAt ? known?.signed : undefined
    this.#candidates.set(key, { signed: kept ?? signed, heardAtMs: nowMs })
    return true
  }

  /** Drops those whom the document lists, and those who fell silent. */
  forget(
    listed: ReadonlySet<string>,
    { nowMs, epochMs }: { nowMs: number; epochMs: number },
  ): void {
    for (const [key, { heardAtMs }] of this.#candidates) {
      const isSilent = nowMs - heardAtMs > SILENCE_EPOCHS * epochMs
      if (isSilent || listed.has(key)) this.#candidates.delete(key)
    }
  }

  list(): readonly SignedDescriptor[] {
    return [...this.#candidates.values()].map(({ signed }) => signed)
  }
}
