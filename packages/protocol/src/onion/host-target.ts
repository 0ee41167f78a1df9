/**
 * Where a node may send a request for a host outside the network (spec 04 §4.6). Only the form of the address is
 * judged here; that it is no private address, and who may be asked at all, is the node's part, because it needs the
 * resolved address.
 *
 * @module
 */

import { type JsonObject, readMember } from '../json-object.ts'

export interface HostTarget {
  readonly host: string
  readonly port: number
  readonly protocol: 'https' | 'http'
  readonly target: string
}

/** Spec 04 §4.6. */
const DEFAULT_PORT = 443
const PORT_MAX = 65_535
const HOST_CHARACTERS_MAX = 253

/** A name or an IPv4 address; nothing that could end a URL's host. */
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/
/** An IPv6 address by its look, with or without brackets: two colons at least, so that no port passes for one. */
const HOST_IPV6 = /^(?:(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+|\[(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+\])$/
/**
 * Dots may not begin a segment and nothing is escaped: otherwise `/loki/../admin/lsrpc` would pass the rule of the
 * first segment and a URL library would send it elsewhere.
 */
const TARGET = /^\/(?:loki|oxen)\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*lsrpc$/
const TARGET_CHARACTERS_MAX = 256

export function parseHostTarget(json: JsonObject): HostTarget | undefined {
  const host = readMember(json, 'host')
  const target = readMember(json, 'target')
  const port = readMember(json, 'port') ?? DEFAULT_PORT
  const protocol = readMember(json, 'protocol') ?? 'https'
  if (!isHost(host)) return undefined
  if (typeof target !== 'string' || target.length > TARGET_CHARACTERS_MAX) return undefined
  if (!TARGET.test(target) || !isPort(port)) return undefined
  if (protocol !== 'https' && protocol !== 'http') return undefined
  return { host, port, protocol, target }
}

function isHost(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > HOST_CHARACTERS_MAX) return false
  return HOST_NAME.test(value) || HOST_IPV6.test(value)
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= PORT_MAX
}
