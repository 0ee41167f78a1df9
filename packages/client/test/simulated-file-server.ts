/**
 * A file server in memory that nodes of a simulated network reach: it opens real payloads and answers as spec 15 says. What is wrong
 * with it are fields.
 *
 * @module
 */
import { deriveAgreementKeyPair, toX25519PublicKey } from '@sotto/crypto/agreement'
import { decodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { deriveHopKey, openHop, sealHop } from '@sotto/crypto/onion'
import { convertSigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import {
  deriveFileId,
  encodeFailure,
  encodeFileInfo,
  encodeUploadReply,
  parseFileRequest,
} from '@sotto/protocol/files'
import {
  decodeV4Request,
  encodeV4Reply,
  splitPayload,
  type V4Reply,
  type V4Request,
} from '@sotto/protocol/onion'
import type { FileServer } from '../src/engine/index.ts'
import type { HttpAnswer, SimulatedHost } from './simulated-node.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

const TIMES = { uploadedMs: 1000, expiresMs: 2000 }

export class SimulatedFileServer implements SimulatedHost, FileServer {
  readonly url: string
  readonly key: FileServer['key']
  /** By id. */
  readonly files = new Map<string, Uint8Array>()
  /** Methods and paths, in order. */
  readonly requests: string[] = []
  /** Answers anything with this. */
  answer: ((request: V4Request, honest: () => V4Reply) => V4Reply) | undefined
  /** No exit gets through to it. */
  isDead = false
  readonly #signing
  readonly #network: SimulatedNetwork

  constructor(network: SimulatedNetwork, name = 'files') {
    this.#signing = deriveSigningKeyPair(sha256(encodeUtf8(name)))
    this.key = this.#signing.publicKey
    this.url = `http://${name}.example:8080`
    this.#network = network
    network.hosts.set(this.url, this)
  }

  accept(target: string, frame: Uint8Array): HttpAnswer {
    if (this.isDead) return { status: 502, body: encodeUtf8('The host cannot be reached') }
    const opened = target === '/oxen/v4/lsrpc' ? this.#open(frame) : undefined
    if (opened === undefined) return { status: 400, body: new Uint8Array() }
    const { hopKey, request } = opened
    this.requests.push(`${request.method} ${request.endpoint}`)
    const honest = (): V4Reply => this.#reply(request)
    const answer = this.answer?.(request, honest) ?? honest()
    const sealed = sealHop(hopKey, encodeV4Reply(answer), this.#network.randomness)
    return { status: 200, body: sealed }
  }

  #open(frame: Uint8Array) {
    const payload = splitPayload(frame)
    const json = payload.ok ? payload.value.json : {}
    const key = decodeHex(String(json['ephemeral_key']))
    const peer = key && toX25519PublicKey(key)
    if (!payload.ok || peer === undefined) return undefined
    const own = deriveAgreementKeyPair(convertSigningKeyPair(this.#signing).secretKey)
    const hopKey = deriveHopKey({ cipher: 'xchacha20', side: 'node', own, peer })
    const bytes = hopKey && openHop(hopKey, payload.value.blob)
    const request = bytes && decodeV4Request(bytes)
    if (hopKey === undefined || request?.ok !== true) return undefined
    return { hopKey, request: request.value }
  }

  #reply({ method, endpoint, body = new Uint8Array() }: V4Request): V4Reply {
    const request = parseFileRequest({ method, endpoint })
    if (request.kind === 'upload') {
      const fileId = deriveFileId(body)
      this.files.set(fileId, Uint8Array.from(body))
      return reply(200, encodeUploadReply({ fileId, ...TIMES }))
    }
    const bytes = 'fileId' in request ? this.files.get(request.fileId) : undefined
    if (bytes === undefined) return reply(404, encodeFailure(404))
    if (request.kind === 'download') return reply(200, bytes)
    return reply(200, encodeFileInfo({ bytes: bytes.length, ...TIMES }))
  }
}

export function reply(code: number, body: Uint8Array): V4Reply {
  return { code, headers: {}, body }
}
