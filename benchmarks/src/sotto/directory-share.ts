/**
 * The part of a node's own work that must grow with the network: an epoch document in each epoch, which it reads, verifies,
 * indexes and encodes again for others.
 *
 * @module
 */
import {
  createAuthoritySet,
  createDirectoryFromEpoch,
  decodeEpochDocument,
  encodeEpochDocument,
  verifyEpoch,
} from '@sotto/protocol/directory'
import { computeMedian } from '../measure/statistics.ts'
import { createSignedEpoch } from './epoch-documents.ts'

const AUTHORITIES = 3
const THRESHOLD = 2
const RUNS = 25
const EPOCHS_PER_MINUTE = 1 / 2

export interface DirectoryShare {
  readonly bytesPerMinute: number
  readonly cpuMsPerMinute: number
}

export function measureDirectoryShare(nodes: number): DirectoryShare {
  const { bytes, authorities } = createSignedEpoch({ nodes, authorities: AUTHORITIES })
  const set = createAuthoritySet(authorities, THRESHOLD)
  const runs = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage()
    const document = decodeEpochDocument(bytes)
    if (!document.ok) throw document.error
    const verified = verifyEpoch(document.value, set)
    if (!verified.ok) throw verified.error
    createDirectoryFromEpoch(document.value, [])
    encodeEpochDocument(document.value)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return {
    bytesPerMinute: bytes.length * EPOCHS_PER_MINUTE,
    cpuMsPerMinute: computeMedian(runs) * EPOCHS_PER_MINUTE,
  }
}
