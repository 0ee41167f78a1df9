/**
 * The vector files of spec 00 and 06: the bt encoding and link frames.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { type BtValue, decodeBt, encodeBt } from '../src/bt/index.ts'
import {
  FrameDecoder,
  decodeFailurePayload,
  decodeRequestPayload,
  decodeStatusReply,
  encodeFrame,
} from '../src/link/index.ts'
import {
  type BytesInput,
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
} from './vector-evaluator.ts'

/** A value in JSON that loses nothing: integers as text, keys and strings in hex. */
function showBt(value: BtValue): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return { integer: value.toString() }
  if (value instanceof Uint8Array) return { bytes: hexOf(value) }
  if (value instanceof Map) {
    return {
      dict: [...value].map(([key, item]: [string, BtValue]) => [hexOfKey(key), showBt(item)]),
    }
  }
  return { list: (value as readonly BtValue[]).map(showBt) }
}

function hexOfKey(key: string): string {
  return hexOf(Uint8Array.from(key, (character) => character.charCodeAt(0)))
}

function evaluateBt(input: BytesInput): Verdict {
  const bytes = bytesOf(input)
  return verdictOf(decodeBt(bytes), (value) => {
    if (!equalBytes(encodeBt(value), bytes)) throw new Error('a second encoding was accepted')
    return showBt(value)
  })
}

function evaluateFrames(input: { readonly chunks: readonly string[] }): Verdict {
  const decoder = new FrameDecoder()
  const shown: unknown[] = []
  for (const chunk of input.chunks) {
    const frames = decoder.push(bytesOf(chunk))
    if (!frames.ok) return { reject: frames.error.code }
    for (const { type, id, payload } of frames.value) {
      shown.push({ type, id, payload: hexOf(payload) })
    }
  }
  return { expect: { frames: shown, pendingBytes: decoder.pendingBytes } }
}

function evaluateRequest(input: { readonly payload: string }): Verdict {
  return verdictOf(decodeRequestPayload(bytesOf(input.payload)), ({ command, body }) => ({
    command,
    body: hexOf(body),
    frameWithId7: hexOf(encodeFrame({ type: 'request', id: 7, payload: bytesOf(input.payload) })),
  }))
}

function evaluateStatusReply(input: { readonly payload: string }): Verdict {
  return verdictOf(decodeStatusReply(bytesOf(input.payload)), ({ status, body }) => ({
    status,
    body: hexOf(body),
  }))
}

function evaluateFailure(input: { readonly payload: string }): Verdict {
  return verdictOf(decodeFailurePayload(bytesOf(input.payload)), (code) => ({ code }))
}

export const BT_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('00-conventions/bt.json', evaluateBt),
]

export const LINK_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('06-link/frames.json', evaluateFrames),
  defineEvaluator('06-link/request-payload.json', evaluateRequest),
  defineEvaluator('06-link/status-reply.json', evaluateStatusReply),
  defineEvaluator('06-link/failure-payload.json', evaluateFailure),
]
