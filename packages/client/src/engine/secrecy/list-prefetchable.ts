/**
 * Whose keys may be fetched ahead (spec 12 §4.6): contacts with whom something was said lately, and for decoys everybody who stands in
 * the history. Bounded, whatever strangers write.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { History } from '../../storage/history.ts'
import { asAccount } from '../actions/action-parts.ts'
import type { AccountConfigs } from '../configs/account-configs.ts'
import type { Prefetchable } from './key-prefetch.ts'

/** Spec 12 §4.6. */
const ACTIVE_MS: number = 30 * 86_400_000
/** Spec 12 §4.6. */
const ACTIVE_MAX = 100
/** Spec 12 §4.6. */
const KNOWN_MAX = 200

export interface PrefetchableParts {
  readonly account: Account
  readonly history: History
  readonly configs: Pick<AccountConfigs, 'contacts'>
}

export function listPrefetchable(
  { account, history, configs }: PrefetchableParts,
  nowMs: number,
): Prefetchable {
  const own = account.accountId
  const accepted = history.messages.count().flatMap(({ conversation, latestMs }) => {
    const id = asAccount(conversation)
    const contact = id && configs.contacts.find(id)
    const isAccepted = contact?.isApproved === true && !contact.isBlocked
    return id !== undefined && id !== own && isAccepted ? [{ id, latestMs }] : []
  })
  // About whom something waits is asked by the queue (spec 12 §4.5).
  const awaited = new Set(history.waiting.listAccounts())
  const active = accepted.filter(
    ({ id, latestMs }) => nowMs - latestMs < ACTIVE_MS && !awaited.has(id),
  )
  return { active: listIds(active, ACTIVE_MAX), known: listIds(accepted, KNOWN_MAX) }
}

function listIds(some: readonly { readonly id: AccountId }[], max: number): readonly AccountId[] {
  return some.slice(0, max).map(({ id }) => id)
}
