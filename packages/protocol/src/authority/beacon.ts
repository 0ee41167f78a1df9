/**
 * The number that nobody could choose alone (spec 08 §5): each authority promises 32 bytes in one vote and reveals them in
 * the next, and all that were revealed go into a chain of hashes. It is the seed of swarm assignment.
 *
 * @module
 */

import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { BeaconCommitment } from '../directory/epoch-content.ts'
import { isSame } from './compare-keys.ts'
import { HASH_BYTES, type Vote } from './vote.ts'

/** Spec 08 §5. */
const CONTEXT: Uint8Array = encodeUtf8('sotto-epoch-beacon')
const EPOCH_BYTES = 8

/** What a vote promises, of the 32 random bytes that the next one reveals. */
export function commitReveal(reveal: Uint8Array): Uint8Array {
  return blake2b(reveal, { length: HASH_BYTES })
}

export interface BeaconStep {
  /** The beacon before. */
  readonly previous: Uint8Array
  readonly epoch: number
  /** In the order of their authorities. */
  readonly reveals: readonly Uint8Array[]
}

export function computeBeacon({ previous, epoch, reveals }: BeaconStep): Uint8Array {
  const number = new Uint8Array(EPOCH_BYTES)
  new DataView(number.buffer).setBigUint64(0, BigInt(epoch))
  return blake2b(concatBytes([CONTEXT, previous, number, ...reveals]), { length: HASH_BYTES })
}

/** What counts of it: an authority could choose a reveal at will if it had not promised it before it saw others'. */
export function listReveals(
  commitments: readonly BeaconCommitment[],
  votes: readonly Pick<Vote, 'authority' | 'reveal'>[],
): readonly Uint8Array[] {
  return votes
    .filter(({ authority, reveal }) =>
      commitments.some(
        (promised) =>
          isSame(promised.authority, authority) &&
          isSame(promised.commitment, commitReveal(reveal)),
      ),
    )
    .map(({ reveal }) => reveal)
}
