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

  readonly #unreachable = new Set<string>()

  countUnreachable(path: Path): void {
    this.#unreachable.add(path.nodes[0].id)
  }

  /** Whether this request could not even be handed to the node. */
  isUnreachable(id: string): boolean {
    return this.#unreachable.has(id)
  }

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
