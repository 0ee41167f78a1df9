/**
 * What becomes of one node from one document to the next (spec 08 §4.4). Its record and its swarm are decided elsewhere;
 * durations are differences of epoch numbers, so that skipped epochs count.
 *
 * @module
 */

import { type EpochNode, type NodeState, REASONS } from '../directory/epoch-content.ts'
import { TIMES_IN_EPOCHS } from '../directory/network-times.ts'
import { CREDIT_REQUIRED, drainCredit, earnCredit, restoreCredit } from './credit.ts'

/** What the votes together say of a node. */
export interface NodeOpinion {
  readonly reasonsSeen: number
  readonly reasonsAgreed: number
  /** Enough authorities find it fit to be active. */
  readonly isReady: boolean
  /** Its newest descriptor, if it is newer than the document's, asks to be let go. */
  readonly isLeaving: boolean
}

export interface Step {
  /** The epoch of the document before, and of the one that is made. */
  readonly from: number
  readonly to: number
}

/** Spec 08 §4.6. Being seen at two addresses is told to the operator and costs nothing by itself. */
export const OFFENCES: number =
  REASONS.proofMissing |
  REASONS.unreachable |
  REASONS.auditFailed |
  REASONS.clockOff |
  REASONS.softwareOld |
  REASONS.keyShared

type Standing = Pick<EpochNode, 'state' | 'since' | 'credit'>

/** `undefined` for a node that was shown as gone for long enough. */
export function stepNode(node: EpochNode, opinion: NodeOpinion, step: Step): EpochNode | undefined {
  // Why a node went stays as it was, for as long as the node is shown.
  if (node.state === 'left') return hasLasted(node, 'departureShown', step) ? undefined : node
  const { reasonsSeen, reasonsAgreed } = opinion
  return { ...node, ...findStanding(node, opinion, step), reasonsSeen, reasonsAgreed }
}

function findStanding(node: EpochNode, opinion: NodeOpinion, step: Step): Standing {
  switch (node.state) {
    case 'awaiting':
      return leaveAwaiting(node, opinion, step)
    case 'active':
      return leaveActive(node, opinion, step)
    case 'decommissioned':
      return leaveDecommissioned(node, opinion, step)
    case 'leaving':
      return hasLasted(node, 'handOver', step) ? enter('left', node.credit, step) : node
    case 'left':
      return node
  }
}

function leaveAwaiting(node: EpochNode, opinion: NodeOpinion, step: Step): Standing {
  if (opinion.isLeaving) return enter('left', node.credit, step)
  if (isFit(opinion)) return enter('active', node.credit, step)
  const isHopeless = isOffending(opinion) && hasLasted(node, 'awaitingMax', step)
  return isHopeless ? enter('left', node.credit, step) : node
}

function leaveActive(node: EpochNode, opinion: NodeOpinion, step: Step): Standing {
  // Before the offences: the wish is said once, and one that is decommissioned hands nothing over.
  if (opinion.isLeaving) return enter('leaving', node.credit, step)
  if (!isOffending(opinion)) {
    return { ...node, credit: earnCredit(node.credit, step.to - step.from) }
  }
  const isSpared = node.credit >= CREDIT_REQUIRED
  return enter(isSpared ? 'decommissioned' : 'left', node.credit, step)
}

function leaveDecommissioned(node: EpochNode, opinion: NodeOpinion, step: Step): Standing {
  if (opinion.isLeaving) return enter('left', node.credit, step)
  if (isFit(opinion)) {
    const drainedEpochs = step.from - node.since
    const downEpochs = step.to - node.since
    const credit = restoreCredit({ credit: node.credit, drainedEpochs, downEpochs })
    return enter('active', credit, step)
  }
  const credit = drainCredit(node.credit, step.to - step.from)
  return credit < 0 ? enter('left', credit, step) : { ...node, credit }
}

function enter(state: NodeState, credit: number, { to }: Step): Standing {
  return { state, since: to, credit }
}

function isOffending({ reasonsAgreed }: NodeOpinion): boolean {
  return (reasonsAgreed & OFFENCES) !== 0
}

function isFit(opinion: NodeOpinion): boolean {
  return opinion.isReady && !isOffending(opinion)
}

function hasLasted(
  { since }: EpochNode,
  time: 'awaitingMax' | 'departureShown' | 'handOver',
  { to }: Step,
): boolean {
  return to - since >= TIMES_IN_EPOCHS[time]
}
