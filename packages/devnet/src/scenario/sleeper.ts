/**
 * Waits of a scenario, which all end with it: a timer that went on would keep the program alive.
 *
 * @module
 */

import type { Cancel, Clock } from '@sotto/protocol/clock'

export class Sleeper implements Disposable {
  readonly #clock: Clock
  readonly #cancels = new Set<Cancel>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves after the time, or never when this is disposed of before. */
  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel)
      resolve()
    })
    this.#cancels.add(cancel)
    return promise
  }

  [Symbol.dispose](): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }
}
