/**
 * The vector files of spec 12 on keys and messages.
 *
 * @module
 */
import { deriveAccount, parseAccountId } from '@sotto/crypto/identity'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { restoreAccountKey } from '../src/session-v2/keys/account-key.ts'
import {
  expandAccountSeed,
  expandDeviceSeed,
  type KeyPairs,
  publicKeysOf,
} from '../src/session-v2/keys/key-pairs.ts'
import { decodeOutbox, encodeOutbox } from '../src/session-v2/keys/outbox.ts'
import { rotationOffsetSeconds } from '../src/session-v2/keys/rotation.ts'
import { openMessageV2 } from '../src/session-v2/messages/open-message.ts'
import { sealMessage, sealMessageWithoutSecrecy } from '../src/session-v2/messages/seal-message.ts'
import { accountKeyOf, pairsOf, scriptRandomness, sha256Hex } from './session-v2-fixtures.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
} from './vector-evaluator.ts'

/** Secrets of an account key: expanded from one seed, or both given. */
type KeyInput =
  | { readonly seed: string }
  | { readonly agreementSecret: string; readonly kemSeed: string }

function keyPairsOf(input: KeyInput): KeyPairs {
  if ('seed' in input) return expandAccountSeed(bytesOf(input.seed))
  return pairsOf(input.agreementSecret, input.kemSeed)
}

function evaluateExpansion(input: {
  readonly purpose: 'account' | 'device'
  readonly seed: string
}): Verdict {
  const seed = bytesOf(input.seed)
  if (seed.length !== 32) return { reject: 'seed_length' }
  const { agreement, kem } = (input.purpose === 'account' ? expandAccountSeed : expandDeviceSeed)(
    seed,
  )
  return {
    expect: {
      agreementSecret: hexOf(agreement.secretKey),
      agreementPublic: hexOf(agreement.publicKey),
      kemPublicStart: hexOf(kem.publicKey.subarray(0, 32)),
      kemPublicSha256: sha256Hex(kem.publicKey),
    },
  }
}

interface SealInput {
  readonly sender: string
  readonly recipient: string
  readonly content?: string
  readonly contentBytes?: number
  readonly proSeed?: string
  readonly publishedKeys?: KeyInput
  readonly usesSizeClasses?: boolean
  /** In the order in which they are drawn. */
  readonly randomness: readonly string[]
}

function evaluateSeal(input: SealInput): Verdict {
  const { content, contentBytes = 0, proSeed, publishedKeys, usesSizeClasses = false } = input
  const draft = {
    sender: deriveAccount(bytesOf(input.sender)),
    recipient: deriveAccount(bytesOf(input.recipient)).accountId,
    content: content === undefined ? new Uint8Array(contentBytes) : bytesOf(content),
    usesSizeClasses,
    ...(proSeed !== undefined && { proKey: deriveSigningKeyPair(bytesOf(proSeed)) }),
  }
  const randomness = scriptRandomness(input.randomness.map(bytesOf))
  const sealed =
    publishedKeys === undefined
      ? sealMessageWithoutSecrecy(draft, randomness)
      : sealMessage(draft, publicKeysOf(keyPairsOf(publishedKeys)), randomness)
  return verdictOf(sealed, (bytes) => ({
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    indicator: hexOf(bytes.subarray(2, 4)),
    tag: hexOf(bytes.subarray(-16)),
    ...(content !== undefined && { hex: hexOf(bytes) }),
  }))
}

function evaluateOpen(input: {
  readonly recipient: string
  readonly accountKeys: readonly KeyInput[]
  readonly hex: string
}): Verdict {
  const opened = openMessageV2({
    account: deriveAccount(bytesOf(input.recipient)),
    accountKeys: input.accountKeys.map((keys) => accountKeyOf(keyPairsOf(keys))),
    bytes: bytesOf(input.hex),
  })
  return verdictOf(opened, ({ sender, content, isForwardSecret, pro }) => ({
    sender,
    content: hexOf(content),
    isForwardSecret,
    ...(pro && { proSignature: hexOf(pro.signature) }),
  }))
}

type OutboxInput =
  | {
      readonly account: string
      readonly keys: KeyInput
      readonly randomness: string
      readonly issuedAtSeconds?: number
      readonly features?: number
    }
  | { readonly owner: string; readonly hex: string }

function evaluateOutbox(input: OutboxInput): Verdict {
  if ('account' in input) {
    const { issuedAtSeconds, features } = input
    const keys = {
      ...publicKeysOf(keyPairsOf(input.keys)),
      ...(issuedAtSeconds !== undefined && { issuedAtSeconds }),
      ...(features !== undefined && { features }),
    }
    const randomness = scriptRandomness([bytesOf(input.randomness)])
    const bytes = encodeOutbox(deriveAccount(bytesOf(input.account)), keys, randomness)
    return { expect: { hex: hexOf(bytes) } }
  }
  const owner = parseAccountId(input.owner)
  if (!owner.ok) throw new TypeError('a vector names no account')
  return verdictOf(
    decodeOutbox(owner.value, bytesOf(input.hex)),
    ({ kem, agreement, ...extras }) => ({
      agreement: hexOf(agreement),
      kemSha256: sha256Hex(kem),
      ...extras,
    }),
  )
}

function evaluateRotation(input: {
  readonly activeSeed: string
  readonly deviceId: string
  readonly deviceCount: number
}): Verdict {
  const active = restoreAccountKey({ seed: bytesOf(input.activeSeed), createdSeconds: 0 })
  const deviceId = bytesOf(input.deviceId)
  const { deviceCount } = input
  return { expect: rotationOffsetSeconds({ active, deviceId, deviceCount }) }
}

export const SESSION_V2_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('12-session-v2/key-expansion.json', evaluateExpansion),
  defineEvaluator('12-session-v2/message-open.json', evaluateOpen),
  defineEvaluator('12-session-v2/message-seal.json', evaluateSeal),
  defineEvaluator('12-session-v2/outbox.json', evaluateOutbox),
  defineEvaluator('12-session-v2/rotation.json', evaluateRotation),
]
