/**
 * A transport that counts answers of any kind. Why a request failed does not tell a network that is gone from nodes that are: most
 * often both are a lost path. That nobody at all answers does.
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { Transport, TransportFailure, TransportReply } from '../../ports/index.ts'

type Reply = Result<TransportReply, TransportFailure>

export class HeardTransport implements Transport {
  readonly #transport: Transport
  #answers = 0

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** So far. */
  get answers(): number {
    return this.#answers
  }

  post(...request: Parameters<Transport['post']>): Promise<Reply> {
    return this.#count(this.#transport.post(...request))
  }

  get(...reading: Parameters<Transport['get']>): Promise<Reply> {
    return this.#count(this.#transport.get(...reading))
  }

  async #count(reply: Promise<Reply>): Promise<Reply> {
    const result = await reply
    if (result.ok) this.#answers++
    return result
  }
}
