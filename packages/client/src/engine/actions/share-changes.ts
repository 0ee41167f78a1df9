/**
 * Brings what was changed here to our swarm: configurations, and what it has to forget. One round at a time; what is changed while one
 * runs goes with the next.
 *
 * @module
 */
import type { ClientError } from '../../errors.ts'
import { pushConfigs, type PushParts } from '../configs/push-configs.ts'
import { forgetInSwarm, type ForgetParts } from '../upkeep/forget-in-swarm.ts'

export class ChangeSharing {
  readonly #parts: PushParts & ForgetParts
  #running: Promise<ClientError | undefined> | undefined

  constructor(parts: PushParts & ForgetParts) {
    this.#parts = parts
  }

  /** Gives what went wrong; then the changes wait on this device for the next time. */
  async share(): Promise<ClientError | undefined> {
    // What runs may have begun before the change.
    await this.#running
    this.#running ??= this.#runRound().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #runRound(): Promise<ClientError | undefined> {
    for (;;) {
      const pushed = await pushConfigs(this.#parts)
      if (!pushed.ok) return pushed.error
      if (!pushed.value) break
    }
    const forgotten = await forgetInSwarm(this.#parts)
    return forgotten.ok ? undefined : forgotten.error
  }
}
