/**
 * What the operator API answers (docs/operations/operator-api.md): plain JSON about this node and other nodes, and nothing about
 * users. Times are milliseconds since 1970, `null` stands for what never was.
 *
 * @module
 */
import type { Freshness, NodeState, Reason } from '@sotto/protocol/directory'
import type { FileTallyView } from '../files/file-tally.ts'

export interface Trouble {
  /** Stable, for machines; the list is in docs/operations/operator-api.md. */
  readonly code: string
  readonly text: string
  readonly advice: string
  /** False for what passes by itself. */
  readonly needsOperator: boolean
}

export interface EpochView {
  readonly epoch: number
  readonly startsAt: number
  readonly epochMs: number
  readonly freshness: Freshness
}

export interface Standing {
  /** `unlisted`: the network's document does not have this node. */
  readonly state: NodeState | 'unlisted'
  /** The epoch in which the node entered the state. */
  readonly since: number
  readonly creditSeconds: number
  /** Reasons that enough authorities agree on, and those that at least one named. */
  readonly reasons: readonly Reason[]
  readonly reasonsSeen: readonly Reason[]
}

export interface DrainView {
  readonly isDraining: boolean
  /** The network has let the node go, so that it can hand nothing over any more. */
  readonly hasLeft: boolean
  /** Everything that was here is kept by others too: the node can be ended for good. */
  readonly isDrained: boolean
  /** Records that two other nodes have not confirmed yet; null before the first count. */
  readonly unconfirmed: number | null
}

/** Counts since the node started, over everybody together. */
export interface FilesView extends FileTallyView {
  readonly files: number
  /** Equal bytes count once. */
  readonly usedBytes: number
  readonly quotaBytes: number
  /** Of one file. */
  readonly largestBytes: number
  /** Null where another machine has the bytes. */
  readonly freeBytes: number | null
}

export interface NodeStatus {
  /** Ed25519 in hex; public. */
  readonly node: string
  readonly name: string
  readonly version: string
  readonly roles: readonly string[]
  readonly startedAt: number
  readonly epoch: EpochView | null
  readonly standing: Standing
  readonly troubles: readonly Trouble[]
  readonly drain: DrainView
  /** Null for a node without the role `files`. */
  readonly files: FilesView | null
}

export interface HealthView {
  readonly testsPassed: number
  readonly testsFailed: number
  readonly auditsPassed: number
  readonly auditsFailed: number
  readonly proofsAnswered: number
  readonly auditsAnswered: number
  readonly reportsTaken: number
  readonly lastTestAt: number | null
  readonly lastAskedAt: number | null
  readonly lastProofAt: number | null
  readonly reachable: number
  readonly failing: number
}

export interface ObservationView {
  readonly observer: string
  readonly target: string
  readonly lastReachable: number | null
  readonly firstUnreachable: number | null
  readonly lastUnreachable: number | null
  readonly roundTripMs: number
  readonly clockOffsetMs: number
}

export interface ObservationsView {
  /** What other nodes said last of this one. */
  readonly aboutThisNode: readonly ObservationView[]
  /** What this node found out about others. */
  readonly byThisNode: readonly ObservationView[]
}

export interface MemberView {
  readonly node: string
  readonly address: string
  readonly state: NodeState | 'unlisted'
  /** When it was last found to have the same records. */
  readonly reconciledAt: number | null
}

export interface SwarmView {
  /** In hex; null for a node without one. */
  readonly swarm: string | null
  readonly isCaughtUp: boolean
  /** Members that have still to be given something. */
  readonly membersBehind: number
  readonly movedBytes: number
  readonly members: readonly MemberView[]
}

export interface StorageView {
  readonly messages: number
  readonly usedBytes: number
  readonly limitBytes: number
  readonly freeBytes: number
  readonly firstExpiryAt: number | null
  readonly namespaces: readonly { readonly namespace: number; readonly messages: number }[]
}

export interface DirectoryView {
  readonly epochsHeld: readonly number[]
  readonly nodes: number
  readonly authorities: number
  readonly threshold: number
  readonly signatures: number
  readonly authorityNodes: number
  readonly authorityNodesFailing: number
  /** Authorities of which there is proof that they said two things. */
  readonly equivocations: number
}
