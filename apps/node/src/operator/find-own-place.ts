/**
 * How the network's document sees this node: the agreed record, not what the node says of itself.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  type EpochContent,
  type EpochNode,
  type Freshness,
  type Reason,
  REASONS,
  TIMES_IN_EPOCHS,
} from '@sotto/protocol/directory'
import type { DrainView, EpochView, Standing } from './operator-views.ts'

/** The part of a running node that this looks at. */
export interface PlaceParts {
  readonly base: {
    readonly identity: { readonly signing: { readonly publicKey: Uint8Array } }
    readonly keeper: {
      readonly freshness: Freshness
      readonly document: { readonly content: OwnContent } | undefined
    }
    readonly records: { measure(): { readonly messages: number } }
  }
  readonly membership: { readonly isLeaving: boolean }
  readonly replication: { readonly unconfirmed: number | undefined; readonly behindCount: number }
}

interface OwnNode extends Pick<
  EpochNode,
  'state' | 'since' | 'credit' | 'reasonsAgreed' | 'reasonsSeen'
> {
  readonly ed25519: Uint8Array
}

interface OwnContent extends Pick<EpochContent, 'epoch' | 'startsAt' | 'epochMs'> {
  readonly nodes: readonly OwnNode[]
}

/** Spec 08 §4.5. */
const CREDIT_PER_EPOCH = TIMES_IN_EPOCHS.creditEarningPeriod
const MS_PER_SECOND = 1000

function findOwnNode({ base }: PlaceParts): OwnNode | undefined {
  const own = encodeHex(base.identity.signing.publicKey)
  return base.keeper.document?.content.nodes.find((node) => encodeHex(node.ed25519) === own)
}

function listReasons(bits: number): readonly Reason[] {
  const reasons: Reason[] = []
  let name: Reason
  for (name in REASONS) if ((bits & REASONS[name]) !== 0) reasons.push(name)
  return reasons
}

export function describeEpoch({ base: { keeper } }: PlaceParts): EpochView | null {
  const content = keeper.document?.content
  if (content === undefined) return null
  const { epoch, startsAt, epochMs } = content
  return { epoch, startsAt, epochMs, freshness: keeper.freshness }
}

export function describeStanding(parts: PlaceParts): Standing {
  const own = findOwnNode(parts)
  if (own === undefined) {
    return { state: 'unlisted', since: 0, creditSeconds: 0, reasons: [], reasonsSeen: [] }
  }
  const epochMs = parts.base.keeper.document?.content.epochMs ?? 0
  return {
    state: own.state,
    since: own.since,
    creditSeconds: Math.round((own.credit / CREDIT_PER_EPOCH) * (epochMs / MS_PER_SECOND)),
    reasons: listReasons(own.reasonsAgreed),
    reasonsSeen: listReasons(own.reasonsSeen),
  }
}

/** A node that the document has as leaving drains, also after a restart that forgot the wish. */
export function describeDrain(parts: PlaceParts): DrainView {
  const { base, membership, replication } = parts
  const state = findOwnNode(parts)?.state
  const hasLeft = state === 'left' || (membership.isLeaving && state === undefined)
  const isDraining = hasLeft || membership.isLeaving || state === 'leaving'
  // One that never had a swarm has nothing, and was never counted.
  const unconfirmed =
    replication.unconfirmed ?? (hasLeft ? base.records.measure().messages : undefined)
  const isPlaced = hasLeft || state === 'leaving'
  return {
    isDraining,
    hasLeft,
    // What came in since the count was given to the others at once, but for those that are behind.
    isDrained: isPlaced && unconfirmed === 0 && (hasLeft || replication.behindCount === 0),
    unconfirmed: unconfirmed ?? null,
  }
}
