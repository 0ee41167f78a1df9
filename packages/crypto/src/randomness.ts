/**
 * The port through which every random byte enters. Tests pass a seeded one; programs pass
 * `systemRandomness`.
 *
 * @module
 */
import { backend } from '#backend'

export interface Randomness {
  /**
   * Fresh bytes that the caller owns and may wipe. An implementation must not give the same memory
   * twice: a key that was handed out would change under its owner.
   */
  bytes(length: number): Uint8Array
}

/**
 * The operating system's generator. Whoever can predict it reads everything, so there is no
 * fallback.
 */
export const systemRandomness: Randomness = {
  bytes(length: number): Uint8Array {
    const output = new Uint8Array(length)
    backend.fillRandom(output)
    return output
  },
}
