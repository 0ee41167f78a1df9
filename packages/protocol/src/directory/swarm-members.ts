/**
 * A swarm as nodes tell it to clients, in answer to `get_swarm` and with status 421 (spec 02 §5). Time and hard fork
 * are added by `rpc`.
 *
 * @module
 */

import { encodeBase32z, encodeHex } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { isJsonObject, readMember } from '../json-object.ts'
import { encodeSwarmId, parseSwarmId } from '../swarm/index.ts'
import type { Swarm } from './directory.ts'
import { isHost, isPort } from './network-address.ts'
import type { NodeRecord } from './node-record.ts'
import type { ServiceNodeState } from './service-node-states.ts'
import { parseEd25519Key, parseX25519Key } from './usable-key.ts'

/** Spec 02 §5. More members than any swarm has; bounds what a node can make a client remember. */
const MEMBERS_MAX = 64

export interface ParsedSwarm {
  readonly id: bigint
  readonly members: readonly ServiceNodeState[]
}

/** For `JSON.stringify`. */
export function encodeSwarmMembers(swarm: Swarm): {
  readonly snodes: readonly object[]
  readonly swarm: string
} {
  return { snodes: swarm.members.map(formatMember), swarm: encodeSwarmId(swarm.id) }
}

/** Reads a parsed answer from outside. Members that cannot be used are left out. Never throws. */
export function parseSwarmMembers(json: unknown): Result<ParsedSwarm, ProtocolError> {
  if (!isJsonObject(json)) return refuse('not a JSON object')
  const list = readMember(json, 'snodes')
  const idText = readMember(json, 'swarm')
  const id = typeof idText === 'string' ? parseSwarmId(idText) : undefined
  if (!Array.isArray(list) || id === undefined) return refuse('no members or no id')
  const members = list.slice(0, MEMBERS_MAX).flatMap((item) => parseMember(item) ?? [])
  return ok({ id, members })
}

function formatMember(node: NodeRecord): object {
  return {
    address: `${encodeBase32z(node.legacy)}.snode`,
    pubkey_legacy: encodeHex(node.legacy),
    pubkey_x25519: encodeHex(node.x25519),
    pubkey_ed25519: encodeHex(node.ed25519),
    // A text, because the oldest clients read nothing else.
    port: String(node.ports.https),
    port_https: node.ports.https,
    port_omq: node.ports.peer,
    port_quic: node.ports.peer,
    ip: node.host,
  }
}

function parseMember(item: unknown): ServiceNodeState | undefined {
  if (!isJsonObject(item)) return undefined
  const ed25519 = parseEd25519Key(readMember(item, 'pubkey_ed25519'))
  const x25519 = parseX25519Key(readMember(item, 'pubkey_x25519'))
  const host = readMember(item, 'ip')
  const httpsPort = readMember(item, 'port_https') ?? Number(readMember(item, 'port'))
  if (ed25519 === undefined || x25519 === undefined || !isHost(host) || !isPort(httpsPort)) {
    return undefined
  }
  return { ed25519, x25519, host, httpsPort }
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('swarm_malformed', detail))
}
