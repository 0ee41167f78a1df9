/**
 * Applies `expire`: new ends for named messages (spec 03 §4).
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { listExpiries } from '@sotto/protocol/replication'
import {
  clampExpiry,
  createRefusedEntry,
  encodeExpireEntryText,
  resolveExpireMode,
  sortHashes,
  type ExpireParams,
  type MemberEntry,
} from '@sotto/protocol/rpc'
import type { ChangeDate, ExpiryOutcome } from '../../store/message-store.ts'
import { createQueryFailedEntry } from '../query-failed-entry.ts'
import type { ApplyContext } from '../rpc-context.ts'

/** One number, or one for each updated message when the request had a list. */
function describeExpiry(
  asked: ExpireParams['expiryMs'],
  updated: readonly string[],
  { ends, atMs }: { readonly ends: ReadonlyMap<string, number>; readonly atMs: number },
): number | readonly number[] {
  if (typeof asked === 'number') return clampExpiry(asked, atMs)
  return updated.map((hash) => ends.get(hash) ?? 0)
}

function listUnchanged(outcomes: readonly ExpiryOutcome[]): Readonly<Record<string, number>> {
  const kept = outcomes.filter(({ updated }) => !updated)
  return Object.fromEntries(kept.map(({ hash, expiryMs }) => [hash, expiryMs]))
}

export async function applyExpire(
  params: ExpireParams,
  { store, signing }: ApplyContext,
  date: ChangeDate,
): Promise<MemberEntry> {
  const mode = resolveExpireMode(params)
  if (!mode.ok) return createRefusedEntry(mode.error)
  const { atMs } = date
  const ends = listExpiries(params, atMs)
  const changes = [...ends].map(([hash, expiryMs]) => ({ hash, expiryMs, mode: mode.value }))
  const outcome = await store.expire(params.account, changes, date)
  if (!outcome.ok) return createQueryFailedEntry(outcome.error)
  const updated = sortHashes(outcome.value.filter((each) => each.updated).map(({ hash }) => hash))
  const expiry = describeExpiry(params.expiryMs, updated, { ends, atMs })
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
