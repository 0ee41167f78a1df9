/**
 * One authority's own verdict on one node (spec 08 §6): which reasons it has, from proofs and from what other nodes saw.
 * Where the evidence comes from, and that its observers are who they say, is the program's part; what becomes of a verdict
 * is decided by the votes of all (`decide-epoch.ts`).
 *
 * @module
 */

import { REASONS, type Reason } from '../directory/epoch-content.ts'
import { scaleTime } from '../directory/network-times.ts'
import type { SoftwareVersion } from '../directory/node-descriptor.ts'
import { type AuditRecord, hasFailedAudits } from './judge-audits.ts'
import { type ReachabilityRecord, isUnreachable } from './judge-reachability.ts'
import { findMedian } from './median.ts'
import { compareSoftware } from './tally-votes.ts'

/** An address that the node claimed, and when. */
export interface AddressClaim {
  readonly address: string
  readonly claimedAt: number
}

export interface NodeEvidence {
  readonly now: number
  readonly epochMs: number
  /** Time of the latest proof of uptime; absent when there was none. */
  readonly provedAt?: number
  /** One for each node that tests this one. */
  readonly reachability: readonly ReachabilityRecord[]
  /** One for each other member of its swarm that audits it; empty for a node that has no swarm. */
  readonly audits: readonly AuditRecord[]
  readonly swarmSize: number
  /** Of any time; old ones do not count. */
  readonly addresses: readonly AddressClaim[]
  /** By how much the node's clock is ahead of each observer's, in milliseconds. */
  readonly clockOffsetsMs: readonly number[]
  readonly software: SoftwareVersion
  readonly softwareMin: SoftwareVersion
  /** Which run of the program signed each of the proofs that are remembered, in the order in which they were signed. */
  readonly instances: readonly string[]
}

/** Spec 08 §6.4. Not scaled with the epoch: clocks do not get better in a network that runs faster. */
const CLOCK_OFFSET_MAX_MS = 30_000

/** Bits of `REASONS`; 0 for a node without fault. */
export function judgeNode(evidence: NodeEvidence): number {
  const { now, epochMs, audits, swarmSize } = evidence
  const reachability = { now, epochMs, records: evidence.reachability }
  const findings: readonly (readonly [Reason, boolean])[] = [
    ['proofMissing', isProofMissing(evidence)],
    ['unreachable', isUnreachable(reachability)],
    ['auditFailed', hasFailedAudits({ swarmSize, records: audits })],
    ['clockOff', isClockOff(evidence.clockOffsetsMs)],
    ['softwareOld', compareSoftware(evidence.software, evidence.softwareMin) < 0],
    ['addressDisputed', isAddressDisputed(evidence)],
    ['keyShared', isAlternating(evidence.instances)],
  ]
  return findings.reduce((bits, [reason, isFound]) => bits | (isFound ? REASONS[reason] : 0), 0)
}

function isProofMissing({ provedAt, now, epochMs }: NodeEvidence): boolean {
  return provedAt === undefined || now - provedAt > scaleTime('proofValidity', epochMs)
}

/** Of two numbers in the middle the one nearer to zero: half of the observers may have clocks that are off themselves. */
function isClockOff(offsetsMs: readonly number[]): boolean {
  const upper = findMedian(offsetsMs)
  const negatedLower = findMedian(offsetsMs.map((offset) => -offset))
  if (upper === undefined || negatedLower === undefined) return false
  return upper < -CLOCK_OFFSET_MAX_MS || negatedLower < -CLOCK_OFFSET_MAX_MS
}

function isAddressDisputed({ addresses, now, epochMs }: NodeEvidence): boolean {
  const memory = scaleTime('addressMemory', epochMs)
  const recent = addresses.filter(({ claimedAt }) => now - claimedAt < memory)
  return new Set(recent.map(({ address }) => address)).size > 1
}

/** Whether an instance comes back after another one. A restart goes from one to the next and never back. */
function isAlternating(instances: readonly string[]): boolean {
  const ended = new Set<string>()
  let current: string | undefined
  for (const instance of instances) {
    if (instance === current) continue
    if (ended.has(instance)) return true
    if (current !== undefined) ended.add(current)
    current = instance
  }
  return false
}
