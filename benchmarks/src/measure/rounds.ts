/**
 * Runs candidates interleaved, round after round, and keeps the median of each: the machine's noise
 * then falls on all of them alike. Ratios are taken inside a round, so a slow minute cancels out. A
 * round before the first is not counted: connections are opened in it and just-in-time compilers
 * settle, on both sides.
 *
 * @module
 */
import { computeMedian } from './statistics.ts'

export const ROUNDS = 5

export interface Candidate<Result> {
  readonly name: string
  readonly run: () => Promise<Result> | Result
}

export type RoundResults<Result> = ReadonlyMap<string, readonly Result[]>

export async function runInterleaved<Result>(
  candidates: readonly Candidate<Result>[],
  rounds: number = ROUNDS,
): Promise<RoundResults<Result>> {
  const results = new Map<string, Result[]>(candidates.map(({ name }) => [name, []]))
  for (const candidate of candidates) await candidate.run()
  for (let round = 0; round < rounds; round += 1) {
    for (const candidate of candidates) {
      results.get(candidate.name)?.push(await candidate.run())
    }
  }
  return results
}

export function medianOf<Result>(
  results: RoundResults<Result>,
  name: string,
  read: (result: Result) => number,
): number {
  return computeMedian((results.get(name) ?? []).map(read))
}

/** Median over the rounds of `ours ÷ peer`, both measured in the same round. */
export function medianRatio<Result>(
  results: RoundResults<Result>,
  { ours, peer, read }: { ours: string; peer: string; read: (result: Result) => number },
): number {
  const peers = results.get(peer) ?? []
  const ratios = (results.get(ours) ?? []).map((result, round) => {
    const reference = peers[round]
    return reference === undefined ? Number.NaN : read(result) / read(reference)
  })
  return computeMedian(ratios)
}
