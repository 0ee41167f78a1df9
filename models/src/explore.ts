/**
 * Every state that can be reached, in order of the number of steps: the first in which a claim is broken comes with the shortest way
 * there. A search that was cut short is an error and no result.
 *
 * @module
 */

export interface Step<State> {
  readonly label: string
  readonly next: State
}

export interface System<State> {
  readonly start: State
  /** All that may happen next, to anybody. */
  readonly steps: (state: State) => readonly Step<State>[]
  readonly isBroken: (state: State) => boolean
}

export type Outcome =
  | { readonly kind: 'holds'; readonly states: number }
  | { readonly kind: 'attack'; readonly states: number; readonly trace: readonly string[] }

const STATES_MAX = 400_000

interface Visit<State> {
  readonly state: State
  readonly label: string
  readonly from: Visit<State> | undefined
}

/** States are plain data: equal ones have equal JSON. */
export function explore<State>(
  { start, steps, isBroken }: System<State>,
  statesMax = STATES_MAX,
): Outcome {
  const seen = new Set([JSON.stringify(start)])
  const visits: Visit<State>[] = [{ state: start, label: '', from: undefined }]
  for (let index = 0; index < visits.length; index++) {
    const visit = visits[index]
    if (visit === undefined) break
    if (isBroken(visit.state)) return { kind: 'attack', states: seen.size, trace: traceOf(visit) }
    for (const { label, next } of steps(visit.state)) {
      const key = JSON.stringify(next)
      if (seen.has(key)) continue
      if (seen.size >= statesMax) throw new RangeError(`more than ${statesMax} states`)
      seen.add(key)
      visits.push({ state: next, label, from: visit })
    }
  }
  return { kind: 'holds', states: seen.size }
}

function traceOf<State>(last: Visit<State>): readonly string[] {
  const labels: string[] = []
  for (let visit = last; visit.from !== undefined; visit = visit.from) labels.push(visit.label)
  return labels.toReversed()
}
