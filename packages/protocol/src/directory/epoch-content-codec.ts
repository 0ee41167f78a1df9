/**
 * The bytes of an epoch's content (spec 07 §8.1, §8.3): one fixed layout, because a client reads two thousand nodes at
 * its start, and exactly one encoding for each content, because that is what authorities sign. Signatures are
 * `epoch-codec.ts`.
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { areAscending } from './compare-bytes.ts'
import type { BeaconCommitment, EpochContent, EpochNode } from './epoch-content.ts'
import {
  AUTHORITIES_MAX,
  COMMITMENT_BYTES,
  EPOCH_BYTES_MAX,
  EPOCH_CONTEXT,
  EPOCH_NODES_MAX,
  type EpochBytes,
  HASH_BYTES,
  HEADER,
  KEY_BYTES,
  NETWORK_BYTES,
  UINT16_MAX,
  UINT32_MAX,
  assertUint,
  createEpochBytes,
  readTime,
  writeField,
  writeTime,
} from './epoch-layout.ts'
import {
  computeNodeLength,
  decodeEpochNode,
  readSoftware,
  writeBytes,
  writeEpochNode,
} from './epoch-node-codec.ts'
import { isDirectoryTime } from './field-rules.ts'
import { findEpochDuplicate } from './find-epoch-duplicate.ts'

type Checked<T> = Result<T, ProtocolError>

/**
 * The bytes of contents that were read: verifying and serving a document need them again, and writing them anew costs
 * as much as reading did.
 */
const KNOWN_BYTES = new WeakMap<EpochContent, Uint8Array>()

export interface ReadContent {
  readonly content: EpochContent
  /** Where the content ends. */
  readonly end: number
}

/** Throws for a content that no reader would take. */
export function encodeEpochContent(content: EpochContent): Uint8Array {
  const known = KNOWN_BYTES.get(content)
  if (known !== undefined) return known
  const bytes = writeEpochContent(content)
  const decoded = decodeEpochContent(bytes)
  if (!decoded.ok) throw new RangeError(decoded.error.message, { cause: decoded.error })
  KNOWN_BYTES.set(content, bytes)
  return bytes
}

/** Reads bytes from outside. Never throws. */
export function decodeEpochContent(bytes: Uint8Array): Checked<EpochContent> {
  const read = readEpochContent(new Uint8Array(bytes))
  if (!read.ok) return read
  const { content, end } = read.value
  return end === bytes.length ? ok(content) : refuse('epoch_malformed', 'bytes after the nodes')
}

/** BLAKE2b-256 of what `encodeEpochContent` gives. */
export function hashEpochContent(bytes: Uint8Array): Uint8Array {
  return blake2b(bytes, { length: HASH_BYTES })
}

/** As `decodeEpochContent`, but something may follow, and the content is made of views into `bytes`. */
export function readEpochContent(bytes: Uint8Array): Checked<ReadContent> {
  if (bytes.length > EPOCH_BYTES_MAX) return refuse('epoch_limit', `${bytes.length} bytes`)
  if (bytes.length < HEADER.length) return refuse('epoch_malformed', 'no whole header')
  if (decodeUtf8(bytes.subarray(0, HEADER.network)) !== EPOCH_CONTEXT) {
    return refuse('epoch_malformed', 'another context')
  }
  const source = createEpochBytes(bytes)
  const header = readHeader(source)
  if (!isDirectoryTime(header.startsAt)) return refuse('epoch_malformed', 'no time')
  const commitments = readCommitments(source)
  if (!commitments.ok) return commitments
  const start = HEADER.length + commitments.value.length * COMMITMENT_BYTES
  const read = readNodes(source, { start, epoch: header.epoch })
  if (!read.ok) return read
  const { nodes, end } = read.value
  const content = { ...header, commitments: commitments.value, nodes }
  KNOWN_BYTES.set(content, bytes.subarray(0, end))
  return ok({ content, end })
}

function writeEpochContent(content: EpochContent): Uint8Array {
  const { commitments, nodes } = content
  const nodesLength = nodes.reduce((sum, node) => sum + computeNodeLength(node), 0)
  const length = HEADER.length + commitments.length * COMMITMENT_BYTES + nodesLength
  const target = createEpochBytes(new Uint8Array(length))
  writeHeader(target, content)
  let offset: number = HEADER.length
  for (const { authority, commitment } of commitments) {
    writeField(target, offset, { value: authority, length: KEY_BYTES })
    writeField(target, offset + KEY_BYTES, { value: commitment, length: HASH_BYTES })
    offset += COMMITMENT_BYTES
  }
  for (const node of nodes) offset = writeEpochNode(target, offset, node)
  return target.bytes
}

function writeHeader(target: EpochBytes, content: EpochContent): void {
  const { bytes, view } = target
  bytes.set(encodeUtf8(EPOCH_CONTEXT))
  writeField(target, HEADER.network, { value: content.network, length: NETWORK_BYTES })
  assertUint(content.epoch, UINT32_MAX)
  view.setUint32(HEADER.epoch, content.epoch)
  writeTime(view, HEADER.startsAt, content.startsAt)
  assertUint(content.epochMs, UINT32_MAX)
  view.setUint32(HEADER.epochMs, content.epochMs)
  writeField(target, HEADER.beacon, { value: content.beacon, length: HASH_BYTES })
  writeField(target, HEADER.previous, { value: content.previous, length: HASH_BYTES })
  writeBytes(bytes, HEADER.softwareMin, content.softwareMin)
  writeBytes(bytes, HEADER.commitmentCount, [content.commitments.length])
  assertUint(content.nodes.length, UINT16_MAX)
  view.setUint16(HEADER.nodeCount, content.nodes.length)
}

function readHeader({ bytes, view }: EpochBytes): Omit<EpochContent, 'commitments' | 'nodes'> {
  return {
    network: bytes.subarray(HEADER.network, HEADER.epoch),
    epoch: view.getUint32(HEADER.epoch),
    startsAt: readTime(view, HEADER.startsAt),
    epochMs: view.getUint32(HEADER.epochMs),
    beacon: bytes.subarray(HEADER.beacon, HEADER.previous),
    previous: bytes.subarray(HEADER.previous, HEADER.softwareMin),
    softwareMin: readSoftware(view, HEADER.softwareMin),
  }
}

function readCommitments({ bytes, view }: EpochBytes): Checked<readonly BeaconCommitment[]> {
  const count = view.getUint8(HEADER.commitmentCount)
  if (count > AUTHORITIES_MAX) return refuse('epoch_limit', `${count} commitments`)
  const commitments: BeaconCommitment[] = []
  for (let index = 0; index < count; index++) {
    const offset = HEADER.length + index * COMMITMENT_BYTES
    const authority = toEd25519PublicKey(bytes.subarray(offset, offset + KEY_BYTES))
    const commitment = bytes.subarray(offset + KEY_BYTES, offset + COMMITMENT_BYTES)
    if (authority === undefined || commitment.length < HASH_BYTES) {
      return refuse('epoch_malformed', 'cut short in the commitments')
    }
    commitments.push({ authority, commitment })
  }
  if (areAscending(commitments.map(({ authority }) => authority))) return ok(commitments)
  return refuse('epoch_malformed', 'commitments out of order')
}

function readNodes(
  source: EpochBytes,
  { start, epoch }: { readonly start: number; readonly epoch: number },
): Checked<{ readonly nodes: readonly EpochNode[]; readonly end: number }> {
  const count = source.view.getUint16(HEADER.nodeCount)
  if (count > EPOCH_NODES_MAX) return refuse('epoch_limit', `${count} nodes`)
  const nodes: EpochNode[] = []
  let end = start
  for (let index = 0; index < count; index++) {
    const decoded = decodeEpochNode(source, end)
    if (decoded === undefined || decoded.node.since > epoch) {
      return refuse('epoch_node', `node ${index} is malformed`)
    }
    nodes.push(decoded.node)
    end = decoded.end
  }
  if (!areAscending(nodes.map(({ ed25519 }) => ed25519))) {
    return refuse('epoch_malformed', 'nodes out of order')
  }
  const duplicate = findEpochDuplicate(nodes)
  if (duplicate === undefined) return ok({ nodes, end })
  const { index, what } = duplicate
  return refuse('epoch_duplicate', `node ${index} repeats the ${what} of another`)
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
