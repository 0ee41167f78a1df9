/**
 * The signed list of nodes as a text (spec 07 §3). A list that passes here is complete, consistent and the
 * authority's own, so everything behind may trust it; where it is kept and how it is fetched is the programs' part.
 *
 * @module
 */

import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type Ed25519PublicKey, type SigningKeyPair, sign, verify } from '@sotto/crypto/signing'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { type JsonObject, parseJsonObject, readMember } from '../json-object.ts'
import { encodeSwarmId } from '../swarm/index.ts'
import { DIRECTORY_VERSION } from '../version.ts'
import { encodeCanonicalList } from './canonical-list.ts'
import { type Directory, type DirectoryContent, createDirectory } from './directory.ts'
import { findDuplicate } from './find-duplicate.ts'
import type { NodeRecord } from './node-record.ts'
import { parseNodeRecord } from './parse-node-record.ts'
import { isSigningPoint } from './usable-key.ts'

/** Spec 07 §3.1. */
export const DIRECTORY_NODES_MAX = 4096
/** Spec 07 §3.1. */
const LIST_CHARACTERS_MAX = 4 * 1024 * 1024
const INDENT = 2

export interface DirectoryListCheck {
  /** Whose signature counts. */
  readonly authority: Ed25519PublicKey
  /** Height of the list in use; an older one is refused. */
  readonly currentHeight?: number
}

type Checked<T> = Result<T, ProtocolError>

export function encodeDirectoryList(content: DirectoryContent, authority: SigningKeyPair): string {
  const { version, height, issuedAt, nodes } = content
  const signature = sign(authority, encodeCanonicalList(content))
  const list = {
    version,
    height,
    issuedAt,
    nodes: nodes.map(formatNode),
    signature: encodeHex(signature),
  }
  return `${JSON.stringify(list, undefined, INDENT)}\n`
}

/** Reads a text from outside. Never throws. */
export function decodeDirectoryList(text: string, check: DirectoryListCheck): Checked<Directory> {
  if (text.length > LIST_CHARACTERS_MAX) {
    return refuse('directory_limit', `list of ${text.length} characters`)
  }
  const json = parseJsonObject(text)
  if (json === undefined) return refuse('directory_malformed', 'not a JSON object')
  const content = parseContent(json)
  if (!content.ok) return content
  const signature = readMember(json, 'signature')
  if (!isSigned(content.value, signature, check.authority)) {
    return refuse('directory_signature', 'not signed by the authority')
  }
  // Only now, because it is the dearest check and a stranger must not be able to ask for it.
  const fault = findFault(content.value.nodes)
  if (fault !== undefined) return err(fault)
  const { height, issuedAt, nodes } = content.value
  if (check.currentHeight !== undefined && height < check.currentHeight) {
    return refuse('directory_rollback', `height ${height} after ${check.currentHeight}`)
  }
  return ok(createDirectory(nodes, { height, issuedAt }))
}

function parseContent(json: JsonObject): Checked<DirectoryContent> {
  const version = readMember(json, 'version')
  if (version !== DIRECTORY_VERSION) return refuse('directory_version', 'unknown version')
  const height = readMember(json, 'height')
  const issuedAt = readMember(json, 'issuedAt')
  if (!isCount(height) || !isCount(issuedAt)) {
    return refuse('directory_malformed', 'height or issuedAt is no whole number')
  }
  const items = readMember(json, 'nodes')
  if (!Array.isArray(items)) return refuse('directory_malformed', 'nodes is not a list')
  if (items.length > DIRECTORY_NODES_MAX) {
    return refuse('directory_limit', `${items.length} nodes`)
  }
  const nodes: NodeRecord[] = []
  for (const [index, item] of items.entries()) {
    const node = parseNodeRecord(item)
    if (node === undefined) return refuse('directory_node', `node ${index} is malformed`)
    nodes.push(node)
  }
  return ok({ version, height, issuedAt, nodes })
}

function isSigned(
  content: DirectoryContent,
  signatureHex: unknown,
  authority: Ed25519PublicKey,
): boolean {
  const signature = typeof signatureHex === 'string' ? decodeHex(signatureHex) : undefined
  if (signature === undefined) return false
  return verify({ publicKey: authority, message: encodeCanonicalList(content), signature })
}

function findFault(nodes: readonly NodeRecord[]): ProtocolError | undefined {
  const duplicate = findDuplicate(nodes)
  if (duplicate !== undefined) {
    const { index, what } = duplicate
    return new ProtocolError('directory_duplicate', `node ${index} repeats the ${what} of another`)
  }
  const index = nodes.findIndex(
    (node) => !isSigningPoint(node.ed25519) || !isSigningPoint(node.legacy),
  )
  if (index === -1) return undefined
  return new ProtocolError('directory_node', `node ${index} has a key that is no point`)
}

function formatNode(node: NodeRecord): object {
  return {
    ...(node.name === undefined ? {} : { name: node.name }),
    ed25519: encodeHex(node.ed25519),
    x25519: encodeHex(node.x25519),
    legacy: encodeHex(node.legacy),
    host: node.host,
    ports: { https: node.ports.https, web: node.ports.web, peer: node.ports.peer },
    roles: node.roles,
    swarm: encodeSwarmId(node.swarm),
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
