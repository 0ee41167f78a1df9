/**
 * Opens the layer of an onion request that is meant for this node, and says what to do with the rest (spec 04 §4).
 * It opens and reads; sending on, executing and answering are the node's part.
 *
 * This is on the path of every request, three times: nothing is copied but the body for the next node, once.
 *
 * @module
 */

import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { concatBytes, decodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type HopKey, deriveHopKey, openHop, parseOnionCipher } from '@sotto/crypto/onion'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type JsonObject, readMember } from '../json-object.ts'
import { type CombinedPayload, splitPayload } from './combined-payload.ts'
import { type HostTarget, parseHostTarget } from './host-target.ts'
import {
  HOP_NUMBER_MAX,
  INVALID_CIPHERTEXT,
  type OnionFailure,
  TOO_MANY_HOPS,
  formatInvalidJson,
  formatInvalidUrl,
  formatParsingError,
} from './onion-failure.ts'

export interface FinalLayer {
  readonly kind: 'final'
  /** The RPC request, a view into the opened layer. */
  readonly body: Uint8Array
  readonly headers: unknown
  /** The client wants the reply's body as JSON inside JSON, not as text. */
  readonly json: boolean
  /** The client wants the reply as base64 text. */
  readonly base64: boolean
  readonly hopKey: HopKey
}

export interface RelayLayer {
  readonly kind: 'relay'
  /** 64 hex digits, lower case. */
  readonly nextEd25519: string
  /** The body of the request to the next node. */
  readonly nextBody: Uint8Array
}

export interface HostLayer extends HostTarget {
  readonly kind: 'host'
  /** What is sent to the host: the opened layer as a whole. */
  readonly frame: Uint8Array
  readonly hopKey: HopKey
}

export type PeeledLayer = FinalLayer | RelayLayer | HostLayer

/** Spec 04 §4.4. Longest name of a cipher that a relay passes on without knowing it. */
const CIPHER_NAME_CHARACTERS_MAX = 32
/** Spec 04 §4.2. The node that a client asks is the first of its path, whether or not the client says so. */
const HOP_NUMBER_FIRST = 1
const KEY_HEX = /^[0-9a-fA-F]{64}$/

export interface OuterFrame {
  readonly blob: Uint8Array
  readonly hopKey: HopKey
  readonly hopNumber: number
}

/** Opens bytes from outside with the node's own key. Never throws. */
export function peelLayer(request: {
  readonly agreement: AgreementKeyPair
  readonly body: Uint8Array
}): Result<PeeledLayer, OnionFailure> {
  const outer = readOuterFrame(request)
  if (!outer.ok) return outer
  const { blob, hopKey, hopNumber } = outer.value
  const plaintext = openHop(hopKey, blob)
  if (plaintext === undefined) return err(INVALID_CIPHERTEXT)
  const inner = splitPayload(plaintext)
  if (!inner.ok) return err(formatInvalidJson(hopKey))
  const { json } = inner.value
  // The order of these questions is part of the protocol: a frame may have members of several kinds.
  if (Object.hasOwn(json, 'headers')) return ok(readFinalLayer(inner.value, hopKey))
  if (Object.hasOwn(json, 'host')) {
    const target = parseHostTarget(json)
    if (target === undefined) return err(formatInvalidUrl(hopKey))
    return ok({ kind: 'host', ...target, frame: plaintext, hopKey })
  }
  const relay = readRelayLayer(inner.value, hopNumber)
  return relay === undefined ? err(formatInvalidJson(hopKey)) : ok(relay)
}

/** Of a frame from outside: what is sealed in it, and the key that opens it. */
export function readOuterFrame(request: {
  readonly agreement: AgreementKeyPair
  readonly body: Uint8Array
}): Result<OuterFrame, OnionFailure> {
  const frame = splitPayload(request.body)
  if (!frame.ok) return err(formatParsingError('bad frame'))
  const { blob, json } = frame.value
  const hopNumber = readHopNumber(json)
  if (hopNumber === undefined) return err(formatParsingError('bad hop_no'))
  if (hopNumber > HOP_NUMBER_MAX) return err(TOO_MANY_HOPS)
  const cipherName = readMember(json, 'enc_type') ?? undefined
  const cipher =
    cipherName === undefined || typeof cipherName === 'string'
      ? parseOnionCipher(cipherName)
      : undefined
  if (cipher === undefined) return err(formatParsingError('bad enc_type'))
  const keyHex = readKeyHex(json, 'ephemeral_key')
  const key = keyHex === undefined ? undefined : decodeHex(keyHex)
  const peer = key === undefined ? undefined : toX25519PublicKey(key)
  if (peer === undefined) return err(formatParsingError('bad ephemeral_key'))
  const hopKey = deriveHopKey({ cipher, side: 'node', own: request.agreement, peer })
  // A key of low order gives every node the same secret, so whatever was sealed with it was sealed by nobody.
  return hopKey === undefined ? err(INVALID_CIPHERTEXT) : ok({ blob, hopKey, hopNumber })
}

function readFinalLayer({ blob, json }: CombinedPayload, hopKey: HopKey): FinalLayer {
  return {
    kind: 'final',
    body: blob,
    headers: readMember(json, 'headers'),
    json: readMember(json, 'json') === true,
    base64: readMember(json, 'base64') !== false,
    hopKey,
  }
}

function readRelayLayer(
  { prefixedBlob, json }: CombinedPayload,
  hopNumber: number,
): RelayLayer | undefined {
  const destination = readKeyHex(json, 'destination')
  const ephemeralKey = readKeyHex(json, 'ephemeral_key')
  const cipherName = readMember(json, 'enc_type') ?? ''
  if (destination === undefined || ephemeralKey === undefined) return undefined
  if (typeof cipherName !== 'string' || cipherName.length > CIPHER_NAME_CHARACTERS_MAX) {
    return undefined
  }
  // Which ciphers the next node knows is its own affair, so the name is passed on unread.
  const encType = cipherName === '' ? '' : `"enc_type":${JSON.stringify(cipherName)},`
  const nextJson = `{"ephemeral_key":"${ephemeralKey}",${encType}"hop_no":${hopNumber + 1}}`
  return {
    kind: 'relay',
    nextEd25519: destination.toLowerCase(),
    nextBody: concatBytes([prefixedBlob, encodeUtf8(nextJson)]),
  }
}

function readHopNumber(json: JsonObject): number | undefined {
  const value = readMember(json, 'hop_no') ?? HOP_NUMBER_FIRST
  const isNumber = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  return isNumber ? Math.max(value, HOP_NUMBER_FIRST) : undefined
}

function readKeyHex(json: JsonObject, name: string): string | undefined {
  const value = readMember(json, name)
  return typeof value === 'string' && KEY_HEX.test(value) ? value : undefined
}
