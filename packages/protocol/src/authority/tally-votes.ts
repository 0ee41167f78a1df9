/**
 * What votes say together (spec 08 §4): how many find what about which node, the newest descriptors, and the version
 * of software that enough of them ask for. Nothing depends on the order of the votes.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import type { NodeDescriptor, SoftwareVersion } from '../directory/node-descriptor.ts'
import { compareKeys } from './compare-keys.ts'
import type { NodeOpinion } from './node-transition.ts'
import { REASONS_MAX, type SignedDescriptor, type Vote } from './vote.ts'

export interface Description {
  /** The newest that any vote has: a node's own signature is enough. */
  readonly newest: NodeDescriptor
  /** Whether enough votes have any descriptor of the node, which is what admits one that is new. */
  readonly isBacked: boolean
}

export interface VoteTally {
  readonly softwareMin: SoftwareVersion
  /** Of every node that any vote describes, ascending by key in hex. */
  readonly descriptions: ReadonlyMap<string, Description>
  opinionOf(node: Ed25519PublicKey, describedAt: number): NodeOpinion
}

interface Mentions {
  newest?: SignedDescriptor
  descriptors: number
  ready: number
  readonly reasons: number[]
}

const BITS: readonly number[] = Array.from(
  { length: 32 - Math.clz32(REASONS_MAX) },
  (_, i) => 1 << i,
)

export interface TallyRules {
  /** How many votes are enough. */
  readonly threshold: number
  /** Descriptors of a later time do not count. */
  readonly describedUntil: number
}

/** No vote names a node twice in one list, and no authority has two votes here. */
export function tallyVotes(votes: readonly Vote[], rules: TallyRules): VoteTally {
  const { threshold, describedUntil } = rules
  const mentions = new Map<string, Mentions>()
  for (const vote of votes) addVote(mentions, vote, describedUntil)
  const described = [...mentions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { newest, descriptors }]) => {
      if (newest === undefined) return []
      const description = { newest: newest.descriptor, isBacked: descriptors >= threshold }
      return [[name, description] as const]
    })
  const descriptions = new Map(described)
  return {
    softwareMin: findSoftwareMin(votes, threshold),
    descriptions,
    opinionOf: (node, describedAt) => {
      const name = encodeHex(node)
      const newest = descriptions.get(name)?.newest
      const isLeaving = newest !== undefined && newest.issuedAt > describedAt && newest.isLeaving
      return { ...countOpinion(mentions.get(name), threshold), isLeaving }
    },
  }
}

/**
 * The highest version that enough votes ask for or exceed: the k-th highest. Liars are fewer than k, so they cannot
 * raise it above what an honest one asks for, and with k honest votes they cannot lower it below that either.
 */
function findSoftwareMin(votes: readonly Vote[], threshold: number): SoftwareVersion {
  const descending = votes
    .map(({ softwareMin }) => softwareMin)
    .toSorted((a, b) => compareSoftware(b, a))
  return descending[threshold - 1] ?? [0, 0, 0]
}

export function compareSoftware(a: SoftwareVersion, b: SoftwareVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/**
 * A descriptor from far ahead would be the node's last word: whoever had its keys for a moment, and one authority, could
 * keep it where they like. What is ahead must be the same for all, so it is told by the document's time and no clock.
 */
function addVote(mentions: Map<string, Mentions>, vote: Vote, describedUntil: number): void {
  for (const signed of vote.descriptors) {
    if (signed.descriptor.issuedAt > describedUntil) continue
    const node = mention(mentions, signed.descriptor.ed25519)
    node.descriptors++
    if (node.newest === undefined || isNewer(signed, node.newest)) node.newest = signed
  }
  for (const key of vote.readiness) mention(mentions, key).ready++
  for (const verdict of vote.verdicts) mention(mentions, verdict.node).reasons.push(verdict.reasons)
}

function mention(mentions: Map<string, Mentions>, key: Ed25519PublicKey): Mentions {
  const name = encodeHex(key)
  const known = mentions.get(name) ?? { descriptors: 0, ready: 0, reasons: [] }
  mentions.set(name, known)
  return known
}

/** Spec 08 §4.2. Of two from one moment the lower hash holds, so that it is the same for all. */
function isNewer(one: SignedDescriptor, other: SignedDescriptor): boolean {
  const later = one.descriptor.issuedAt - other.descriptor.issuedAt
  return later > 0 || (later === 0 && compareKeys(one.hash, other.hash) < 0)
}

function countOpinion(
  mentioned: Mentions | undefined,
  threshold: number,
): Omit<NodeOpinion, 'isLeaving'> {
  if (mentioned === undefined) return { reasonsSeen: 0, reasonsAgreed: 0, isReady: false }
  const { reasons, ready } = mentioned
  const count = (bit: number): number => reasons.filter((each) => (each & bit) !== 0).length
  const sum = (atLeast: number): number =>
    BITS.filter((bit) => count(bit) >= atLeast).reduce((bits, bit) => bits | bit, 0)
  return { reasonsSeen: sum(1), reasonsAgreed: sum(threshold), isReady: ready >= threshold }
}
