/**
 * Epoch documents of a simulated network, signed by authorities that a test owns, and who serves which of them.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type SigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import {
  createAuthoritySet,
  createEpochDocument,
  encodeEpochContent,
  encodeEpochDocument,
  type EpochContent,
  type EpochNode,
  type NodeState,
  signEpoch,
} from '@sotto/protocol/directory'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import type { DirectoryTrust } from '../src/engine/index.ts'
import type { Transport, TransportFailure, TransportReply } from '../src/ports/index.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

const EPOCH_MS = 120_000
const DAY_MS = 86_400_000
const NETWORK = new Uint8Array(16).fill(7)
export const AUTHORITIES: readonly SigningKeyPair[] = ['a', 'b', 'c'].map((name) =>
  deriveSigningKeyPair(sha256(encodeUtf8(`authority ${name}`))),
)

export interface DocumentOptions {
  readonly epoch?: number
  readonly signers?: readonly SigningKeyPair[]
  readonly network?: Uint8Array
  /** When the epoch began, before now. */
  readonly ageMs?: number
  readonly stateOf?: (index: number) => NodeState
  readonly beacon?: number
  /** Hash of the document before it. */
  readonly previous?: Uint8Array
}

export function createTrust(urls: readonly string[]): DirectoryTrust {
  const keys = AUTHORITIES.map(({ publicKey }) => publicKey)
  return { network: NETWORK, authorities: createAuthoritySet(keys, 2), urls }
}

/** The bytes of a document that lists the nodes of the network. */
export function createDocument(
  simulated: SimulatedNetwork,
  options: DocumentOptions = {},
): Uint8Array {
  const { epoch = 100, signers = AUTHORITIES.slice(0, 2), network = NETWORK } = options
  const { ageMs = 0, stateOf = () => 'active', beacon = 1 } = options
  const content: EpochContent = {
    network,
    epoch,
    startsAt: Math.floor(simulated.clock.now() - ageMs),
    epochMs: EPOCH_MS,
    beacon: new Uint8Array(32).fill(beacon),
    previous: options.previous ?? new Uint8Array(32).fill(epoch - 1),
    softwareMin: [1, 0, 0],
    commitments: [],
    nodes: simulated.nodes
      .map(({ record }, index): EpochNode => {
        const state = stateOf(index)
        const isMember = state === 'active' || state === 'leaving'
        return {
          ...record,
          swarm: isMember ? record.swarm : INVALID_SWARM_ID,
          name: `node-${index}`,
          hybridHash: new Uint8Array(32),
          software: [1, 2, 3],
          describedAt: Math.floor(simulated.clock.now()) - DAY_MS,
          state,
          since: 7,
          credit: 1800,
          reasonsSeen: 0,
          reasonsAgreed: 0,
        }
      })
      .toSorted((a, b) => Buffer.compare(a.ed25519, b.ed25519)),
  }
  const bytes = encodeEpochContent(content)
  const signatures = signers
    .toSorted((a, b) => Buffer.compare(a.publicKey, b.publicKey))
    .map((key) => signEpoch(bytes, key))
  return encodeEpochDocument(createEpochDocument(content, signatures))
}

/** What each address answers to whoever reads the directory there; nothing is a node that is gone. */
export function serve(
  simulated: SimulatedNetwork,
  answers: Readonly<Record<string, Uint8Array | undefined>>,
): Transport & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    post: (request) => simulated.post(request),
    get({ url }): Promise<Result<TransportReply, TransportFailure>> {
      asked.push(url)
      const body = answers[url.replace('/directory/v1/epoch', '')]
      return Promise.resolve(
        body === undefined ? err({ kind: 'unreachable' }) : ok({ status: 200, body }),
      )
    },
  }
}
