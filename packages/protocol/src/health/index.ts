/**
 * Subpath `@sotto/protocol/health`: how nodes test each other, and what they state about it (spec 09).
 *
 * @module
 */

export {
  AUDIT_KEYS_MAX,
  type AuditChallenge,
  type AuditOutcome,
  compareAudit,
  decodeAuditChallenge,
  encodeAuditAnswer,
  encodeAuditChallenge,
  proveMessage,
} from './audit.ts'
export {
  type HeldObservation,
  ObservationBook,
  type ObservationHistory,
} from './observation-book.ts'
export {
  decodeObservationReport,
  encodeObservationReport,
  type Observation,
  type ObservationReport,
  OBSERVATIONS_MAX,
  REPORT_BYTES_MAX,
  TESTED_PROTOCOLS,
} from './observation-report.ts'
export {
  describeReachability,
  type Reachability,
  type ReachabilityState,
  recordResult,
} from './reachability.ts'
export { TestRhythm, type TestRhythmOptions } from './test-rhythm.ts'
export {
  decodeUptimeProof,
  encodeUptimeProof,
  isProofTimely,
  PROOF_BYTES_MAX,
  PROOF_FLAGS,
  type UptimeProof,
} from './uptime-proof.ts'
