/**
 * What became of fetches for previews, in figures: all that a node remembers of them (spec 17 §5.3).
 *
 * @module
 */
import type { PreviewReply } from '@sotto/protocol/preview'

type Outcome = PreviewReply['outcome']

export class PreviewTally {
  readonly #counts = new Map<Outcome, number>()

  count(outcome: Outcome): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1)
  }

  list(): readonly (readonly [Outcome, number])[] {
    return [...this.#counts]
  }
}
