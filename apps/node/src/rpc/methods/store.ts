/**
 * Applies `store` (spec 03 §4.1).
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { sign } from '@sotto/crypto/signing'
import { encodeStoreEntryText, type MemberEntry, type StoreParams } from '@sotto/protocol/rpc'
import { isPublicOutbox } from '@sotto/protocol/swarm'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

export async function applyStore(
  { account, namespace, data, timestampMs, expiryMs }: StoreParams,
  { store, signing }: ApplyContext,
  storedMs: number,
): Promise<MemberEntry> {
  const hash = deriveMessageHash({ account, namespace, data })
  const replacesOthers = isPublicOutbox(namespace)
  const stored = await store.store({
    account,
    namespace,
    hash,
    data,
    timestampMs,
    expiryMs,
    storedMs,
    replacesOthers,
  })
  if (!stored.ok) return createQueryFailedEntry(stored.error)
  const signature = sign(signing, encodeStoreEntryText(hash))
  const entry = { hash, signature, expiry: stored.value.expiryMs }
  return stored.value.already ? { ...entry, already: true } : entry
}
