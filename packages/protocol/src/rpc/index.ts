/**
 * The storage RPC: requests, their checks, forwards between nodes, and replies (spec 03).
 *
 * @module
 */

export * from './check-request.ts'
export * from './clock-checks.ts'
export * from './condition.ts'
export * from './entry-texts.ts'
export * from './failure.ts'
export * from './forward.ts'
export * from './limits.ts'
export * from './member-entry.ts'
export * from './parse-request.ts'
export * from './registry.ts'
export * from './replies.ts'
export * from './retrieve-budget.ts'
export * from './stamped-forward.ts'
export { type AccountBytes } from '../swarm/index.ts'
export { encodeNamespaceText, type SignedParams, type SubaccountParams } from './account-params.ts'
export { isJsonObject, type JsonValue } from './codec.ts'
export type { ClockContext, Method, Signing } from './method.ts'
export { type DeleteAllParams, encodeDeleteAllText } from './methods/delete-all.ts'
export { type DeleteBeforeParams, encodeDeleteBeforeText } from './methods/delete-before.ts'
export { type DeleteParams, encodeDeleteText } from './methods/delete.ts'
export { encodeExpireAllText, type ExpireAllParams } from './methods/expire-all.ts'
export {
  encodeExpireText,
  type ExpireMode,
  type ExpireParams,
  resolveExpireMode,
} from './methods/expire.ts'
export { encodeGetExpiriesText, type GetExpiriesParams } from './methods/get-expiries.ts'
export { encodeRetrieveText, type RetrieveParams } from './methods/retrieve.ts'
export { encodeRevokeText, type RevokeParams } from './methods/revoke-subaccount.ts'
export { encodeStoreText, type StoreParams } from './methods/store.ts'
export type {
  DirectoryEndpoint,
  GetSwarmParams,
  InfoParams,
  OxendRequestParams,
} from './methods/unsigned.ts'
export type { NamespaceSelection } from './text-codecs.ts'
