/**
 * Applies `delete` (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import {
  encodeDeleteEntryText,
  sortHashes,
  type DeleteParams,
  type MemberEntry,
} from '@sotto/protocol/rpc'
import type { AccountChange } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { RpcContext } from '../rpc-context.ts'

export async function applyDelete(
  { account, messages }: DeleteParams,
  { store, signing }: RpcContext,
  change: AccountChange | undefined,
): Promise<MemberEntry> {
  const outcome = await store.delete(account, messages, change)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const deleted = sortHashes(outcome.value)
  const text = encodeDeleteEntryText({ account, requested: messages, deleted })
  return { deleted, signature: sign(signing, text) }
}
