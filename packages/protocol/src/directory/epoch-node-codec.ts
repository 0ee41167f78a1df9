/**
 * One node in the bytes of an epoch (spec 07 §8.2). That keys are points is not checked here: authorities did when they
 * admitted the node, and whoever uses a key first does again (`usable-node.ts`).
 *
 * @module
 */

import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { type EpochNode, NODE_STATES, REASONS } from './epoch-content.ts'
import {
  type EpochBytes,
  HASH_BYTES,
  KEY_BYTES,
  NODE,
  UINT16_MAX,
  UINT32_MAX,
  UINT8_MAX,
  assertUint,
  readLatin1,
  readTime,
  writeField,
  writeLatin1,
  writeTime,
} from './epoch-layout.ts'
import { ROLES_MAX, arePortsApart, areRoles, isDirectoryTime, isNodeName } from './field-rules.ts'
import { isHost } from './network-address.ts'
import type { SoftwareVersion } from './node-descriptor.ts'
import type { NodePorts } from './node-record.ts'

const INT32_MIN: number = -(2 ** 31)
const INT32_MAX: number = 2 ** 31 - 1
/** Bits that mean something; the others are reserved. */
const REASON_BITS: number = Object.values(REASONS).reduce((bits, bit) => bits | bit, 0)
/** Spec 07 §9.1: the states in which a node is in a swarm. */
const STATES_IN_SWARM: ReadonlySet<string> = new Set(['active', 'leaving'])

export interface DecodedEpochNode {
  readonly node: EpochNode
  /** Where the next one begins. */
  readonly end: number
}

export function computeNodeLength({ roles, name }: EpochNode): number {
  const rolesLength = roles.reduce((sum, role) => sum + 1 + role.length, 0)
  return NODE.fixedLength + rolesLength + 1 + (name?.length ?? 0)
}

/** Gives where the next one begins. Throws for numbers and lengths that do not fit; the rest is its reader's part. */
export function writeEpochNode(target: EpochBytes, start: number, node: EpochNode): number {
  const { bytes, view } = target
  for (const name of ['ed25519', 'x25519', 'legacy'] as const) {
    writeField(target, start + NODE[name], { value: node[name], length: KEY_BYTES })
  }
  writeField(target, start + NODE.hybridHash, { value: node.hybridHash, length: HASH_BYTES })
  if (BigInt.asUintN(64, node.swarm) !== node.swarm) throw new RangeError('no swarm id')
  view.setBigUint64(start + NODE.swarm, node.swarm)
  writeTime(view, start + NODE.describedAt, node.describedAt)
  assertUint(node.since, UINT32_MAX)
  view.setUint32(start + NODE.since, node.since)
  assertUint(node.credit - INT32_MIN, INT32_MAX - INT32_MIN)
  view.setInt32(start + NODE.credit, node.credit)
  if (!isHost(node.host)) throw new RangeError('no host')
  bytes.set(node.host.split('.').map(Number), start + NODE.host)
  for (const name of ['https', 'web', 'peer'] as const) {
    assertUint(node.ports[name], UINT16_MAX)
    view.setUint16(start + NODE[name], node.ports[name])
  }
  writeBytes(bytes, start + NODE.software, node.software)
  const standing = [NODE_STATES.indexOf(node.state), node.reasonsSeen, node.reasonsAgreed]
  writeBytes(bytes, start + NODE.state, [...standing, node.roles.length])
  return writeTexts(bytes, start + NODE.fixedLength, node)
}

/** `undefined` for what is no node. */
export function decodeEpochNode(source: EpochBytes, start: number): DecodedEpochNode | undefined {
  const { bytes, view } = source
  if (start + NODE.fixedLength > bytes.length) return undefined
  const ed25519 = toEd25519PublicKey(readKey(bytes, start + NODE.ed25519))
  const x25519 = toX25519PublicKey(readKey(bytes, start + NODE.x25519))
  const legacy = toEd25519PublicKey(readKey(bytes, start + NODE.legacy))
  const state = NODE_STATES[view.getUint8(start + NODE.state)]
  const texts = readTexts(bytes, start)
  if (ed25519 === undefined || x25519 === undefined || legacy === undefined) return undefined
  if (state === undefined || texts === undefined) return undefined
  const node: EpochNode = {
    ed25519,
    x25519,
    legacy,
    host: readHost(view, start + NODE.host),
    ports: readPorts(view, start),
    roles: texts.roles,
    swarm: view.getBigUint64(start + NODE.swarm),
    ...(texts.name === '' ? {} : { name: texts.name }),
    hybridHash: readKey(bytes, start + NODE.hybridHash),
    software: readSoftware(view, start + NODE.software),
    describedAt: readTime(view, start + NODE.describedAt),
    state,
    since: view.getUint32(start + NODE.since),
    credit: view.getInt32(start + NODE.credit),
    reasonsSeen: view.getUint8(start + NODE.reasonsSeen),
    reasonsAgreed: view.getUint8(start + NODE.reasonsAgreed),
  }
  return isConsistent(node) ? { node, end: texts.end } : undefined
}

export function readSoftware(view: DataView, offset: number): SoftwareVersion {
  return [view.getUint8(offset), view.getUint8(offset + 1), view.getUint8(offset + 2)]
}

export function writeBytes(bytes: Uint8Array, offset: number, values: readonly number[]): void {
  for (const value of values) assertUint(value, UINT8_MAX)
  bytes.set(values, offset)
}

function isConsistent(node: EpochNode): boolean {
  const { host, ports, reasonsSeen, reasonsAgreed, state, swarm } = node
  // Ports are 16 bits wide already, so only zero is none.
  if (!isHost(host) || ports.https * ports.web * ports.peer === 0) return false
  if (!arePortsApart(ports) || !isDirectoryTime(node.describedAt)) return false
  if ((reasonsSeen & ~REASON_BITS) !== 0 || (reasonsAgreed & ~reasonsSeen) !== 0) return false
  return STATES_IN_SWARM.has(state) || swarm === INVALID_SWARM_ID
}

function writeTexts(bytes: Uint8Array, start: number, { roles, name }: EpochNode): number {
  if (name === '') throw new RangeError('a name without characters')
  let offset = start
  for (const text of [...roles, name ?? '']) {
    writeBytes(bytes, offset, [text.length])
    writeLatin1(bytes, offset + 1, text)
    offset += 1 + text.length
  }
  return offset
}

interface NodeTexts {
  readonly roles: readonly string[]
  /** Empty for none. */
  readonly name: string
  readonly end: number
}

function readTexts(bytes: Uint8Array, start: number): NodeTexts | undefined {
  const roleCount = bytes[start + NODE.roleCount] ?? 0
  if (roleCount > ROLES_MAX) return undefined
  const texts: string[] = []
  let offset = start + NODE.fixedLength
  while (texts.length <= roleCount) {
    const length = bytes[offset]
    if (length === undefined || offset + 1 + length > bytes.length) return undefined
    texts.push(readLatin1(bytes, offset + 1, offset + 1 + length))
    offset += 1 + length
  }
  const roles = texts.slice(0, roleCount)
  const name = texts[roleCount] ?? ''
  return areRoles(roles) && (name === '' || isNodeName(name))
    ? { roles, name, end: offset }
    : undefined
}

function readHost(view: DataView, offset: number): string {
  const octet = (index: number): number => view.getUint8(offset + index)
  return `${octet(0)}.${octet(1)}.${octet(2)}.${octet(3)}`
}

function readPorts(view: DataView, start: number): NodePorts {
  return {
    https: view.getUint16(start + NODE.https),
    web: view.getUint16(start + NODE.web),
    peer: view.getUint16(start + NODE.peer),
  }
}

function readKey(bytes: Uint8Array, offset: number): Uint8Array {
  return bytes.subarray(offset, offset + KEY_BYTES)
}
