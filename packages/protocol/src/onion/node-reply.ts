/**
 * The answer to an onion request (spec 04 §5): sealed once by the destination, passed back untouched by the relays,
 * opened by the client. The RPC bodies inside are the business of `rpc`.
 *
 * @module
 */

import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { type HopKey, openHop, sealHop } from '@sotto/crypto/onion'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { isJsonObject, parseJsonObject, readMember } from '../json-object.ts'
import type { OnionFailure } from './onion-failure.ts'

/** Text, or JSON: objects become text unless the client asked for JSON. */
export interface NodeReply {
  readonly status: number
  readonly body: string | object
}

/** How the client wants its reply; a final layer of `peelLayer` has these members. */
export interface ReplyForm {
  readonly hopKey: HopKey
  readonly json: boolean
  readonly base64: boolean
}

const HTTP_OK = 200
const STATUS_MIN = 100
const STATUS_MAX = 599
const OPENING_BRACE = 0x7b

/** The body of the answer to whoever relayed the request. */
export function encodeNodeReply(
  reply: NodeReply,
  form: ReplyForm,
  randomness: Randomness,
): Uint8Array {
  const bodyText = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  const body = form.json && typeof reply.body === 'object' ? bodyText : JSON.stringify(bodyText)
  const plaintext = encodeUtf8(`{"status":${reply.status},"body":${body}}`)
  const ciphertext = sealHop(form.hopKey, plaintext, randomness)
  return form.base64 ? encodeUtf8(encodeBase64(ciphertext)) : ciphertext
}

/** A refusal as status and body of the answer: sealed ones travel as a success, so that relays cannot tell. */
export function encodeOnionFailure(
  failure: OnionFailure,
  randomness: Randomness,
): { readonly status: number; readonly body: Uint8Array } {
  const { status, text, hopKey } = failure
  if (hopKey === undefined) return { status, body: encodeUtf8(text) }
  const form = { hopKey, json: false, base64: true }
  return { status: HTTP_OK, body: encodeNodeReply({ status, body: text }, form, randomness) }
}

/**
 * Opens what came back and reads status and body; a text body is JSON once more in most cases, which is for the
 * caller to parse. Never throws.
 */
export function decodeNodeReply(
  reply: string | Uint8Array,
  hopKey: HopKey,
): Result<NodeReply, ProtocolError> {
  const plaintext = openOnionReply(reply, hopKey)
  if (!plaintext.ok) return plaintext
  const text = decodeUtf8(plaintext.value)
  const json = text === undefined ? undefined : parseJsonObject(text)
  if (json === undefined) return refuse('plaintext is not a JSON object')
  const status = readMember(json, 'status') ?? readMember(json, 'status_code')
  if (!isStatus(status)) return refuse('no status')
  const body = readMember(json, 'body')
  if (typeof body === 'string') return ok({ status, body })
  if (isJsonObject(body) || Array.isArray(body)) return ok({ status, body })
  return refuse('body is neither text nor an object')
}

/** Opens a reply to its plaintext: for hosts, which answer with bytes of their own kind. Never throws. */
export function openOnionReply(
  reply: string | Uint8Array,
  hopKey: HopKey,
): Result<Uint8Array, ProtocolError> {
  for (const ciphertext of findCiphertexts(reply)) {
    const plaintext = openHop(hopKey, ciphertext)
    if (plaintext !== undefined) return ok(plaintext)
  }
  return err(new ProtocolError('onion_reply_unopened', `reply of ${reply.length} bytes`))
}

/** Base64 text, that text inside JSON, or the bytes themselves: nothing but opening them can tell which. */
function* findCiphertexts(reply: string | Uint8Array): Generator<Uint8Array> {
  const text = typeof reply === 'string' ? reply : decodeUtf8(reply)
  if (text !== undefined) {
    const isJson = text.charCodeAt(0) === OPENING_BRACE
    const result = isJson ? readMember(parseJsonObject(text) ?? {}, 'result') : text.trim()
    const ciphertext = typeof result === 'string' ? decodeBase64(result) : undefined
    if (ciphertext !== undefined) yield ciphertext
  }
  if (typeof reply !== 'string') yield reply
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= STATUS_MIN && Number(value) <= STATUS_MAX
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('onion_reply_malformed', detail))
}
