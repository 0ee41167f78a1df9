/**
 * Applies `expire`: new ends for named messages (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import {
  clampExpiry,
  createRefusedEntry,
  encodeExpireEntryText,
  resolveExpireMode,
  sortHashes,
  type ExpireParams,
  type MemberEntry,
} from '@sotto/protocol/rpc'
import type { AccountChange, ExpiryChange, ExpiryOutcome } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { RpcContext } from '../rpc-context.ts'

function listChanges(
  { messages, expiryMs }: ExpireParams,
  mode: ExpiryChange['mode'],
  nowMs: number,
): readonly ExpiryChange[] {
  const changes = new Map<string, ExpiryChange>()
  for (const [index, hash] of messages.entries()) {
    const asked = typeof expiryMs === 'number' ? expiryMs : (expiryMs[index] ?? 0)
    // A hash that is named twice must not be reported twice, or as updated and unchanged at once.
    changes.set(hash, { hash, expiryMs: clampExpiry(asked, nowMs), mode })
  }
  return [...changes.values()]
}

/** One number, or one for each updated message when the request had a list. */
function describeExpiry(
  asked: ExpireParams['expiryMs'],
  updated: readonly string[],
  applied: { readonly changes: readonly ExpiryChange[]; readonly nowMs: number },
): number | readonly number[] {
  if (typeof asked === 'number') return clampExpiry(asked, applied.nowMs)
  const expiries = new Map(applied.changes.map(({ hash, expiryMs }) => [hash, expiryMs]))
  return updated.map((hash) => expiries.get(hash) ?? 0)
}

function listUnchanged(outcomes: readonly ExpiryOutcome[]): Readonly<Record<string, number>> {
  const kept = outcomes.filter(({ updated }) => !updated)
  return Object.fromEntries(kept.map(({ hash, expiryMs }) => [hash, expiryMs]))
}

export async function applyExpire(
  params: ExpireParams,
  { store, signing, clock }: RpcContext,
  change: AccountChange | undefined,
): Promise<MemberEntry> {
  const mode = resolveExpireMode(params)
  if (!mode.ok) return createRefusedEntry(mode.error)
  const nowMs = clock.now()
  const changes = listChanges(params, mode.value, nowMs)
  const outcome = await store.expire(params.account, changes, {
    nowMs,
    ...(change === undefined ? {} : { change }),
  })
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const updated = sortHashes(outcome.value.filter((each) => each.updated).map(({ hash }) => hash))
  const expiry = describeExpiry(params.expiryMs, updated, { changes, nowMs })
  const isConditional = params.isShorten === true || params.isExtend === true
  const unchanged = isConditional ? { unchanged: listUnchanged(outcome.value) } : {}
  const text = encodeExpireEntryText({
    account: params.account,
    expiryMs: expiry,
    requested: params.messages,
    updated,
    ...unchanged,
  })
  return { expiry, updated, ...unchanged, signature: sign(signing, text) }
}
