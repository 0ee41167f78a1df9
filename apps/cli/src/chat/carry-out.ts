/**
 * Does with the messenger what a key or a command asked for, and says in one sentence how it went.
 *
 * @module
 */
import type { ConversationId, HistoryMessage, Messenger } from '@sotto/client/engine'
import type { ClientError } from '@sotto/client/errors'
import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { parseGroupKey } from '@sotto/protocol/config'
import { describeFailure } from '../describe-failure.ts'
import { CliError } from '../errors.ts'
import { readSeconds, readTimer } from '../messages/manage-contacts.ts'
import type { Notice } from './chat-state.ts'
import type { Effect, Input } from './effect.ts'

/** Those of which something is told to others or to our other devices. */
export type MessengerEffect = Extract<
  Effect,
  { kind: 'send' | 'again' | 'decide' | 'block' | 'react' | 'edit' | 'unsend' | 'timer' }
>

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: ClientError }

/** What was just written is among so many. */
const NEWEST = 5

/** What to say when it worked; nothing where the screen shows it anyway. */
const DONE: Readonly<Record<MessengerEffect['kind'], string>> = {
  send: '',
  again: '',
  decide: 'Decided.',
  block: 'Done.',
  react: '',
  edit: 'Edited. Who cannot see edits gets a new message that quotes the first one.',
  unsend: 'Taken back, here and for whom it went to. They may have read it before.',
  timer: 'Set. The others are told.',
}

/** Never throws: whatever went wrong is said on the screen. */
export async function carryOut(
  effect: MessengerEffect,
  messenger: Messenger,
): Promise<readonly Input[]> {
  const failure = await attempt(effect, messenger)
  const notice = await describeOutcome(effect, failure)
  const said: readonly Input[] = notice === undefined ? [] : [{ kind: 'said', notice }]
  if (effect.kind !== 'send') return said
  const { number, text } = effect
  const isKept = findOwn(effect.to, text, messenger).some(({ state }) => state !== 'sent')
  const isLost = failure !== undefined && !isKept
  return [{ kind: 'settled', number, ...(isLost && { returned: text }) }, ...said]
}

async function attempt(effect: MessengerEffect, messenger: Messenger): Promise<unknown> {
  try {
    const outcome = await act(effect, messenger)
    return outcome.ok ? undefined : outcome.error
  } catch (error) {
    return error ?? new Error('nothing was thrown')
  }
}

async function describeOutcome(
  { kind }: MessengerEffect,
  error: unknown,
): Promise<Notice | undefined> {
  const failure = error === undefined ? undefined : await describeFailure(error)
  if (failure !== undefined) return { text: failure.message, isFailure: true }
  return DONE[kind] === '' ? undefined : { text: DONE[kind], isFailure: false }
}

/** Among the newest of a conversation: what we wrote with this text. */
function findOwn(
  id: ConversationId,
  text: string,
  { conversations, accountId }: Messenger,
): readonly HistoryMessage[] {
  return conversations
    .messages(id, { limit: NEWEST })
    .filter((message) => message.author === accountId && message.text === text)
}

function act(effect: MessengerEffect, messenger: Messenger): Promise<Outcome> {
  switch (effect.kind) {
    case 'send': {
      const { to, text, quote } = effect
      return messenger.send({ to, text, ...(quote && { quote }) })
    }
    case 'again':
      return sendAgain(effect, messenger)
    case 'decide':
      return decide(effect, messenger)
    case 'block': {
      const { isBlocked } = effect
      return asOutcome(messenger.contacts.change(readAccount(effect.id), { isBlocked }))
    }
    case 'react':
      return messenger.react(effect)
    case 'edit':
      return messenger.edit(effect.target, effect.text)
    case 'unsend':
      return messenger.takeBack(effect.target)
    case 'timer':
      return setTimer(effect, messenger)
  }
}

/** A copy takes the place of what nobody got, also if nobody gets the copy. */
async function sendAgain(
  { target, text }: Extract<Effect, { kind: 'again' }>,
  messenger: Messenger,
): Promise<Outcome> {
  const { attachments = [] } = messenger.conversations.find(target)?.details ?? {}
  // Its files are on their server already, and go along as they do with what is passed on.
  const sent =
    attachments.length === 0
      ? await messenger.send({ to: target.conversation, text })
      : await messenger.forward(target, target.conversation)
  const isThere = findOwn(target.conversation, text, messenger).some(
    ({ sentAtMs }) => sentAtMs > target.sentAtMs,
  )
  if (isThere) await messenger.conversations.deleteHere([target])
  return sent
}

function decide(
  { id, decision }: Extract<Effect, { kind: 'decide' }>,
  { contacts, groups }: Messenger,
): Promise<Outcome> {
  const group = parseGroupKey(id)
  if (group === undefined) return asOutcome(contacts[decision](readAccount(id)))
  return decision === 'accept' ? groups.acceptInvite(group) : groups.declineInvite(group)
}

function setTimer(
  { id, wish }: Extract<Effect, { kind: 'timer' }>,
  { contacts, groups }: Messenger,
): Promise<Outcome> {
  const [mode = '', duration] = wish
  const group = parseGroupKey(id)
  if (group === undefined) return contacts.setTimer(readAccount(id), readTimer(mode, duration))
  return groups.setTimer(group, mode === 'off' ? 0 : readSeconds(duration ?? mode))
}

/** What could not be shared yet holds on this device all the same and is shared later. */
async function asOutcome(change: Promise<ClientError | undefined>): Promise<Outcome> {
  const error = await change
  return error === undefined ? { ok: true } : { ok: false, error }
}

function readAccount(id: ConversationId): AccountId {
  const account = parseAccountId(id)
  if (account.ok) return account.value
  throw new CliError('usage', 'This is for conversations with one account.')
}
