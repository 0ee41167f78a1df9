/**
 * What a client reads from an answer to `get_service_nodes` (spec 07 §4.3): enough to build paths. The answer is not
 * signed; that several nodes agree on it is for the client to demand.
 *
 * @module
 */

import type { X25519PublicKey } from '@sotto/crypto/agreement'
import { encodeHex } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { isJsonObject, parseJson, readMember } from '../json-object.ts'
import { DIRECTORY_NODES_MAX } from './directory-list.ts'
import { isHost, isPort } from './network-address.ts'
import { parseEd25519Key, parseX25519Key } from './usable-key.ts'

export interface ServiceNodeState {
  readonly ed25519: Ed25519PublicKey
  readonly x25519: X25519PublicKey
  readonly host: string
  readonly httpsPort: number
  /** Only nodes that serve browsers have it. */
  readonly webPort?: number
}

/**
 * Takes the list, its `result`, or the whole answer, parsed or as text. Entries that cannot be used are left out, and
 * of two with one key the second; what is no list is an empty one. Never throws.
 */
export function parseServiceNodeStates(answer: unknown): readonly ServiceNodeState[] {
  const states = new Map<string, ServiceNodeState>()
  for (const entry of findList(answer).slice(0, DIRECTORY_NODES_MAX)) {
    const state = parseState(entry)
    const key = state === undefined ? '' : encodeHex(state.ed25519)
    if (state !== undefined && !states.has(key)) states.set(key, state)
  }
  return [...states.values()]
}

function findList(answer: unknown): readonly unknown[] {
  const value = typeof answer === 'string' ? parseJson(answer) : answer
  if (Array.isArray(value)) return value
  if (!isJsonObject(value)) return []
  const result = readMember(value, 'result') ?? value
  const list = isJsonObject(result) ? readMember(result, 'service_node_states') : undefined
  return Array.isArray(list) ? list : []
}

function parseState(entry: unknown): ServiceNodeState | undefined {
  if (!isJsonObject(entry)) return undefined
  const ed25519 = parseEd25519Key(readMember(entry, 'pubkey_ed25519'))
  const x25519 = parseX25519Key(readMember(entry, 'pubkey_x25519'))
  const host = readMember(entry, 'public_ip')
  const httpsPort = readMember(entry, 'storage_port')
  const webPort = readMember(entry, 'storage_web_port')
  if (ed25519 === undefined || x25519 === undefined || !isHost(host) || !isPort(httpsPort)) {
    return undefined
  }
  return { ed25519, x25519, host, httpsPort, ...(isPort(webPort) ? { webPort } : {}) }
}
