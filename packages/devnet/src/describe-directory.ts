/**
 * The directory of a running network in the words of introspection: the epoch in force, how each node stands in it, and how
 * many members of each swarm serve.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { type EpochDocument, REASONS, TIMES_IN_EPOCHS } from '@sotto/protocol/directory'
import type { Evidence } from './followed-evidence.ts'
import type {
  IntrospectedEpoch,
  IntrospectedEvidence,
  IntrospectedNode,
  IntrospectedSwarm,
  NodeStanding,
} from './introspection.ts'

export interface EpochCircumstances {
  readonly freshness: string
  readonly authorities: number
  readonly threshold: number
}

export function describeEpoch(
  { content, signatures }: EpochDocument,
  circumstances: EpochCircumstances,
): IntrospectedEpoch {
  const { epoch, startsAt, epochMs } = content
  return { number: epoch, startsAt, epochMs, ...circumstances, signatures: signatures.length }
}

/** `undefined` for a node that the document does not have. */
export function describeStanding(
  { content }: EpochDocument,
  ed25519: Uint8Array,
): NodeStanding | undefined {
  const key = encodeHex(ed25519)
  const node = content.nodes.find((each) => encodeHex(each.ed25519) === key)
  if (node === undefined) return undefined
  const reasons = Object.entries(REASONS)
    .filter(([, bit]) => (node.reasonsAgreed & bit) !== 0)
    .map(([reason]) => reason)
  const creditEpochs = node.credit / TIMES_IN_EPOCHS.creditEarningPeriod
  return { state: node.state, since: node.since, creditEpochs, reasons }
}

/** The authority of the node with the same number: the first nodes are theirs. */
export function describeEvidence(
  evidence: readonly Evidence[],
  authorities: readonly Uint8Array[],
  nameOf: (number: number) => string,
): IntrospectedEvidence[] {
  const keys = authorities.map(encodeHex)
  return evidence.map(({ authority, kind, epoch }) => {
    const key = encodeHex(authority)
    return { authority: key, node: nameOf(keys.indexOf(key) + 1), kind, epoch }
  })
}

export function describeSwarms(nodes: readonly IntrospectedNode[]): IntrospectedSwarm[] {
  const members = nodes.filter(
    ({ swarm, cloneOf }) => swarm !== '' && swarm !== NO_SWARM && cloneOf === undefined,
  )
  return [...Map.groupBy(members, ({ swarm }) => swarm)].map(([id, each]) => ({
    id,
    nodes: each.length,
    serving: each.filter(({ state }) => state === 'ready').length,
  }))
}

/** The id of nodes that keep no messages. */
const NO_SWARM = 'f'.repeat(16)
