/**
 * The vector files of spec 15: ids, requests and replies of file servers.
 *
 * @module
 */
import {
  decodeUploadReply,
  deriveFileId,
  type FileRequestLine,
  parseFileRequest,
} from '../src/files/index.ts'
import {
  bytesOf,
  type BytesInput,
  defineEvaluator,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
} from './vector-evaluator.ts'

function evaluateId(input: BytesInput): Verdict {
  return { expect: deriveFileId(bytesOf(input)) }
}

function evaluateRequest(input: FileRequestLine): Verdict {
  const request = parseFileRequest(input)
  return request.kind === 'refused' ? { reject: String(request.status) } : { expect: request }
}

function evaluateReply(input: BytesInput): Verdict {
  return verdictOf(decodeUploadReply(bytesOf(input)), (reply) => reply)
}

export const FILES_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('15-files/id.json', evaluateId),
  defineEvaluator('15-files/request.json', evaluateRequest),
  defineEvaluator('15-files/upload-reply.json', evaluateReply),
]
