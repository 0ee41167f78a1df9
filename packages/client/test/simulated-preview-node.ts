/**
 * A preview node in memory that nodes of a simulated network reach: it opens real payloads and answers as spec 17 says, with pages that
 * a test puts there. What is wrong with it are fields.
 *
 * @module
 */
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { convertSigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import { openHostRequest, type V4Reply, type V4Request } from '@sotto/protocol/onion'
import {
  decodePreviewRequest,
  encodePreviewReply,
  PREVIEW_ENDPOINT,
  type PreviewReply,
  type PreviewRequest,
} from '@sotto/protocol/preview'
import type { PreviewNode } from '../src/engine/index.ts'
import type { HttpAnswer, SimulatedHost } from './simulated-node.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

export class SimulatedPreviewNode implements SimulatedHost, PreviewNode {
  readonly url: string
  readonly key: PreviewNode['key']
  /** By address. */
  readonly pages = new Map<string, PreviewReply>()
  /** What was asked, in order. */
  readonly requests: PreviewRequest[] = []
  /** As they came over the network: what nodes of a path could measure. */
  readonly frameBytes: number[] = []
  /** Answers anything with this. */
  answer: ((request: V4Request, honest: () => V4Reply) => V4Reply) | undefined
  readonly #agreement
  readonly #network: SimulatedNetwork

  constructor(network: SimulatedNetwork, name = 'previews') {
    const signing = deriveSigningKeyPair(sha256(encodeUtf8(name)))
    this.key = signing.publicKey
    this.#agreement = deriveAgreementKeyPair(convertSigningKeyPair(signing).secretKey)
    this.url = `http://${name}.example:8081`
    this.#network = network
    network.hosts.set(this.url, this)
  }

  accept(target: string, frame: Uint8Array): HttpAnswer {
    this.frameBytes.push(frame.length)
    const { randomness } = this.#network
    const parts = { agreement: this.#agreement, body: frame }
    const opened = target === '/oxen/v4/lsrpc' ? openHostRequest(parts, randomness) : undefined
    if (opened === undefined) return { status: 400, body: new Uint8Array() }
    const honest = (): V4Reply => this.#reply(opened.request)
    const answer = this.answer?.(opened.request, honest) ?? honest()
    return { status: 200, body: opened.sealReply(answer) }
  }

  #reply({ method, endpoint, body = new Uint8Array() }: V4Request): V4Reply {
    const request = decodePreviewRequest(body)
    if (method !== 'POST' || endpoint !== PREVIEW_ENDPOINT || !request.ok)
      return { code: 400, headers: {}, body: new Uint8Array() }
    this.requests.push(request.value)
    return replyWith(this.pages.get(request.value.address) ?? { outcome: 'unreachable' })
  }
}

export function replyWith(reply: PreviewReply): V4Reply {
  const body = encodePreviewReply(reply)
  if (body === undefined) throw new Error('no reply')
  return { code: 200, headers: {}, body }
}

export function createPage(address: string, html: string): PreviewReply {
  return { outcome: 'found', contentType: 'text/html', address, content: encodeUtf8(html) }
}
