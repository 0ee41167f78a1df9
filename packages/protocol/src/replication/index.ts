/**
 * Subpath `@sotto/protocol/replication`: how members of a swarm find what one of them lacks, and give it to one another
 * (spec 10). Connections, the database and verifying signatures are the node's part.
 *
 * @module
 */

export {
  type MessageKeyParts,
  RECORD_KEY_BYTES,
  type RecordKey,
  type RecordKeyParts,
  compareKeys,
  decodeRecordKey,
  deriveChangeHash,
  encodeChangeHashKey,
  encodeChangeKey,
  encodeMessageKey,
  isRecordKey,
} from './record-key.ts'
export { RECORD_TIME_END_MS, isRecordTime } from './record-time.ts'
export {
  CHANGE_BYTES_MAX,
  type ChangeMethodName,
  type ChangeRequest,
  decodeChange,
  encodeChange,
  isChangeRequest,
} from './change.ts'
export { FINGERPRINT_BYTES, type IndexRange, KeySet } from './key-set.ts'
export { KEY_SET_KEYS_MAX } from './sort-keys.ts'
export {
  FIRST_BOUND,
  type KeyRange,
  type LowerBound,
  type UpperBound,
  trimBound,
} from './key-range.ts'
export {
  RECONCILE_BYTES_MAX,
  RECONCILE_RANGES_MAX,
  type ReconcileRange,
  decodeReconcileMessage,
  encodeReconcileMessage,
} from './reconcile-message.ts'
export type { AnswerOptions, ReconciliationOptions } from './reconcile-options.ts'
export {
  type Reconciliation,
  type ReconciliationOutcome,
  type ReconciliationStep,
  createReconciliation,
} from './reconciliation.ts'
export { answerReconciliation } from './answer-reconciliation.ts'
export type { MessageRecord, ReceivedMessage } from './message-record.ts'
export type { ChangeRecord, ReceivedChange } from './change-record.ts'
export { type ReceivedRecord, type ReplicatedRecord, countRecordBytes } from './record.ts'
export {
  RECORDS_ANSWER_BYTES_MAX,
  RECORDS_MAX,
  SINGLE_RECORD_BYTES_MAX,
  type RecordsAnswer,
  checkFetchAnswer,
  checkPullAnswer,
  decodeRecordsAnswer,
  encodeRecordsAnswer,
} from './records-answer.ts'
export {
  REQUEST_KEYS_MAX,
  decodeConfirmAnswer,
  decodeKeyRequest,
  encodeConfirmAnswer,
  encodeKeyRequest,
} from './key-request.ts'
export { type PullRequest, decodePullRequest, encodePullRequest } from './pull-request.ts'
export {
  type BoxExtent,
  type BoxRequest,
  type ChangeEffect,
  describeBox,
  describeEffect,
  listExpiries,
  type TimedEffect,
} from './change-effect.ts'
export {
  CHANGE_LIFE_MS,
  CHANGE_MARGIN_MS,
  type ChangeSort,
  findChangeSort,
  replacesOlder,
} from './change-life.ts'
export { checkChange, type CheckedChange, type EncodedChange, readEffect } from './check-change.ts'
export { type DatedMessage, findFate, type MessageFate } from './message-fate.ts'
export { judgeTokens, type TokenVerdict } from './token-changes.ts'
