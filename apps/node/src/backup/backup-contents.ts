/**
 * What a backup holds when it is open (docs/operations/key-backup.md §2): the seeds of a node and its configuration file. It
 * names no files, so that it can write none but these.
 *
 * @module
 */
import {
  concatBytes,
  decodeUtf8,
  encodeUint32LittleEndian,
  encodeUtf8,
  readUint32LittleEndian,
} from '@sotto/crypto/bytes'
import { CONFIG_FILE_BYTES_MAX } from '../config-file.ts'
import type { HomeContents } from '../home/create-home.ts'
import { NODE_SEED_BYTES } from '../node-identity.ts'

const KIND_NODE_SEED = 1
const KIND_AUTHORITY_SEED = 2
const KIND_CONFIG = 3
const PART_HEADER_BYTES = 5

function encodePart(kind: number, content: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(kind), encodeUint32LittleEndian(content.length), content])
}

export function encodeBackupContents(contents: HomeContents): Uint8Array {
  const { nodeSeed, authoritySeed, config } = contents
  return concatBytes([
    encodePart(KIND_NODE_SEED, nodeSeed),
    ...(authoritySeed === undefined ? [] : [encodePart(KIND_AUTHORITY_SEED, authoritySeed)]),
    encodePart(KIND_CONFIG, encodeUtf8(config)),
  ])
}

/** The parts by kind; undefined unless kinds ascend and the lengths fill the bytes exactly. */
function splitParts(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const parts = new Map<number, Uint8Array>()
  let offset = 0
  let last = 0
  while (offset < bytes.length) {
    const kind = bytes[offset] ?? 0
    const length = readUint32LittleEndian(bytes, offset + 1)
    const start = offset + PART_HEADER_BYTES
    if (length === undefined || length > bytes.length - start) return undefined
    if (kind <= last || kind > KIND_CONFIG) return undefined
    parts.set(kind, bytes.slice(start, start + length))
    last = kind
    offset = start + length
  }
  return parts
}

/** Undefined for what is no such contents. Never throws. */
export function decodeBackupContents(bytes: Uint8Array): HomeContents | undefined {
  const parts = splitParts(bytes)
  const nodeSeed = parts?.get(KIND_NODE_SEED)
  const authoritySeed = parts?.get(KIND_AUTHORITY_SEED)
  const configBytes = parts?.get(KIND_CONFIG)
  if (nodeSeed?.length !== NODE_SEED_BYTES || configBytes === undefined) return undefined
  if (configBytes.length > CONFIG_FILE_BYTES_MAX) return undefined
  const config = decodeUtf8(configBytes)
  if (config === undefined) return undefined
  if (authoritySeed === undefined) return { nodeSeed, config }
  return authoritySeed.length === NODE_SEED_BYTES ? { nodeSeed, authoritySeed, config } : undefined
}
