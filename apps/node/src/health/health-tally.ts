/**
 * Counts of what this node tested and was asked, since it started, for its operator. It names nobody.
 *
 * @module
 */

export interface HealthTally {
  testsPassed: number
  testsFailed: number
  /** Messages that other members could show, or could not. */
  auditsPassed: number
  auditsFailed: number
  /** Questions of others that this node answered. */
  proofsAnswered: number
  auditsAnswered: number
  reportsTaken: number
  /** Milliseconds since 1970; zero for never. */
  lastTestMs: number
  lastAskedMs: number
  lastProofMs: number
}

export function createHealthTally(): HealthTally {
  return {
    testsPassed: 0,
    testsFailed: 0,
    auditsPassed: 0,
    auditsFailed: 0,
    proofsAnswered: 0,
    auditsAnswered: 0,
    reportsTaken: 0,
    lastTestMs: 0,
    lastAskedMs: 0,
    lastProofMs: 0,
  }
}
