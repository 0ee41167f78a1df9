/**
 * Reads one node of a directory list (spec 07 §3.2). Only the record itself is judged; that keys are points and that
 * nothing occurs twice is checked for the list as a whole (`directory-list.ts`).
 *
 * @module
 */

import { isJsonObject, readMember } from '../json-object.ts'
import { parseSwarmId } from '../swarm/index.ts'
import { areRoles, isNodeName } from './field-rules.ts'
import { isHost, isPort } from './network-address.ts'
import type { NodePorts, NodeRecord } from './node-record.ts'
import { parseEd25519Key, parseX25519Key } from './usable-key.ts'

/** `undefined` for what is no record. */
export function parseNodeRecord(value: unknown): NodeRecord | undefined {
  if (!isJsonObject(value)) return undefined
  const ed25519 = parseEd25519Key(readMember(value, 'ed25519'))
  const x25519 = parseX25519Key(readMember(value, 'x25519'))
  const legacy = parseEd25519Key(readMember(value, 'legacy'))
  if (ed25519 === undefined || x25519 === undefined || legacy === undefined) return undefined
  const host = readMember(value, 'host')
  const ports = parsePorts(readMember(value, 'ports'))
  const roles = parseRoles(readMember(value, 'roles'))
  const swarm = parseSwarm(readMember(value, 'swarm'))
  const name = readMember(value, 'name')
  if (!isHost(host) || ports === undefined || roles === undefined || swarm === undefined) {
    return undefined
  }
  const record = { ed25519, x25519, legacy, host, ports, roles, swarm }
  if (name === undefined) return record
  return isNodeName(name) ? { ...record, name } : undefined
}

function parsePorts(value: unknown): NodePorts | undefined {
  if (!isJsonObject(value)) return undefined
  const https = readMember(value, 'https')
  const web = readMember(value, 'web')
  const peer = readMember(value, 'peer')
  return isPort(https) && isPort(web) && isPort(peer) ? { https, web, peer } : undefined
}

function parseRoles(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && areRoles(value) ? value : undefined
}

function parseSwarm(value: unknown): bigint | undefined {
  return typeof value === 'string' ? parseSwarmId(value) : undefined
}
