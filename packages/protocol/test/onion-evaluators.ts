/**
 * The vector files of spec 04: frames, layers, replies, and the payload for hosts. Ciphers have their own files, which
 * belong to `packages/crypto`.
 *
 * @module
 */
import { deriveAgreementKeyPair, toX25519PublicKey } from '@sotto/crypto/agreement'
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { type HopKey, deriveHopKey, openHop, parseOnionCipher } from '@sotto/crypto/onion'
import {
  combinePayload,
  decodeNodeReply,
  decodeV4Reply,
  decodeV4Request,
  encodeV4Reply,
  encodeV4Request,
  parseNextNodeNotFound,
  peelLayer,
  splitPayload,
} from '../src/onion/index.ts'
import {
  type BytesInput,
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'

function evaluateFrame(input: { readonly frame: string }): Verdict {
  return verdictOf(splitPayload(bytesOf(input.frame)), ({ blob, json }) => ({
    blob: hexOf(blob),
    json,
    encodedAgain: hexOf(combinePayload(blob, json)),
  }))
}

/** The outermost frame and its blob, opened to bytes whatever they are: what hosts do. */
function evaluateOpenedFrame(input: PeelInput): Verdict {
  const frame = splitPayload(bytesOf(input.body))
  if (!frame.ok) return { reject: frame.error.code }
  const { blob, json } = frame.value
  const cipher = parseOnionCipher(json['enc_type'] as string | undefined)
  const peer = toX25519PublicKey(bytesOf(json['ephemeral_key'] as string))
  const own = deriveAgreementKeyPair(bytesOf(input.nodeSecretKey))
  const hopKey = cipher && peer && deriveHopKey({ cipher, side: 'node', own, peer })
  return verdictOfParsed(hopKey && openHop(hopKey, blob), 'invalid_ciphertext', (plaintext) => ({
    plaintext: hexOf(plaintext),
  }))
}

interface PeelInput {
  readonly nodeSecretKey: string
  readonly body: string
}

function evaluatePeel(input: PeelInput): Verdict {
  const agreement = deriveAgreementKeyPair(bytesOf(input.nodeSecretKey))
  const peeled = peelLayer({ agreement, body: bytesOf(input.body) })
  if (!peeled.ok) {
    const { status, text, encrypted } = peeled.error
    return { reject: `${status} ${text}${encrypted ? ' (sealed)' : ''}` }
  }
  const layer = peeled.value
  if (layer.kind === 'relay') return { expect: { ...layer, nextBody: hexOf(layer.nextBody) } }
  const { hopKey, ...rest } = layer
  const bytes = rest.kind === 'host' ? { frame: hexOf(rest.frame) } : { body: hexOf(rest.body) }
  return { expect: { ...rest, ...bytes, replyCipher: hopKey.cipher } }
}

interface ReplyInput {
  readonly cipher: string
  readonly key: string
  readonly reply: BytesInput
}

function hopKeyOf(input: ReplyInput): HopKey {
  const cipher = parseOnionCipher(input.cipher)
  if (cipher === undefined) throw new TypeError('a vector names an unknown cipher')
  return { cipher, key: bytesOf(input.key) }
}

function evaluateReply(input: ReplyInput): Verdict {
  const { reply } = input
  const received = 'text' in reply ? reply.text : bytesOf(reply)
  return verdictOf(decodeNodeReply(received, hopKeyOf(input)), (value) => value)
}

function evaluateV4Request(input: BytesInput): Verdict {
  return verdictOf(decodeV4Request(bytesOf(input)), (request) => ({
    ...request,
    ...(request.body === undefined ? {} : { body: decodeUtf8(request.body) }),
    encodedAgain: decodeUtf8(encodeV4Request(request)),
  }))
}

function evaluateV4Reply(input: BytesInput): Verdict {
  return verdictOf(decodeV4Reply(bytesOf(input)), (reply) => ({
    ...reply,
    body: decodeUtf8(reply.body),
    encodedAgain: decodeUtf8(encodeV4Reply(reply)),
  }))
}

function evaluateNotFound(input: { readonly text: string }): Verdict {
  return verdictOfParsed(parseNextNodeNotFound(input.text), 'another_text', (ed25519) => ({
    ed25519,
  }))
}

export const ONION_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('04-onion/frame.json', evaluateFrame),
  defineEvaluator('04-onion/opened-frame.json', evaluateOpenedFrame),
  defineEvaluator('04-onion/peel-layer.json', evaluatePeel),
  defineEvaluator('04-onion/node-reply.json', evaluateReply),
  defineEvaluator('04-onion/v4-request.json', evaluateV4Request),
  defineEvaluator('04-onion/v4-reply.json', evaluateV4Reply),
  defineEvaluator('04-onion/next-node-not-found.json', evaluateNotFound),
]
