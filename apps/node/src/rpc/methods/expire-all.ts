/**
 * Applies `expire_all`, which only ever shortens (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { encodeRangeEntryText, type ExpireAllParams, type MemberEntry } from '@sotto/protocol/rpc'
import { listChanged } from '../hashes-by-namespace.ts'
import type { AccountChange } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { RpcContext } from '../rpc-context.ts'

export async function applyExpireAll(
  { account, namespace, expiryMs }: ExpireAllParams,
  { store, signing }: RpcContext,
  change: AccountChange | undefined,
): Promise<MemberEntry> {
  const outcome = await store.expireAll({ account, namespace }, expiryMs, change)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const updated = listChanged(namespace, outcome.value)
  const text = encodeRangeEntryText({ account, timeMs: expiryMs, changed: updated })
  return { updated, signature: sign(signing, text) }
}
