/**
 * The port through which an authority's own opinion enters its vote: what it has heard of nodes. How opinions become an
 * epoch is `@sotto/protocol/authority`.
 *
 * @module
 */
import type { Vote } from '@sotto/protocol/authority'
import type { EpochDocument } from '@sotto/protocol/directory'

export type Opinion = Pick<Vote, 'softwareMin' | 'descriptors' | 'verdicts' | 'readiness'>

export interface VoteSource {
  /** Ed25519 of the authority's node, in hex. */
  readonly ownKey: string
  createVote(base: EpochDocument): Opinion
}
