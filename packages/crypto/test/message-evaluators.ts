/**
 * The vector files of specs 03, 04 and 05 that bytes alone decide: message hashes, onion hops,
 * sealed boxes, padding.
 *
 * @module
 */
import { deriveAgreementKeyPair, toX25519PublicKey } from '../src/agreement.ts'
import { decodeUtf8, encodeHex, encodeUtf8, equalBytes } from '../src/bytes.ts'
import { deriveMessageHash } from '../src/hash.ts'
import { deriveAccount, parseAccountId } from '../src/identity/index.ts'
import type { HopKey } from '../src/onion/index.ts'
import { deriveHopKey, openHop, parseOnionCipher, sealHop } from '../src/onion/index.ts'
import { openSealed, padContent, sealDeterministic, unpadContent } from '../src/session/index.ts'
import type { VectorEvaluator, Verdict } from './vector-evaluator.ts'
import { bytesOf, defineEvaluator, fixedRandomness, refusingRange } from './vector-evaluator.ts'

interface StoredInput {
  readonly account: string
  readonly namespace: number
  readonly data: string
}

function evaluateMessageHash(input: StoredInput): Verdict {
  return refusingRange('parameter', () =>
    deriveMessageHash({
      account: bytesOf(input.account),
      namespace: input.namespace,
      data: bytesOf(input.data),
    }),
  )
}

interface HopInput {
  readonly cipher: string
  readonly side: 'client' | 'node'
  readonly ownSecretKey: string
  readonly peerPublicKey: string
}

function deriveKey(input: HopInput): HopKey | undefined {
  const cipher = parseOnionCipher(input.cipher)
  const peer = toX25519PublicKey(bytesOf(input.peerPublicKey))
  if (cipher === undefined || peer === undefined) return undefined
  const own = deriveAgreementKeyPair(bytesOf(input.ownSecretKey))
  return deriveHopKey({ cipher, side: input.side, own, peer })
}

function evaluateHopKey(input: HopInput): Verdict {
  const derived = deriveKey(input)
  return derived ? { expect: encodeHex(derived.key) } : { reject: 'key' }
}

function evaluateHopOpen(input: HopInput & { readonly ciphertext: string }): Verdict {
  const hopKey = deriveKey(input)
  const plaintext = hopKey && openHop(hopKey, bytesOf(input.ciphertext))
  return plaintext ? { expect: { text: decodeUtf8(plaintext) } } : { reject: 'ciphertext' }
}

interface HopSealInput extends HopInput {
  readonly text: string
  readonly nonce: string
}

function evaluateHopSeal(input: HopSealInput): Verdict {
  const hopKey = deriveKey(input)
  if (hopKey === undefined) return { reject: 'key' }
  const plaintext = encodeUtf8(input.text)
  const sealed = sealHop(hopKey, plaintext, fixedRandomness(input.nonce))
  return {
    expect: { ciphertext: encodeHex(sealed), overheadBytes: sealed.length - plaintext.length },
  }
}

function evaluateCipherName(input: { readonly name?: string }): Verdict {
  const cipher = parseOnionCipher(input.name)
  return cipher ? { expect: cipher } : { reject: 'unknown' }
}

interface SealInput {
  readonly senderSeed: string
  readonly recipientSeed: string
  readonly message: string
}

function evaluateSeal(input: SealInput): Verdict {
  const recipient = deriveAccount(bytesOf(input.recipientSeed))
  const parsed = parseAccountId(recipient.accountId)
  if (!parsed.ok) return { reject: parsed.error.code }
  const sender = deriveAccount(bytesOf(input.senderSeed))
  const message = encodeUtf8(input.message)
  return { expect: encodeHex(sealDeterministic({ sender, recipient: parsed.value, message })) }
}

function evaluateOpen(input: {
  readonly recipientSeed: string
  readonly ciphertext: string
}): Verdict {
  const account = deriveAccount(bytesOf(input.recipientSeed))
  const opened = openSealed({ account, ciphertext: bytesOf(input.ciphertext) })
  if (!opened.ok) return { reject: opened.error.code }
  const { sender, senderSigningKey, message } = opened.value
  return {
    expect: { sender, senderSigningKey: encodeHex(senderSigningKey), message: encodeHex(message) },
  }
}

/** Cases are either seals (made and compared) or ciphertexts to open. */
function evaluateSealedBox(input: SealInput | Parameters<typeof evaluateOpen>[0]): Verdict {
  return 'ciphertext' in input ? evaluateOpen(input) : evaluateSeal(input)
}

type PaddingInput = { readonly contentBytes: number } | { readonly padded: string }

function evaluatePadding(input: PaddingInput): Verdict {
  if ('contentBytes' in input) {
    const padded = padContent(new Uint8Array(input.contentBytes).fill(1))
    return { expect: { paddedBytes: padded.length, end: encodeHex(padded.subarray(-2)) } }
  }
  const padded = bytesOf(input.padded)
  const content = unpadContent(padded)
  // Nothing is refused here: what has no padding is its own content.
  return equalBytes(content, padded)
    ? { reject: 'not_padded' }
    : { expect: { content: encodeHex(content) } }
}

export const MESSAGE_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('03-rpc/message-hash.json', evaluateMessageHash),
  defineEvaluator('04-onion/hop-cipher-name.json', evaluateCipherName),
  defineEvaluator('04-onion/hop-key.json', evaluateHopKey),
  defineEvaluator('04-onion/hop-open.json', evaluateHopOpen),
  defineEvaluator('04-onion/hop-seal.json', evaluateHopSeal),
  defineEvaluator('05-session/padding.json', evaluatePadding),
  defineEvaluator('05-session/sealed-box.json', evaluateSealedBox),
]
