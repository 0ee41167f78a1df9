/**
 * Subpath `@sotto/protocol/authority`: how authorities agree on the next epoch document (spec 08). What a document is
 * and who may sign it is `@sotto/protocol/directory`.
 *
 * @module
 */

export {
  AUTHORITIES_MAX,
  type SignedDescriptor,
  VOTE_BYTES_MAX,
  VOTE_ENTRIES_MAX,
  type Verdict,
  type Vote,
} from './vote.ts'
export { type DescriptorDecoder, decodeVote, encodeVote } from './vote-codec.ts'
export {
  type AuthoritySigner,
  type VoteStatement,
  createAuthoritySigner,
  encodeVoteStatement,
  hashVote,
} from './vote-statement.ts'
export {
  type AgreementMessage,
  type VoteSignature,
  decodeAgreementMessage,
  encodeAgreementMessage,
} from './agreement-message.ts'
export {
  type Agreement,
  type AgreementOptions,
  type AgreementOutcome,
  createAgreement,
  findFaultsMax,
} from './agreement.ts'
export {
  type Equivocation,
  type EquivocationCheck,
  type SignedVote,
  isEquivocation,
} from './equivocation.ts'
export {
  type SignedVoteHash,
  VOTE_EQUIVOCATION_BYTES,
  type VoteEquivocation,
  createVoteEquivocation,
  decodeVoteEquivocation,
  encodeVoteEquivocation,
  verifyVoteEquivocation,
} from './vote-equivocation.ts'
export { type AgreementPhase, type PhaseQuestion, findAgreementPhase } from './agreement-phase.ts'
export { type EpochQuestion, decideEpoch } from './decide-epoch.ts'
export { type NodeOpinion, OFFENCES, type Step, stepNode } from './node-transition.ts'
export { type AssignSwarms } from './update-swarms.ts'
export { commitReveal } from './beacon.ts'
export { type AddressClaim, type NodeEvidence, judgeNode } from './judge-node.ts'
export { type ReachabilityRecord } from './judge-reachability.ts'
export { type AuditCount, type AuditRecord } from './judge-audits.ts'
export { createFirstEpoch, type FirstEpochOptions, type FoundingNode } from './first-epoch.ts'
