/**
 * The end of a messenger: what is under way ends before its ports do, and nothing begins any more.
 *
 * @module
 */
import { err, type Result } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import { ClientError } from '../errors.ts'
import type { Transport, TransportFailure, TransportReply } from '../ports/index.ts'

type Reply = Result<TransportReply, TransportFailure>

const GIVEN_UP: Reply = err({ kind: 'unreachable' })

export class Closing {
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #giveUps = new Set<(reply: Reply) => void>()
  readonly #pauses = new Set<() => void>()
  #isClosed = false

  /** Does it, or gives `refused` at once. */
  async track<T>(work: () => Promise<T>, refused: T): Promise<T> {
    if (this.#isClosed) return refused
    const running = work()
    this.#underWay.add(running)
    try {
      return await running
    } finally {
      this.#underWay.delete(running)
    }
  }

  /** Does what may touch the ports, unless they may be gone. */
  run<T>(work: () => Promise<Result<T, ClientError>>): Promise<Result<T, ClientError>> {
    return this.track(work, err(new ClientError('closed')))
  }

  /** The same for what gives only why it failed. */
  change(work: () => Promise<ClientError | undefined>): Promise<ClientError | undefined> {
    return this.track(work, new ClientError('closed'))
  }

  /** A transport whose requests end when this does: nobody waits for an answer that nobody wants. */
  guard(transport: Transport): Transport {
    return {
      post: (request) => this.#untilClosed(() => transport.post(request)),
      get: (reading) => this.#untilClosed(() => transport.get(reading)),
    }
  }

  /** A clock whose pauses end when this does: whoever tries again after one finds out at once that it is over. */
  pace(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      after: (delayMs, task) => {
        if (this.#isClosed) {
          task()
          return () => undefined
        }
        const run = (): void => {
          cancel()
          task()
        }
        const stop = clock.after(delayMs, run)
        const cancel = (): void => {
          stop()
          this.#pauses.delete(run)
        }
        this.#pauses.add(run)
        return cancel
      },
    }
  }

  /** Resolves when all that was begun has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const giveUp of this.#giveUps) giveUp(GIVEN_UP)
    for (const end of this.#pauses) end()
    await Promise.allSettled(this.#underWay)
  }

  /** No race with one long promise: that would keep every reply for as long as the messenger lives. */
  async #untilClosed(request: () => Promise<Reply>): Promise<Reply> {
    if (this.#isClosed) return GIVEN_UP
    const { promise, resolve } = Promise.withResolvers<Reply>()
    this.#giveUps.add(resolve)
    void request().then(resolve)
    try {
      return await promise
    } finally {
      this.#giveUps.delete(resolve)
    }
  }
}
