/**
 * The members of a node's descriptor, one by one (spec 07 §7.1). Bytes and signatures are `descriptor-codec.ts`; that
 * keys are points is checked there too, after the signatures.
 *
 * @module
 */

import { type X25519PublicKey, toX25519PublicKey } from '@sotto/crypto/agreement'
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import type { BtDict, BtValue } from '../bt/index.ts'
import { ProtocolError } from '../errors.ts'
import {
  arePortsApart,
  areRoles,
  isDirectoryTime,
  isNodeName,
  isSoftwareVersion,
} from './field-rules.ts'
import { isHost, isPort } from './network-address.ts'
import type { NodeDescriptor, SoftwareVersion } from './node-descriptor.ts'
import type { NodePorts } from './node-record.ts'

/** Spec 07 §7.2. A signature made for another purpose must never pass for one over a descriptor. */
export const DESCRIPTOR_CONTEXT = 'sotto-descriptor-1'
/** Spec 07 §7.1: ML-KEM-768 and X25519. */
const HYBRID_KEY_BYTES: number = 1184 + 32
/** Spec 07 §7.1. */
const CONTACT_BYTES_MAX = 256
/** A line break in a contact would write lines of its own into operators' logs and terminals. */
const CONTROL = /\p{Cc}/u

type Parsed = { readonly [Field in keyof NodeDescriptor]: NodeDescriptor[Field] | undefined }

/** In the order in which the dict has them. */
const MEMBERS = [
  'contact',
  'context',
  'ed25519',
  'host',
  'hybrid',
  'issued_at',
  'leaving',
  'legacy',
  'name',
  'ports',
  'roles',
  'software',
  'x25519',
]

export function parseDescriptor(value: BtValue): Result<NodeDescriptor, ProtocolError> {
  const dict = value instanceof Map ? (value as BtDict) : new Map<string, BtValue>()
  if ([...dict.keys()].join() !== MEMBERS.join()) {
    return err(new ProtocolError('descriptor_malformed', 'other members than specified'))
  }
  if (parseText(dict.get('context')) !== DESCRIPTOR_CONTEXT) {
    return err(new ProtocolError('descriptor_malformed', 'another context'))
  }
  const parsed = parseFields(dict)
  if (isComplete(parsed)) return ok(parsed)
  const broken = Object.entries(parsed).find(([, field]) => field === undefined)
  return err(new ProtocolError('descriptor_field', `${broken?.[0]} is malformed`))
}

function parseFields(dict: BtDict): Parsed {
  return {
    ed25519: parseSigningKey(dict.get('ed25519')),
    x25519: parseAgreementKey(dict.get('x25519')),
    legacy: parseSigningKey(dict.get('legacy')),
    hybrid: parseHybrid(dict.get('hybrid')),
    host: parseHost(dict.get('host')),
    ports: parsePorts(dict.get('ports')),
    roles: parseRoles(dict.get('roles')),
    software: parseSoftware(dict.get('software')),
    contact: parseContact(dict.get('contact')),
    name: parseName(dict.get('name')),
    issuedAt: parseTime(dict.get('issued_at')),
    isLeaving: parseFlag(dict.get('leaving')),
  }
}

function isComplete(parsed: Parsed): parsed is NodeDescriptor {
  return Object.values(parsed).every((field) => field !== undefined)
}

function parseSigningKey(value: BtValue | undefined): Ed25519PublicKey | undefined {
  return value instanceof Uint8Array ? toEd25519PublicKey(value) : undefined
}

function parseAgreementKey(value: BtValue | undefined): X25519PublicKey | undefined {
  return value instanceof Uint8Array ? toX25519PublicKey(value) : undefined
}

function parseHybrid(value: BtValue | undefined): Uint8Array | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  return value.length === 0 || value.length === HYBRID_KEY_BYTES ? value : undefined
}

function parseHost(value: BtValue | undefined): string | undefined {
  const host = parseText(value)
  return isHost(host) ? host : undefined
}

function parsePorts(value: BtValue | undefined): NodePorts | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  const [https, web, peer] = list
  if (!isPort(https) || !isPort(web) || !isPort(peer) || list.length !== 3) return undefined
  const ports = { https, web, peer }
  return arePortsApart(ports) ? ports : undefined
}

function parseRoles(value: BtValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const roles = value.map(parseText)
  return areRoles(roles) ? roles : undefined
}

function parseSoftware(value: BtValue | undefined): SoftwareVersion | undefined {
  return Array.isArray(value) && isSoftwareVersion(value) ? value : undefined
}

function parseContact(value: BtValue | undefined): string | undefined {
  if (!(value instanceof Uint8Array) || value.length > CONTACT_BYTES_MAX) return undefined
  const contact = decodeUtf8(value)
  return contact === undefined || CONTROL.test(contact) ? undefined : contact
}

function parseName(value: BtValue | undefined): string | undefined {
  const name = parseText(value)
  return name === '' || isNodeName(name) ? name : undefined
}

function parseTime(value: BtValue | undefined): number | undefined {
  return isDirectoryTime(value) ? value : undefined
}

function parseFlag(value: BtValue | undefined): boolean | undefined {
  return value === 0 || value === 1 ? value === 1 : undefined
}

function parseText(value: BtValue | undefined): string | undefined {
  return value instanceof Uint8Array ? decodeUtf8(value) : undefined
}
