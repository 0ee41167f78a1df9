/**
 * Subpath `@sotto/protocol/swarm`: which nodes keep an account's messages, which swarm a node belongs to, and who may
 * read and write which namespace (spec 02).
 *
 * @module
 */

export { listFormerOwners } from './former-owners.ts'
export { type AccountBytes, parseAccountBytes } from './account-bytes.ts'
export {
  INVALID_SWARM_ID,
  computeSwarmSpace,
  encodeSwarmId,
  findSwarm,
  parseSwarmId,
} from './swarm-mapping.ts'
export { type SwarmAssignment, assignSwarms } from './assign-swarms.ts'
export {
  isNamespace,
  isPublicInbox,
  isPublicOutbox,
  isUnauthenticatedRetrieve,
  isUnrevocableRetrieve,
} from './namespace.ts'
export {
  SUBACCOUNT_FLAGS,
  type SubaccountToken,
  decodeSubaccountToken,
  isPermitted,
} from './subaccount-token.ts'
