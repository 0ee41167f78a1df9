/**
 * Nodes, their descriptors and epoch documents with keys that are the same in every run, and a keeper on a clock that the
 * test moves.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import { createFirstEpoch } from '@sotto/protocol/authority'
import {
  type AuthoritySet,
  createAuthoritySet,
  createEpochDocument,
  encodeDescriptor,
  encodeEpochContent,
  hashHybridKey,
  encodeEpochDocument,
  type EpochContent,
  type EpochDocument,
  type NodeDescriptor,
  type NodeRecord,
  signEpoch,
} from '@sotto/protocol/directory'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import { deriveNodeIdentity, type NodeIdentity } from '../../src/node-identity.ts'

export const NETWORK: Uint8Array = new Uint8Array(16).fill(0x4e)
export const EPOCH_MS = 120_000
/** When the fake clock begins. */
export const START_MS: number = createFakeClock().now()
export const NODE_COUNT = 5

const AUTHORITY_COUNT = 5

export const AUTHORITY_KEYS: readonly SigningKeyPair[] = Array.from(
  { length: AUTHORITY_COUNT },
  (_, index) => deriveSigningKeyPair(sha256(encodeUtf8(`authority ${index}`))),
)

/** Three of five. */
export const AUTHORITIES: AuthoritySet = createAuthoritySet(
  AUTHORITY_KEYS.map(({ publicKey }) => publicKey),
  3,
)

const IDENTITIES = new Map<number, NodeIdentity>()

export function identityOf(index: number): NodeIdentity {
  const identity =
    IDENTITIES.get(index) ?? deriveNodeIdentity(sha256(encodeUtf8(`directory node ${index}`)))
  IDENTITIES.set(index, identity)
  return identity
}

export function keyOf(index: number): string {
  return encodeHex(identityOf(index).signing.publicKey)
}

export function recordOf(
  index: number,
  changes: Partial<NodeRecord> = {},
): NodeRecord & { readonly hybridHash: Uint8Array } {
  const { signing, agreement, legacy, hybrid } = identityOf(index)
  return {
    hybridHash: hashHybridKey(hybrid.publicKey),
    ed25519: signing.publicKey,
    x25519: agreement.publicKey,
    legacy: legacy.publicKey,
    host: `10.0.${index >> 8}.${index & 0xff}`,
    ports: { https: 22_021, web: 22_022, peer: 22_023 },
    roles: ['storage'],
    swarm: 0n,
    ...changes,
  }
}

export function describe(index: number, changes: Partial<NodeDescriptor> = {}): Uint8Array {
  const { signing, legacy } = identityOf(index)
  const { ed25519, x25519, legacy: legacyKey, host, ports, roles } = recordOf(index)
  const descriptor: NodeDescriptor = {
    ed25519,
    x25519,
    legacy: legacyKey,
    host,
    ports,
    roles,
    hybrid: identityOf(index).hybrid.publicKey,
    software: [1, 0, 0],
    contact: '',
    name: '',
    issuedAt: START_MS,
    isLeaving: false,
    ...changes,
  }
  return encodeDescriptor(descriptor, { signing, legacy })
}

export interface DraftOptions extends Partial<EpochContent> {
  readonly records?: readonly NodeRecord[]
  readonly describedAt?: number
  readonly signers?: readonly SigningKeyPair[]
}

export const ALL_RECORDS: readonly NodeRecord[] = Array.from({ length: NODE_COUNT }, (_, index) =>
  recordOf(index),
)

/** Of epoch 10, which begins with the clock, unless the test says otherwise. */
export function createDocument(options: DraftOptions = {}): EpochDocument {
  const { records = ALL_RECORDS, describedAt = START_MS - 1000, signers, ...changes } = options
  const epoch = changes.epoch ?? 10
  const software = [1, 0, 0] as const
  const first = createFirstEpoch({
    network: NETWORK,
    startsAt: START_MS + (epoch - 10) * EPOCH_MS,
    epochMs: EPOCH_MS,
    nodes: records.map((record) => Object.assign({}, record, { software, describedAt })),
  })
  const content = { ...first, epoch, ...changes }
  const bytes = encodeEpochContent(content)
  const keys = signers ?? AUTHORITY_KEYS.slice(0, 3)
  return createEpochDocument(
    content,
    keys.map((key) => signEpoch(bytes, key)),
  )
}

/** The one after it, which names its hash. */
export function followDocument(before: EpochDocument, options: DraftOptions = {}): EpochDocument {
  return createDocument({
    epoch: before.content.epoch + 1,
    previous: before.hash,
    ...options,
  })
}

export const encode: (document: EpochDocument) => Uint8Array = encodeEpochDocument

export interface TestKeeper {
  readonly clock: FakeClock
  readonly keeper: DirectoryKeeper
}

export function createKeeper(document?: EpochDocument): TestKeeper {
  const clock = createFakeClock()
  const keeper = new DirectoryKeeper({ network: NETWORK, authorities: AUTHORITIES, clock })
  if (document !== undefined) {
    const place = keeper.accept(encode(document))
    if (!place.ok) throw place.error
  }
  return { clock, keeper }
}
