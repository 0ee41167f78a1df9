/**
 * `health`, `observations`, `swarm` and `directory` of the operator API: this node among the others.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { isEpochNode, type NodeRecord } from '@sotto/protocol/directory'
import type { HeldObservation } from '@sotto/protocol/health'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import { createConfiguredAuthorities } from '../directory/configured-authorities.ts'
import type { Watched } from '../health/health-service.ts'
import type { OperatorParts } from './operator-parts.ts'
import type {
  DirectoryView,
  HealthView,
  MemberView,
  ObservationsView,
  ObservationView,
  SwarmView,
} from './operator-views.ts'

function toTime(ms: number): number | null {
  return ms === 0 ? null : ms
}

export function describeHealth({ health: { tally, watched } }: OperatorParts): HealthView {
  const { lastTestMs, lastAskedMs, lastProofMs, ...counts } = tally
  const failing = [...watched.values()].filter((each) => each.failing !== 0).length
  return {
    ...counts,
    lastTestAt: toTime(lastTestMs),
    lastAskedAt: toTime(lastAskedMs),
    lastProofAt: toTime(lastProofMs),
    reachable: watched.size - failing,
    failing,
  }
}

function describeObservation(
  observer: string,
  target: string,
  { reachability, roundTripMs, clockOffsetMs }: Omit<Watched, 'failing'> | HeldObservation,
): ObservationView {
  const { lastReachable, firstUnreachable, lastUnreachable } = reachability
  return {
    observer,
    target,
    lastReachable: lastReachable ?? null,
    firstUnreachable: firstUnreachable ?? null,
    lastUnreachable: lastUnreachable ?? null,
    roundTripMs,
    clockOffsetMs,
  }
}

export function describeObservations({ base, health }: OperatorParts): ObservationsView {
  const own = encodeHex(base.identity.signing.publicKey)
  return {
    aboutThisNode: health.book
      .about(own)
      .map(({ latest }) => describeObservation(latest.observer, own, latest)),
    byThisNode: [...health.watched].map(([key, each]) => describeObservation(own, key, each)),
  }
}

export function describeSwarm({ base, replication }: OperatorParts): SwarmView {
  const { keeper, identity } = base
  const own = keeper.known?.findByEd25519(identity.signing.publicKey)
  const swarm = own?.swarm ?? INVALID_SWARM_ID
  const members = keeper.known?.membersOf(swarm) ?? []
  const describeMember = (member: NodeRecord): MemberView => ({
    node: encodeHex(member.ed25519),
    address: `${member.host}:${member.ports.peer}`,
    state: isEpochNode(member) ? member.state : 'unlisted',
    reconciledAt: replication.reconciledMs.get(encodeHex(member.ed25519)) ?? null,
  })
  return {
    swarm: swarm === INVALID_SWARM_ID ? null : swarm.toString(16).padStart(16, '0'),
    isCaughtUp: replication.isCaughtUp,
    membersBehind: replication.behindCount,
    movedBytes: replication.movedBytes,
    members: members.filter((member) => member !== own).map(describeMember),
  }
}

export function describeDirectory({ base, health }: OperatorParts): DirectoryView {
  const { keeper, config, files, identity } = base
  const own = keeper.known?.findByEd25519(identity.signing.publicKey)
  const authorityNodes = (keeper.known?.nodes ?? []).filter(
    (node) => node !== own && node.roles.includes('directory'),
  )
  const failing = authorityNodes.filter(({ ed25519 }) => {
    const watched = health.watched.get(encodeHex(ed25519))
    return watched !== undefined && watched.failing !== 0
  })
  const { keys, threshold } = createConfiguredAuthorities(config)
  return {
    epochsHeld: files.epochs,
    nodes: keeper.known?.nodes.length ?? 0,
    authorities: keys.length,
    threshold,
    signatures: keeper.document?.signatures.length ?? 0,
    authorityNodes: authorityNodes.length,
    authorityNodesFailing: failing.length,
    equivocations: keeper.equivocations.length,
  }
}
