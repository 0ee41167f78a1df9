/**
 * What was read, for our other devices and, if the person wants it, for whoever wrote it (spec 05 §5.6, spec 11 §7.4).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type ConvoInfo, parseGroupKey } from '@sotto/protocol/config'
import { createReadReceiptContent, RECEIPT_TIMES_MAX } from '@sotto/protocol/session'
import type { ConversationId, HistoryMessage } from '../../storage/history-message.ts'
import { isReadable, markReadUpTo } from '../receive/mark-read.ts'
import { type ActionParts, asAccount } from './action-parts.ts'

/**
 * Up to a time of the network. Gives what was unread until now. Authors choose the times of their messages: a position in the future,
 * shared with our other devices, would have them read what has not even been written.
 */
export function markRead(
  id: ConversationId,
  lastReadMs: number,
  parts: ActionParts,
): readonly HistoryMessage[] {
  const { configs, history, time } = parts
  return configs.transact(() => {
    const known = findInfo(id, parts)
    const nowMs = time.now()
    const sharedMs = isReadable(lastReadMs, nowMs) ? lastReadMs : nowMs
    const knownMs = known?.lastReadMs ?? 0
    const isFurther = sharedMs > (isReadable(knownMs, nowMs) ? knownMs : 0)
    if (isFurther || known?.isMarkedUnread === true)
      updateInfo(id, { isMarkedUnread: false, ...(isFurther && { lastReadMs: sharedMs }) }, parts)
    return markReadUpTo(history, id, { lastReadMs, nowMs })
  })
}

export function markUnread(id: ConversationId, parts: ActionParts): void {
  parts.configs.transact(() => {
    updateInfo(id, { isMarkedUnread: true }, parts)
  })
}

export function findInfo(
  id: ConversationId,
  { configs }: Pick<ActionParts, 'configs'>,
): ConvoInfo | undefined {
  const { accounts, groups } = configs.convoInfo
  const account = asAccount(id)
  if (account !== undefined) return accounts.find(account)
  const group = parseGroupKey(id)
  return group && groups.find(group)
}

function updateInfo(
  id: ConversationId,
  changes: Partial<ConvoInfo>,
  { configs }: ActionParts,
): void {
  const { accounts, groups } = configs.convoInfo
  const account = asAccount(id)
  const group = parseGroupKey(id)
  if (account !== undefined) accounts.update(account, changes)
  else if (group !== undefined) groups.update(group, changes)
}

/** Only to people whom the account has accepted, and only if the person wants it. */
export async function sendReceipts(
  id: AccountId,
  read: readonly HistoryMessage[],
  { account, configs, settings, sender }: ActionParts,
): Promise<void> {
  const isWanted = settings.current.sendsReadReceipts && id !== account.accountId
  if (!isWanted || configs.contacts.find(id)?.isApproved !== true) return
  const times = read.map(({ sentAtMs }) => sentAtMs)
  for (let start = 0; start < times.length; start += RECEIPT_TIMES_MAX) {
    const some = times.slice(start, start + RECEIPT_TIMES_MAX)
    await sender.send({ to: id, compose: () => createReadReceiptContent(some) })
  }
}
