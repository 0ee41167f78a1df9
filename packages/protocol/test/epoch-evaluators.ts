/**
 * The vector files of spec 07 about descriptors, epochs, and proofs against authorities.
 *
 * @module
 */
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import {
  type AuthoritySet,
  type EpochDocument,
  type EpochNode,
  createAuthoritySet,
  countSignatures,
  decodeDescriptor,
  decodeEpochDocument,
  decodeEquivocation,
  verifyEpoch,
  verifyEquivocation,
} from '../src/directory/index.ts'
import {
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
} from './vector-evaluator.ts'

interface EpochInput {
  readonly authorities: readonly string[]
  readonly threshold: number
  readonly document: string
}

function evaluateDescriptor(input: { readonly descriptor: string }): Verdict {
  return verdictOf(decodeDescriptor(bytesOf(input.descriptor)), ({ descriptor, hash }) => ({
    ...descriptor,
    ed25519: hexOf(descriptor.ed25519),
    x25519: hexOf(descriptor.x25519),
    legacy: hexOf(descriptor.legacy),
    hybrid: hexOf(descriptor.hybrid),
    hash: hexOf(hash),
  }))
}

function evaluateEpoch(input: EpochInput): Verdict {
  const decoded = decodeEpochDocument(bytesOf(input.document))
  if (!decoded.ok) return { reject: decoded.error.code }
  const authorities = readAuthorities(input)
  return verdictOf(verifyEpoch(decoded.value, authorities), () =>
    showDocument(decoded.value, authorities),
  )
}

function readAuthorities({ authorities, threshold }: EpochInput): AuthoritySet {
  const keys = authorities.map((hex) => {
    const key = toEd25519PublicKey(bytesOf(hex))
    if (key === undefined) throw new TypeError('a vector holds a key that is none')
    return key
  })
  return createAuthoritySet(keys, threshold)
}

function showDocument(document: EpochDocument, authorities: AuthoritySet): object {
  const { content, hash } = document
  return {
    hash: hexOf(hash),
    goodSignatures: countSignatures(document, authorities),
    network: hexOf(content.network),
    epoch: content.epoch,
    startsAt: content.startsAt,
    epochMs: content.epochMs,
    beacon: hexOf(content.beacon),
    previous: hexOf(content.previous),
    softwareMin: content.softwareMin,
    commitments: content.commitments.map(({ authority, commitment }) => ({
      authority: hexOf(authority),
      commitment: hexOf(commitment),
    })),
    nodes: content.nodes.map(showNode),
  }
}

function showNode(node: EpochNode): object {
  return {
    ...node,
    ed25519: hexOf(node.ed25519),
    x25519: hexOf(node.x25519),
    legacy: hexOf(node.legacy),
    hybridHash: hexOf(node.hybridHash),
    swarm: node.swarm.toString(),
  }
}

function evaluateEquivocation(input: { readonly proof: string }): Verdict {
  const decoded = decodeEquivocation(bytesOf(input.proof))
  if (!decoded.ok) return { reject: decoded.error.code }
  const { authority, network, epoch, first, second } = decoded.value
  return verdictOf(verifyEquivocation(decoded.value), () => ({
    authority: hexOf(authority),
    network: hexOf(network),
    epoch,
    hashes: [hexOf(first.hash), hexOf(second.hash)],
  }))
}

export const EPOCH_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('07-directory/descriptor.json', evaluateDescriptor),
  defineEvaluator('07-directory/epoch.json', evaluateEpoch),
  defineEvaluator('07-directory/equivocation.json', evaluateEquivocation),
]
