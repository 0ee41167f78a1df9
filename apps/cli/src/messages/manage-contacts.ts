/**
 * What `sotto contact …` and `sotto timer` do.
 *
 * @module
 */
import type { ContactChanges, Messenger } from '@sotto/client/engine'
import type { AccountId } from '@sotto/crypto/identity'
import { parseDuration } from '@sotto/devnet/duration'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { readAccountId } from '../refused-text.ts'
import { describeTimer } from './layout.ts'
import { type AccountPlace, describeSharing, withMessenger } from './with-messenger.ts'

const SECOND_MS = 1000
const TIMER_USAGE =
  'A timer is `off`, `read 1h` or `send 1d`; that of a group only a time such as 12h.'

export type Decision = 'accept' | 'decline' | 'forget'

const DECIDED: Readonly<Record<Decision, string>> = {
  accept: 'Accepted. You can write to each other.',
  decline: 'Declined. What they wrote is gone; they are not told.',
  forget: 'Gone, with all messages, from your devices. They still have theirs.',
}

export function listContacts(place: AccountPlace): Promise<Outcome> {
  return withMessenger(place, ({ contacts }) => {
    const list = contacts.list().map(([id, contact]) => ({
      accountId: id,
      name: contact.name,
      nickname: contact.nickname,
      approved: contact.isApproved,
      approvedMe: contact.hasApprovedMe,
      blocked: contact.isBlocked,
      priority: contact.priority,
      mutedUntil: contact.mutedUntilSeconds * SECOND_MS,
    }))
    const lines = list.map(({ accountId, name, nickname, approved, blocked }) => {
      const marks = [!approved && 'not accepted', blocked && 'blocked'].filter(Boolean)
      const shown = makePrintable(nickname === '' ? name : nickname)
      return `${accountId}  ${shown}${marks.length === 0 ? '' : `  (${marks.join(', ')})`}`
    })
    return { json: list, text: lines.length === 0 ? 'No contacts.' : lines.join('\n') }
  })
}

export function decideContact(
  place: AccountPlace,
  id: string,
  decision: Decision,
): Promise<Outcome> {
  const accountId = readAccountId(id)
  return withMessenger(place, async ({ contacts }) =>
    describeSharing({ accountId }, DECIDED[decision], await contacts[decision](accountId)),
  )
}

export function changeContact(
  place: AccountPlace,
  id: string,
  change: { readonly changes: ContactChanges; readonly done: string },
): Promise<Outcome> {
  const accountId = readAccountId(id)
  return withMessenger(place, async ({ contacts }) =>
    describeSharing({ accountId }, change.done, await contacts.change(accountId, change.changes)),
  )
}

/** Without a wish it says what is set. */
export function setTimer(
  place: AccountPlace,
  id: string,
  wish: { readonly mode?: string; readonly duration?: string },
): Promise<Outcome> {
  const accountId = readAccountId(id)
  return withMessenger(place, async (messenger) => {
    if (wish.mode === undefined) return describeCurrent(messenger, accountId)
    const timer = readTimer(wish.mode, wish.duration)
    const set = await messenger.contacts.setTimer(accountId, timer)
    if (!set.ok) throw set.error
    return describeCurrent(messenger, accountId)
  })
}

function describeCurrent({ contacts }: Messenger, accountId: AccountId): Outcome {
  const timer = contacts.findTimer(accountId)
  return {
    json: { accountId, mode: timer.mode, seconds: timer.seconds },
    text: `Messages disappear: ${describeTimer(timer)}.`,
  }
}

export function readTimer(
  mode: string,
  duration: string | undefined,
): { readonly mode: 'off' | 'after_read' | 'after_send'; readonly seconds: number } {
  if (mode === 'off') return { mode: 'off', seconds: 0 }
  if (mode !== 'read' && mode !== 'send') throw new CliError('usage', TIMER_USAGE)
  return {
    mode: mode === 'read' ? 'after_read' : 'after_send',
    seconds: readSeconds(duration ?? ''),
  }
}

export function readSeconds(duration: string): number {
  const ms = parseDuration(duration)
  if (ms === undefined) throw new CliError('usage', TIMER_USAGE)
  return Math.round(ms / SECOND_MS)
}
