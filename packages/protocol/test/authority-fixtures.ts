/**
 * Authorities, votes and descriptors that are the same in every run. The descriptors' codec is a stand-in: votes take any.
 *
 * @module
 */
import { decodeUtf8, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type Ed25519PublicKey, SIGNATURE_BYTES, type SigningKeyPair } from '@sotto/crypto/signing'
import { compareKeys, isSame } from '../src/authority/compare-keys.ts'
import type {
  AuthoritySigner,
  SignedDescriptor,
  AssignSwarms,
  Vote,
} from '../src/authority/index.ts'
import type { EpochContent, EpochNode } from '../src/directory/epoch-content.ts'
import type { NodeDescriptor } from '../src/directory/node-descriptor.ts'
import type { NodeRecord } from '../src/directory/node-record.ts'
import { ProtocolError } from '../src/errors.ts'
import { createNode, createSigningKeys } from './node-fixtures.ts'

export const NETWORK: Uint8Array = new Uint8Array(16).fill(7)
export const EPOCH = 1000
export const DESCRIBED_AT_MS = 1_767_000_000_000

const INDEX_MAX = 255

/** A digest of a name: for everything that only has to be 32 bytes and its own. */
export function createHash32(name: string): Uint8Array {
  return blake2b(encodeUtf8(name), { length: 32 })
}

/** Of the document that `createVote` builds on. */
export const PREVIOUS_HASH: Uint8Array = createHash32('previous')

/** Ascending by public key, as documents and outcomes list them. */
export function createAuthorityKeys(count: number): readonly SigningKeyPair[] {
  const pairs = Array.from({ length: count }, (_, index) => createSigningKeys(`authority ${index}`))
  return pairs.toSorted((a, b) => compareKeys(a.publicKey, b.publicKey))
}

/**
 * Signatures as proofs see them: one is genuine if its signer was asked for it. Thousands of whole agreements take seconds
 * with them; the real ones have tests of their own.
 */
export function createIdealSigners(keys: readonly Ed25519PublicKey[]): readonly AuthoritySigner[] {
  const signed = new Map<string, Uint8Array>()
  const nameOf = (key: Ed25519PublicKey, message: Uint8Array): string =>
    `${encodeHex(key)} ${encodeHex(message)}`
  return keys.map((authority) => ({
    authority,
    sign: (message) => {
      const name = nameOf(authority, message)
      const signature = signed.get(name) ?? new Uint8Array(SIGNATURE_BYTES)
      if (!signed.has(name)) new DataView(signature.buffer).setUint32(0, signed.size + 1)
      signed.set(name, signature)
      return signature
    },
    verify: ({ publicKey, message, signature }) => {
      const genuine = signed.get(nameOf(publicKey, message))
      return genuine !== undefined && isSame(genuine, signature)
    },
  }))
}

const PROMISES = new Map<string, Pick<Vote, 'reveal' | 'commitment'>>()

function recallPromise(authority: Ed25519PublicKey): Pick<Vote, 'reveal' | 'commitment'> {
  const name = encodeHex(authority)
  const promise = PROMISES.get(name) ?? {
    reveal: createHash32(`reveal ${name}`),
    commitment: createHash32(`commitment ${name}`),
  }
  PROMISES.set(name, promise)
  return promise
}

export function createVote(authority: Ed25519PublicKey, changes: Partial<Vote> = {}): Vote {
  return {
    network: NETWORK,
    epoch: EPOCH,
    previous: PREVIOUS_HASH,
    authority,
    ...recallPromise(authority),
    softwareMin: [1, 2, 3],
    descriptors: [],
    verdicts: [],
    readiness: [],
    ...changes,
  }
}

const RECORDS = new Map<number, NodeRecord>()

/** `createNode`, but its keys are derived once: properties ask for a node thousands of times. */
export function recallNode(index: number): NodeRecord {
  const record = RECORDS.get(index) ?? createNode(index)
  RECORDS.set(index, record)
  return record
}

/** Of the node that `createNode` makes for the same number. */
export function createDescriptor(
  index: number,
  changes: Partial<NodeDescriptor> = {},
): NodeDescriptor {
  const { ed25519, x25519, legacy, host, ports, roles } = recallNode(index)
  return {
    ed25519,
    x25519,
    legacy,
    host,
    ports,
    roles,
    hybrid: new Uint8Array(0),
    software: [1, 2, 3],
    contact: '',
    name: '',
    issuedAt: DESCRIBED_AT_MS,
    isLeaving: false,
    ...changes,
  }
}

/** Signed by nobody, for tests of what is decided: its bytes and its hash are its own, and that is all. */
export function wrapDescriptor(descriptor: NodeDescriptor): SignedDescriptor {
  const { ed25519, issuedAt, host, x25519, legacy, isLeaving, name } = descriptor
  const content = [ed25519[0], issuedAt, host, x25519[0], legacy[0], isLeaving, name]
  const bytes = encodeUtf8(JSON.stringify(content))
  return { descriptor, bytes, hash: blake2b(bytes, { length: 32 }) }
}

/** The stand-in writes a descriptor's number and time; the rest follows from the number. */
export function createSignedDescriptor(
  index: number,
  issuedAt = DESCRIBED_AT_MS,
): SignedDescriptor {
  const bytes = encodeUtf8(`descriptor ${index} ${issuedAt}`)
  const hash = blake2b(bytes, { length: 32 })
  return { descriptor: createDescriptor(index, { issuedAt }), bytes, hash }
}

export function decodeTestDescriptor(bytes: Uint8Array): Result<SignedDescriptor, ProtocolError> {
  const text = decodeUtf8(bytes) ?? ''
  const [, index = '', issuedAt = ''] =
    /^descriptor (0|[1-9]\d{0,2}) ([1-9]\d{0,14})$/.exec(text) ?? []
  if (index === '' || Number(index) > INDEX_MAX) {
    return err(new ProtocolError('directory_node', 'not the stand-in'))
  }
  return ok(createSignedDescriptor(Number(index), Number(issuedAt)))
}

/** A node of a document, in the record of `createDescriptor`. */
export function createEpochNode(index: number, changes: Partial<EpochNode> = {}): EpochNode {
  return {
    ...recallNode(index),
    hybridHash: new Uint8Array(32),
    software: [1, 2, 3],
    describedAt: DESCRIBED_AT_MS,
    state: 'active',
    since: 10,
    credit: 5000,
    reasonsSeen: 0,
    reasonsAgreed: 0,
    ...changes,
  }
}

/** The document that `createVote` builds on. */
export function createContent(
  nodes: readonly EpochNode[],
  changes: Partial<EpochContent> = {},
): EpochContent {
  return {
    network: NETWORK,
    epoch: EPOCH - 1,
    startsAt: 1_767_225_600_000,
    epochMs: 120_000,
    beacon: createHash32('beacon'),
    previous: createHash32('before'),
    softwareMin: [1, 0, 0],
    commitments: [],
    nodes: nodes.toSorted((a, b) => compareKeys(a.ed25519, b.ed25519)),
    ...changes,
  }
}

/** A stand-in: who has a swarm keeps it, and newcomers get one of two by their key and the seed. */
export const assignByKey: AssignSwarms = (previous, active, seed) =>
  new Map(
    active.map((name) => {
      const digest = createHash32(`${encodeHex(seed)} ${name}`)
      return [name, previous.get(name) ?? BigInt((digest[0] ?? 0) % 2)]
    }),
  )
