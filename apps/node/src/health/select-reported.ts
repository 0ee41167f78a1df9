/**
 * Of whom a node reports when it has seen more than a report can hold (spec 09 §5.2). What it saw of them is
 * `health-service.ts`.
 *
 * @module
 */

export interface Seen {
  /** Ed25519 in hex, in any order. */
  readonly audited: Iterable<string>
  /** In the order of their last tests, with the bits of what failed; zero for all is well. */
  readonly tested: ReadonlyMap<string, { readonly failing: number }>
  readonly countMax: number
}

export function selectReported({ audited, tested, countMax }: Seen): readonly string[] {
  // The newest first: a network that is larger than a report would otherwise never hear of its newcomers.
  const newest = [...tested].toReversed()
  const failing = newest.filter((entry) => entry[1].failing !== 0)
  const well = newest.filter((entry) => entry[1].failing === 0)
  const keys = [...audited, ...[...failing, ...well].map(([key]) => key)]
  return [...new Set(keys)].slice(0, countMax)
}
