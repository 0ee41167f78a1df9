/**
 * What one request has tried so far, so that the next try shares as little as possible with those that failed: with
 * disjoint paths, one dead node can spoil one try.
 *
 * @module
 */
import type { Path } from './path.ts'

export class CallTrace {
  readonly #paths = new Set<Path>()
  readonly #failures = new Map<string, number>()

  countFailure(path: Path): void {
    this.#paths.add(path)
    for (const { id } of path.nodes) this.#failures.set(id, this.failuresOf(id) + 1)
  }

  hasTried(path: Path): boolean {
    return this.#paths.has(path)
  }

  /** In how many failed tries the node took part. */
  failuresOf(id: string): number {
    return this.#failures.get(id) ?? 0
  }
}
