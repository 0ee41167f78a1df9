/**
 * Answers the requests that the other side of a link or WebSocket sends (spec 06 §4): each once, no more than the limit
 * at a time, in whatever order they finish. Who may ask what is the answerer's decision.
 *
 * @module
 */

import {
  FRAME_PAYLOAD_BYTES_MAX,
  type Frame,
  type LinkFailureCode,
  type LinkRequest,
  decodeRequestPayload,
  encodeFailurePayload,
} from '@sotto/protocol/link'

export interface ReplyHead {
  readonly type: 'response' | 'failure'
  readonly id: number
}

/** The response's payload, or why there is none. */
export type LinkAnswer = Uint8Array | LinkFailureCode

/** Never rejects. */
export type LinkAnswerer = (request: LinkRequest) => Promise<LinkAnswer>

export interface IncomingRequestsOptions {
  readonly answer: LinkAnswerer
  /** Requests under way at once; further ones are refused as `busy`. */
  readonly limit: number
  readonly reply: (head: ReplyHead, payload: Uint8Array) => void
  /** Called after each answer, when the number under way has changed. */
  readonly onSettled: () => void
}

export class IncomingRequests {
  readonly #options: IncomingRequestsOptions
  readonly #underWay = new Map<number, { isWanted: boolean }>()

  constructor(options: IncomingRequestsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#underWay.size
  }

  /** False when the id is under way already: the connection must be closed (spec 06 §3.4). */
  accept({ id, payload }: Frame): boolean {
    if (this.#underWay.has(id)) return false
    const request = decodeRequestPayload(payload)
    if (!request.ok) this.#refuse(id, 'malformed')
    else if (this.#underWay.size >= this.#options.limit) this.#refuse(id, 'busy')
    else void this.#answer(id, request.value)
    return true
  }

  /** The answer will not be sent; what was begun is finished all the same. */
  cancel(id: number): void {
    const request = this.#underWay.get(id)
    if (request !== undefined) request.isWanted = false
  }

  /** The connection is gone: nothing can be sent any more. */
  cancelAll(): void {
    for (const request of this.#underWay.values()) request.isWanted = false
  }

  async #answer(id: number, request: LinkRequest): Promise<void> {
    const state = { isWanted: true }
    this.#underWay.set(id, state)
    const answer = await this.#options.answer(request)
    this.#underWay.delete(id)
    if (state.isWanted) {
      if (typeof answer === 'string') this.#refuse(id, answer)
      // A batch may retrieve more than one frame can hold.
      else if (answer.length > FRAME_PAYLOAD_BYTES_MAX) this.#refuse(id, 'failed')
      else this.#options.reply({ type: 'response', id }, answer)
    }
    this.#options.onSettled()
  }

  #refuse(id: number, code: LinkFailureCode): void {
    this.#options.reply({ type: 'failure', id }, encodeFailurePayload(code))
  }
}
