/**
 * This node's proof of uptime (spec 09 §4), made anew each time that somebody asks.
 *
 * @module
 */
import { encodeUptimeProof, PROOF_FLAGS } from '@sotto/protocol/health'
import type { NodeBase } from '../node-base.ts'
import { SOFTWARE_VERSION } from '../software-version.ts'

const INSTANCE_BYTES = 16
/** Counting messages reads an index from end to end. */
const MEASURE_INTERVAL_MS = 30_000

export interface ProofState {
  readonly isSyncing: () => boolean
  readonly isDraining: () => boolean
}

export type CreateProof = () => Uint8Array

type ProofParts = Pick<
  NodeBase,
  'identity' | 'clock' | 'keeper' | 'records' | 'config' | 'randomness'
>

export function createProofSource(
  { identity, clock, keeper, records, config, randomness }: ProofParts,
  { isSyncing, isDraining }: ProofState,
): CreateProof {
  const instance = randomness.bytes(INSTANCE_BYTES)
  let measured = { atMs: Number.NEGATIVE_INFINITY, messages: 0, bytes: 0 }
  return () => {
    const nowMs = clock.now()
    if (nowMs - measured.atMs > MEASURE_INTERVAL_MS) {
      measured = { atMs: nowMs, ...records.measure() }
    }
    const isFull = measured.bytes >= config.databaseMaxBytes
    return encodeUptimeProof(
      {
        node: identity.signing.publicKey,
        issuedAt: Math.round(nowMs),
        epoch: keeper.document?.content.epoch ?? 0,
        software: SOFTWARE_VERSION,
        instance,
        storageUsedBytes: measured.bytes,
        storageMaxBytes: config.databaseMaxBytes,
        messages: measured.messages,
        flags:
          (isSyncing() ? PROOF_FLAGS.syncing : 0) |
          (isDraining() ? PROOF_FLAGS.draining : 0) |
          (isFull ? PROOF_FLAGS.full : 0),
      },
      identity.signing,
    )
  }
}
