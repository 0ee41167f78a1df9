/**
 * The next document, from the one before and from votes (spec 08 §4): a function, so that authorities with the same
 * votes make the same bytes. It trusts that the votes are their authors' own and one of each; that is `agreement.ts`.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { AuthoritySet, EpochContent } from '../directory/epoch-content.ts'
import { computeBeacon, listReveals } from './beacon.ts'
import { compareKeys, isSame } from './compare-keys.ts'
import { describeNodes } from './describe-nodes.ts'
import { type Step, stepNode } from './node-transition.ts'
import { type VoteTally, tallyVotes } from './tally-votes.ts'
import { type AssignSwarms, updateSwarms } from './update-swarms.ts'
import type { Vote } from './vote.ts'

export interface EpochQuestion {
  readonly previous: EpochContent
  /** Hash of the document that holds it. */
  readonly previousHash: Uint8Array
  /** The epoch to decide; those in between were skipped. */
  readonly epoch: number
  /** In any order. */
  readonly votes: readonly Vote[]
  readonly authorities: AuthoritySet
  readonly assign: AssignSwarms
}

/** `undefined` when too few votes count: the epoch is skipped. Throws for an epoch that is not to come. */
export function decideEpoch(question: EpochQuestion): EpochContent | undefined {
  const { previous, previousHash, epoch, authorities } = question
  if (!Number.isSafeInteger(epoch) || epoch <= previous.epoch) {
    throw new RangeError('the epoch is decided already')
  }
  const votes = listCounting(question)
  if (votes.length < authorities.threshold) return undefined
  const startsAt = previous.startsAt + (epoch - previous.epoch) * previous.epochMs
  const tally = tallyVotes(votes, { threshold: authorities.threshold, describedUntil: startsAt })
  const reveals = listReveals(previous.commitments, votes)
  const beacon = computeBeacon({ previous: previous.beacon, epoch, reveals })
  const nodes = updateSwarms({
    before: previous.nodes,
    nodes: stepNodes(previous, tally, { from: previous.epoch, to: epoch }),
    seed: beacon,
    assign: question.assign,
  })
  return {
    network: previous.network,
    epoch,
    startsAt,
    epochMs: previous.epochMs,
    beacon,
    previous: previousHash,
    softwareMin: tally.softwareMin,
    commitments: votes.map(({ authority, commitment }) => ({ authority, commitment })),
    nodes,
  }
}

function stepNodes(
  previous: EpochContent,
  tally: VoteTally,
  step: Step,
): ReturnType<typeof describeNodes> {
  const nodes = previous.nodes.flatMap(
    (node) => stepNode(node, tally.opinionOf(node.ed25519, node.describedAt), step) ?? [],
  )
  const known = new Set(previous.nodes.map(({ ed25519 }) => encodeHex(ed25519)))
  return describeNodes({ nodes, known, tally, epoch: step.to })
}

/** Ascending by authority. Votes on another document are of authorities that missed one; they cannot be added up. */
function listCounting(question: EpochQuestion): readonly Vote[] {
  const { previous, previousHash, epoch, authorities } = question
  const counting = question.votes.filter(
    (vote) =>
      vote.epoch === epoch &&
      isSame(vote.network, previous.network) &&
      isSame(vote.previous, previousHash) &&
      authorities.keys.some((key) => isSame(key, vote.authority)),
  )
  const sorted = counting.toSorted((a, b) => compareKeys(a.authority, b.authority))
  // Of an author of two votes none counts, and which one came first must not matter.
  return sorted.filter(
    ({ authority }) => sorted.filter((other) => isSame(other.authority, authority)).length === 1,
  )
}
