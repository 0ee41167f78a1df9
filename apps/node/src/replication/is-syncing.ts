/**
 * Whether another node says that it is fetching what others kept of its accounts (spec 09 §4.1, spec 10 §9.4), or does not
 * know yet that it has to. It will ask for what it lacks, so that to give it the same would move everything twice.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import type { NodeRecord } from '@sotto/protocol/directory'
import { decodeUptimeProof, PROOF_FLAGS } from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import type { PeerClient } from '../swarm/peer-client.ts'

const TIMEOUT_MS = 5000
const EMPTY = new Uint8Array()

export interface SyncQuestion {
  readonly peers: PeerClient
  /** Of the document that this node works with. */
  readonly epoch: number
}

/** False of one that does not answer: nobody waits for it. */
export async function isSyncing(
  peer: NodeRecord,
  { peers, epoch }: SyncQuestion,
): Promise<boolean> {
  const reply = await peers.request(peer, {
    command: COMMANDS.uptime,
    body: EMPTY,
    timeoutMs: TIMEOUT_MS,
  })
  const proof = reply.ok ? decodeUptimeProof(reply.value) : undefined
  if (proof === undefined || !equalBytes(proof.node, peer.ed25519)) return false
  return (proof.flags & PROOF_FLAGS.syncing) !== 0 || proof.epoch < epoch
}
