/**
 * The directory in the form in which Session's network asks its chain for nodes: `get_service_nodes` and its aliases
 * (spec 07 §4). The names of members are that network's. Transport and JSON-RPC envelope are the node's part.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { isJsonObject, readMember } from '../json-object.ts'
import { HARD_FORK, STORAGE_VERSION } from '../rpc/limits.ts'
import { INVALID_SWARM_ID, encodeSwarmId } from '../swarm/index.ts'
import type { Directory } from './directory.ts'
import { REASONS } from './epoch-content.ts'
import { isEpochNode } from './epoch-directory.ts'
import type { NodeRecord } from './node-record.ts'

declare global {
  interface JSON {
    /**
     * Writes a number of 64 bits exactly: a swarm id as a double would name another swarm, or none. Not yet in the
     * compiler's library.
     */
    rawJSON(text: string): object
  }
}

export interface ServiceNodesRequest {
  /** Legacy keys in hex; only these nodes, in the directory's order. */
  readonly keys?: ReadonlySet<string>
  /** Names of the members wanted; all when missing. */
  readonly fields?: ReadonlySet<string>
  readonly activeOnly: boolean
  readonly limit?: number
  /** The hash that the asking side knows; if it still holds, there is no list. */
  readonly pollBlockHash?: string
}

type Entry = Readonly<Record<string, unknown>>

const MS_PER_SECOND = 1000
/** Asks for all members, like no `fields` at all. */
const ALL_FIELDS = 'all'

/** Options in a wrong form count as not given. Never throws. */
export function parseServiceNodesRequest(params: unknown): ServiceNodesRequest {
  const options = isJsonObject(params) ? params : {}
  const keys = readMember(options, 'service_node_pubkeys')
  const fields = parseFields(readMember(options, 'fields'))
  const limit = readMember(options, 'limit')
  const pollBlockHash = readMember(options, 'poll_block_hash')
  const isLimit = typeof limit === 'number' && Number.isInteger(limit) && limit > 0
  return {
    activeOnly: readMember(options, 'active_only') === true,
    ...(Array.isArray(keys) && keys.length > 0 ? { keys: toTextSet(keys) } : {}),
    ...(fields === undefined ? {} : { fields }),
    ...(isLimit ? { limit } : {}),
    ...(typeof pollBlockHash === 'string' ? { pollBlockHash } : {}),
  }
}

/** The `result` of the call, for `JSON.stringify`. */
export function encodeServiceNodes(directory: Directory, request: ServiceNodesRequest): object {
  const tip = {
    height: directory.height,
    block_hash: directory.hash,
    target_height: directory.height,
    hardfork: HARD_FORK[0],
    snode_revision: HARD_FORK[1],
    status: 'OK',
  }
  if (request.pollBlockHash === directory.hash) return { ...tip, unchanged: true }
  return { ...tip, service_node_states: encodeServiceNodeStates(directory, request) }
}

/** The list alone. */
export function encodeServiceNodeStates(
  directory: Directory,
  { keys, fields, activeOnly, limit }: ServiceNodesRequest,
): readonly object[] {
  const nodes = directory.nodes.filter(
    (node) =>
      (!activeOnly || isActive(node)) && (keys === undefined || keys.has(encodeHex(node.legacy))),
  )
  return nodes
    .slice(0, limit)
    .map((node) => selectFields(formatEntry(node, directory.issuedAt), fields))
}

function parseFields(value: unknown): ReadonlySet<string> | undefined {
  const names = Array.isArray(value)
    ? toTextSet(value)
    : new Set(isJsonObject(value) ? Object.keys(value).filter((name) => value[name] === true) : [])
  return names.size === 0 || names.has(ALL_FIELDS) ? undefined : names
}

function toTextSet(values: readonly unknown[]): ReadonlySet<string> {
  return new Set(values.filter((value) => typeof value === 'string'))
}

function selectFields(entry: Entry, fields: ReadonlySet<string> | undefined): object {
  if (fields === undefined) return entry
  return Object.fromEntries(Object.entries(entry).filter(([name]) => fields.has(name)))
}

/** In an epoch a node can be in good standing and wait for a swarm, or need none. */
function isActive(node: NodeRecord): boolean {
  if (!isEpochNode(node)) return node.swarm !== INVALID_SWARM_ID
  return node.state === 'active' || node.state === 'leaving'
}

/** There is no stake; who is not admitted yet stands where that network has nodes without one. */
function isFunded(node: NodeRecord): boolean {
  return !isEpochNode(node) || node.state !== 'awaiting'
}

/** Lists have no verdicts: they do not know of any fault. */
function isAgreed(node: NodeRecord, reason: number): boolean {
  return isEpochNode(node) && (node.reasonsAgreed & reason) !== 0
}

function formatEntry(node: NodeRecord, issuedAt: number): Entry {
  return {
    service_node_pubkey: encodeHex(node.legacy),
    pubkey_ed25519: encodeHex(node.ed25519),
    pubkey_x25519: encodeHex(node.x25519),
    public_ip: node.host,
    storage_port: node.ports.https,
    // There is no such listener; the port of the node's own link is at least one that answers.
    storage_lmq_port: node.ports.peer,
    storage_web_port: node.ports.web,
    storage_peer_port: node.ports.peer,
    swarm_id: JSON.rawJSON(node.swarm.toString()),
    swarm: encodeSwarmId(node.swarm),
    storage_server_version: STORAGE_VERSION,
    storage_server_reachable: !isAgreed(node, REASONS.unreachable),
    active: isActive(node),
    funded: isFunded(node),
    registration_height: 0,
    requested_unlock_height: 0,
    // Zero is how that network says that there is none.
    last_uptime_proof: isAgreed(node, REASONS.proofMissing)
      ? 0
      : Math.floor(issuedAt / MS_PER_SECOND),
  }
}
