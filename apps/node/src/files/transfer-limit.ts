/**
 * How many transfers there are at once: each holds a file in memory, some of them twice. One source address gets half of the places, so
 * that who sends slowly on purpose cannot take them all.
 *
 * @module
 */
import { formatSource } from '../listener/rate-limit.ts'

export class TransferLimit {
  readonly #max: number
  readonly #bySource = new Map<string, number>()
  #total = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Gives what ends the transfer, or nothing when there is no place. */
  begin(address: string): (() => void) | undefined {
    const source = formatSource(address)
    const own = this.#bySource.get(source) ?? 0
    if (this.#total >= this.#max || own >= Math.ceil(this.#max / 2)) return undefined
    this.#total += 1
    this.#bySource.set(source, own + 1)
    return () => this.#end(source)
  }

  #end(source: string): void {
    this.#total -= 1
    const own = (this.#bySource.get(source) ?? 1) - 1
    if (own > 0) this.#bySource.set(source, own)
    else this.#bySource.delete(source)
  }
}
