/**
 * What came out of a step of a scenario.
 *
 * @module
 */

export interface Outcome {
  /** False for an expectation that was not met, or a wait that was in vain. */
  readonly passed: boolean
  /** For people. */
  readonly detail: string
  readonly numbers: Readonly<Record<string, number>>
}

export function pass(detail: string, numbers: Outcome['numbers'] = {}): Outcome {
  return { passed: true, detail, numbers }
}
