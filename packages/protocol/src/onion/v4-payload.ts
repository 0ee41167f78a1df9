/**
 * The payload that hosts outside the network understand, version 4 (spec 04 §7): an HTTP request or answer as a list
 * of JSON and body. Version 3, one JSON object, is refused. Sealing is the same as for nodes.
 *
 * @module
 */

import { decodeUtf8 } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { ProtocolError } from '../errors.ts'
import { type JsonObject, isJsonObject, parseJsonObject, readMember } from '../json-object.ts'

export type V4Headers = Readonly<Record<string, string>>

export interface V4Request {
  readonly method: string
  /** Path and query, with its leading slash. */
  readonly endpoint: string
  readonly headers: V4Headers
  readonly body?: Uint8Array
}

export interface V4Reply {
  readonly code: number
  readonly headers: V4Headers
  readonly body: Uint8Array
}

interface V4Parts {
  readonly json: JsonObject
  readonly headers: V4Headers
  readonly body?: Uint8Array
}

const METHOD = /^[A-Z]{1,16}$/
/** Spec 04 §7.1. */
const METHODS_WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'DELETE'])
const LIST_PARTS_MAX = 2
const CODE_MIN = 100
const CODE_MAX = 599

/** Throws when the method forbids the body or the endpoint has no leading slash. */
export function encodeV4Request(request: V4Request): Uint8Array {
  const { method, endpoint, headers, body } = request
  const reason = findRequestFault(request)
  if (reason !== undefined) throw new RangeError(reason)
  return encodeParts({ method, endpoint, headers }, body)
}

/** Reads bytes from outside. Never throws. */
export function decodeV4Request(bytes: Uint8Array): Result<V4Request, ProtocolError> {
  const parts = decodeParts(bytes)
  if (!parts.ok) return parts
  const { json, headers, body } = parts.value
  const method = readMember(json, 'method')
  const endpoint = readMember(json, 'endpoint')
  if (typeof method !== 'string' || typeof endpoint !== 'string') return refuse('no method')
  const request = { method, endpoint, headers, ...(body === undefined ? {} : { body }) }
  const reason = findRequestFault(request)
  return reason === undefined ? ok(request) : refuse(reason)
}

/** Header names become lower case; the length is the frame's and is left out. */
export function encodeV4Reply(reply: V4Reply): Uint8Array {
  const headers = Object.fromEntries(
    Object.entries(reply.headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name !== 'content-length'),
  )
  return encodeParts({ code: reply.code, headers }, reply.body)
}

/** Reads bytes from outside. Never throws. A missing body is an empty one. */
export function decodeV4Reply(bytes: Uint8Array): Result<V4Reply, ProtocolError> {
  const parts = decodeParts(bytes)
  if (!parts.ok) return parts
  const { json, headers, body } = parts.value
  const code = readMember(json, 'code')
  if (typeof code !== 'number' || !Number.isInteger(code)) return refuse('no code')
  if (code < CODE_MIN || code > CODE_MAX) return refuse('code is no HTTP status')
  return ok({ code, headers, body: body ?? new Uint8Array() })
}

function findRequestFault({ method, endpoint, body }: V4Request): string | undefined {
  if (!METHOD.test(method)) return 'method is not upper-case letters'
  if (!endpoint.startsWith('/')) return 'endpoint has no leading slash'
  if (body !== undefined && METHODS_WITHOUT_BODY.has(method)) return 'method takes no body'
  return undefined
}

function encodeParts(json: object, body: Uint8Array | undefined): Uint8Array {
  const parts: BtInput[] = [JSON.stringify(json)]
  if (body !== undefined) parts.push(body)
  return encodeBt(parts)
}

function decodeParts(bytes: Uint8Array): Result<V4Parts, ProtocolError> {
  const list = decodeBt(bytes, { depth: 1, items: 1 + LIST_PARTS_MAX })
  if (!list.ok) return refuse('not a list of JSON and body')
  if (!Array.isArray(list.value)) return refuse('not a list')
  const items: readonly unknown[] = list.value
  const [jsonBytes, body] = items
  const text = jsonBytes instanceof Uint8Array ? decodeUtf8(jsonBytes) : undefined
  const json = text === undefined ? undefined : parseJsonObject(text)
  if (json === undefined) return refuse('no JSON object first')
  const headers = readHeaders(readMember(json, 'headers') ?? {})
  if (headers === undefined) return refuse('headers are not texts')
  if (body === undefined) return ok({ json, headers })
  return body instanceof Uint8Array ? ok({ json, headers, body }) : refuse('body is not bytes')
}

function readHeaders(value: unknown): V4Headers | undefined {
  if (!isJsonObject(value)) return undefined
  const entries: (readonly [string, string])[] = []
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') return undefined
    entries.push([name, text])
  }
  return Object.fromEntries(entries)
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('onion_payload_malformed', detail))
}
