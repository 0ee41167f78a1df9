/**
 * What single fields of a node may hold, wherever they stand: in records of the list (spec 07 §2), in descriptors
 * (spec 07 §7) and in epoch documents (spec 07 §8). Addresses are `network-address.ts`, keys `usable-key.ts`.
 *
 * @module
 */

import { TIMESTAMP_MIN_MS } from '../rpc/limits.ts'
import type { SoftwareVersion } from './node-descriptor.ts'
import type { NodePorts } from './node-record.ts'

/** Spec 07 §2. */
export const ROLES_MAX = 16
/** Spec 07 §7.1. Later than any clock; keeps every time exact in a double. */
const TIME_MAX_MS: number = 2 ** 48 - 1
/** Spec 07 §7.1. */
const VERSION_PART_MAX = 255
const ROLE = /^[a-z]{1,32}$/
const NAME = /^[A-Za-z0-9._-]{1,64}$/

/** Texts of the right form, each once. Their order is the node's own. */
export function areRoles(values: readonly unknown[]): values is readonly string[] {
  if (values.length > ROLES_MAX) return false
  const isEachRole = values.every((value) => typeof value === 'string' && ROLE.test(value))
  return isEachRole && (values.length < 2 || new Set(values).size === values.length)
}

export function isNodeName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value)
}

/** Not in seconds by mistake, and not so late that nothing could ever come after it. */
export function isDirectoryTime(value: unknown): value is number {
  const time = Number(value)
  return Number.isSafeInteger(value) && time >= TIMESTAMP_MIN_MS && time <= TIME_MAX_MS
}

export function isSoftwareVersion(values: readonly unknown[]): values is SoftwareVersion {
  return values.length === 3 && values.every(isVersionPart)
}

/** Spec 07 §3.4. One listener cannot serve two purposes. */
export function arePortsApart({ https, web, peer }: NodePorts): boolean {
  return https !== web && web !== peer && peer !== https
}

function isVersionPart(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= VERSION_PART_MAX
}
