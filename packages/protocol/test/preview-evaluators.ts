/**
 * The vector files of spec 17: requests to preview nodes and their replies. Both are filled with zeros to their lengths, so the files hold
 * what is in front of them, and the length.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  decodePreviewReply,
  decodePreviewRequest,
  encodePreviewReply,
  encodePreviewRequest,
  type PreviewReply,
  type PreviewRequest,
} from '../src/preview/index.ts'
import { bytesOf, defineEvaluator, type VectorEvaluator, type Verdict } from './vector-evaluator.ts'

interface FilledBytes {
  readonly head: string
  readonly bytes: number
}

function fill({ head, bytes }: FilledBytes): Uint8Array {
  const filled = new Uint8Array(bytes)
  const known = bytesOf(head)
  filled.set(known.subarray(0, bytes))
  return filled
}

function unfill(bytes: Uint8Array): FilledBytes {
  const last = bytes.findLastIndex((byte) => byte !== 0)
  return { head: encodeHex(bytes.subarray(0, last + 1)), bytes: bytes.length }
}

/** What was read has to come out again as it was. */
function evaluateRequest(input: FilledBytes): Verdict {
  const request = decodePreviewRequest(fill(input))
  if (!request.ok) return { reject: request.error.code }
  return { expect: { ...request.value, again: isSame(encodePreviewRequest(request.value), input) } }
}

function evaluateReply(input: FilledBytes): Verdict {
  const reply = decodePreviewReply(fill(input))
  if (!reply.ok) return { reject: reply.error.code }
  const again = isSame(encodePreviewReply(reply.value), input)
  return { expect: { ...showReply(reply.value), again } }
}

function isSame(bytes: Uint8Array | undefined, { head, bytes: length }: FilledBytes): boolean {
  const shown = bytes && unfill(bytes)
  return shown?.bytes === length && shown.head === encodeHex(trim(bytesOf(head)))
}

function trim(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1)
}

function showReply(reply: PreviewReply): object {
  return reply.outcome === 'found' ? { ...reply, content: unfill(reply.content) } : reply
}

function evaluateEncoding(input: PreviewRequest): Verdict {
  const bytes = encodePreviewRequest(input)
  return bytes === undefined ? { reject: 'no address' } : { expect: unfill(bytes) }
}

export const PREVIEW_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('17-previews/request.json', evaluateRequest),
  defineEvaluator('17-previews/reply.json', evaluateReply),
  defineEvaluator('17-previews/address.json', evaluateEncoding),
]
