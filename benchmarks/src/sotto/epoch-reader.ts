/**
 * A process that reads and verifies an epoch document on the back end that its conditions selected: once as a client at
 * its start, then until the compiler has settled. Started by `figures/directory.ts`.
 *
 * @module
 */
import { backend } from '@sotto/crypto/backend'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import {
  type AuthoritySet,
  createAuthoritySet,
  decodeEpochDocument,
  verifyEpoch,
} from '@sotto/protocol/directory'
import { computeMedian } from '../measure/statistics.ts'

const RUNS = 15
const UNCOUNTED_RUNS = 5

export interface EpochReaderTask {
  readonly bytes: Uint8Array
  readonly authorities: readonly Ed25519PublicKey[]
  readonly threshold: number
}

export interface EpochReaderReport {
  readonly backend: string
  /** Decoding and verifying, the first time in the process. */
  readonly firstMs: number
  readonly decodeMs: number
  readonly verifyMs: number
}

interface Reading {
  readonly decodeMs: number
  readonly verifyMs: number
}

function readOnce(bytes: Uint8Array, authorities: AuthoritySet): Reading {
  const startedAt = performance.now()
  const decoded = decodeEpochDocument(bytes)
  const decodedAt = performance.now()
  if (!decoded.ok) throw decoded.error
  const verified = verifyEpoch(decoded.value, authorities)
  const verifiedAt = performance.now()
  if (!verified.ok) throw verified.error
  return { decodeMs: decodedAt - startedAt, verifyMs: verifiedAt - decodedAt }
}

// Nothing listens after the one task, so the process ends by itself.
process.once('message', (message) => {
  const { bytes, authorities, threshold } = message as EpochReaderTask
  const set = createAuthoritySet(authorities, threshold)
  const first = readOnce(bytes, set)
  const readings = Array.from({ length: RUNS }, () => readOnce(bytes, set)).slice(UNCOUNTED_RUNS)
  const report: EpochReaderReport = {
    backend: backend.name,
    firstMs: first.decodeMs + first.verifyMs,
    decodeMs: computeMedian(readings.map(({ decodeMs }) => decodeMs)),
    verifyMs: computeMedian(readings.map(({ verifyMs }) => verifyMs)),
  }
  process.send?.(report)
})
