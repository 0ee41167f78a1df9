/**
 * What a namespace's number says about who may read and write (spec 02 §3). The rules derive from the number alone,
 * so that nodes need no table of uses; who checks the signatures is `rpc`.
 *
 * @module
 */

/** Spec 02 §3. */
const NAMESPACE_MIN = -32_768
/** Spec 02 §3. */
const NAMESPACE_MAX = 32_767
/** Spec 02 §3.1. */
const PUBLIC_INBOX_STEP = 10
/** Spec 02 §3.1. */
const PUBLIC_OUTBOX_STEP = 20
/** Spec 02 §3.1. */
const PUBLIC_OUTBOX_REMAINDER = 1
/** Spec 02 §3.1. */
const UNREVOCABLE_STEP = 100
/** Spec 02 §3.1. */
const UNREVOCABLE_REMAINDER = 11
/** Spec 02 §3.1. Messages of the groups of old, which nobody could sign for. */
const LEGACY_GROUP_NAMESPACE = -10

export function isNamespace(value: number): boolean {
  return Number.isInteger(value) && value >= NAMESPACE_MIN && value <= NAMESPACE_MAX
}

/** Anybody may store; only the owner reads. */
export function isPublicInbox(namespace: number): boolean {
  return namespace % PUBLIC_INBOX_STEP === 0
}

/** Anybody may read; only the owner stores, and the newest message replaces the others. */
export function isPublicOutbox(namespace: number): boolean {
  return namespace < 0 && -namespace % PUBLIC_OUTBOX_STEP === PUBLIC_OUTBOX_REMAINDER
}

export function isUnauthenticatedRetrieve(namespace: number): boolean {
  return isPublicOutbox(namespace) || namespace === LEGACY_GROUP_NAMESPACE
}

/** A revoked subaccount may still read here, so that it can be told that it was revoked. */
export function isUnrevocableRetrieve(namespace: number): boolean {
  return namespace < 0 && -namespace % UNREVOCABLE_STEP === UNREVOCABLE_REMAINDER
}
