/**
 * The vector files of spec 09: proofs of uptime, reports of observations, audits.
 *
 * @module
 */
import {
  compareAudit,
  decodeAuditChallenge,
  decodeObservationReport,
  decodeUptimeProof,
  proveMessage,
} from '../src/health/index.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOfParsed,
} from './vector-evaluator.ts'

function evaluateProof({ proof }: { readonly proof: string }): Verdict {
  return verdictOfParsed(decodeUptimeProof(bytesOf(proof)), 'no_proof', (read) => ({
    ...read,
    node: hexOf(read.node),
    instance: hexOf(read.instance),
  }))
}

function evaluateReport({ report }: { readonly report: string }): Verdict {
  return verdictOfParsed(decodeObservationReport(bytesOf(report)), 'no_report', (read) => ({
    ...read,
    observer: hexOf(read.observer),
    observations: read.observations.map(({ target, ...seen }) => ({
      target: hexOf(target),
      ...seen,
    })),
  }))
}

/** A member's whole part: what it answers to a challenge, and what the asker makes of it. */
interface AuditInput {
  readonly challenge: string
  /** What the member keeps under each key; null for nothing. */
  readonly kept: readonly (string | null)[]
  /** What the asker keeps when the answer is there. */
  readonly expected: readonly (string | null)[]
  /** In place of the answer that follows from what is kept. */
  readonly answer?: string
}

function evaluateAudit({ challenge, kept, expected, answer }: AuditInput): Verdict {
  return verdictOfParsed(decodeAuditChallenge(bytesOf(challenge)), 'no_audit', (read) => {
    const prove = (data: string | null): Uint8Array | undefined =>
      data === null ? undefined : proveMessage(read.nonce, bytesOf(data))
    const absent = proveMessage(read.nonce, undefined)
    const honest = kept.map((data) => hexOf(prove(data) ?? absent)).join('')
    const outcome = compareAudit(expected.map(prove), bytesOf(answer ?? honest))
    return { nonce: hexOf(read.nonce), keys: read.keys.map(hexOf), answer: honest, outcome }
  })
}

export const HEALTH_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('09-health/uptime-proof.json', evaluateProof),
  defineEvaluator('09-health/observation-report.json', evaluateReport),
  defineEvaluator('09-health/audit.json', evaluateAudit),
]
