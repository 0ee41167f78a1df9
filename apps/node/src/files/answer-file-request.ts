/**
 * What a file server answers to each request (spec 15 §3, §4), however it came.
 *
 * @module
 */
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import {
  encodeFailure,
  encodeFileInfo,
  encodeUploadReply,
  type FileRequest,
} from '@sotto/protocol/files'
import { isJsonObject } from '@sotto/protocol/rpc'
import type { HttpAnswer } from '../listener/http-answer.ts'
import type { FileRow } from './file-index.ts'
import type { FileService, Upload } from './file-service.ts'

export interface FileCall {
  readonly request: FileRequest
  readonly body: Uint8Array
  /** Older clients, which know numbers as ids. */
  readonly isNumbered: boolean
}

const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'
const STATUS = { ok: 200, empty: 400, unknown: 404, too_large: 413, full: 507 } as const

export async function answerFileRequest(call: FileCall, service: FileService): Promise<HttpAnswer> {
  const answer = await answerUncounted(call, service)
  service.tally.noteAnswer(call.request.kind, answer.status)
  return answer
}

async function answerUncounted(
  { request, body, isNumbered }: FileCall,
  service: FileService,
): Promise<HttpAnswer> {
  switch (request.kind) {
    case 'refused':
      return refuse(request.status)
    case 'upload': {
      const { ttlSeconds } = request
      const limit = ttlSeconds === undefined ? {} : { ttlSeconds }
      return answerUpload({ bytes: body, isNumbered, ...limit }, service)
    }
    case 'upload-text':
      return answerTextUpload(body, service)
    case 'download':
      return answerDownload(request.fileId, service)
    case 'download-text':
      return answerTextDownload(request.fileId, service)
    case 'info':
      return answerInfo(service.describe(request.fileId))
    case 'extend':
      return answerInfo(service.extend(request.fileId, request.ttlSeconds))
  }
}

async function answerUpload(upload: Upload, service: FileService): Promise<HttpAnswer> {
  const file = await service.upload(upload)
  if (typeof file === 'string') return refuse(STATUS[file])
  const { id: fileId, uploadedMs, expiresMs } = file
  return createJson(encodeUploadReply({ fileId, uploadedMs, expiresMs }))
}

/** Base64 in JSON, as the first clients had it. */
async function answerTextUpload(body: Uint8Array, service: FileService): Promise<HttpAnswer> {
  const json = parseJson(body)
  const text = isJsonObject(json) ? json['file'] : undefined
  const bytes = typeof text === 'string' ? decodeBase64(text) : undefined
  if (bytes === undefined) return refuse(STATUS.empty)
  const file = await service.upload({ bytes, isNumbered: true })
  if (typeof file === 'string') return refuse(STATUS[file])
  return createResult(Number(file.id))
}

async function answerDownload(fileId: string, service: FileService): Promise<HttpAnswer> {
  const bytes = await service.download(fileId)
  if (bytes === undefined) return refuse(STATUS.unknown)
  return { status: STATUS.ok, contentType: BYTES_TYPE, body: bytes }
}

async function answerTextDownload(fileId: string, service: FileService): Promise<HttpAnswer> {
  const bytes = await service.download(fileId)
  return bytes === undefined ? refuse(STATUS.unknown) : createResult(encodeBase64(bytes))
}

function answerInfo(file: FileRow | undefined): HttpAnswer {
  return file === undefined ? refuse(STATUS.unknown) : createJson(encodeFileInfo(file))
}

export function refuse(status: number): HttpAnswer {
  return { status, contentType: JSON_TYPE, body: encodeFailure(status) }
}

function createJson(body: Uint8Array): HttpAnswer {
  return { status: STATUS.ok, contentType: JSON_TYPE, body }
}

function createResult(result: string | number): HttpAnswer {
  return createJson(encodeUtf8(JSON.stringify({ status_code: STATUS.ok, result })))
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(body) ?? '')
  } catch {
    return undefined
  }
}
