/**
 * How long messages of a conversation live (spec 05 §5.7): in our configurations, and told to whom they concern.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  type ConversationTimer,
  createTimerContent,
  TIMER_MAX_SECONDS,
} from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { SentContent } from '../sending/sender.ts'
import { type ActionParts, updateContact } from './action-parts.ts'

/** A note to ourselves ends after it was sent, and nobody is told. */
export async function setTimer(
  to: AccountId,
  timer: ConversationTimer,
  parts: ActionParts,
): Promise<Result<SentContent | undefined, ClientError>> {
  const { account, configs } = parts
  const isOwn = to === account.accountId
  if (!isPossible(timer) || (isOwn && timer.mode === 'after_read'))
    return err(new ClientError('timer_invalid'))
  configs.transact(() => {
    if (isOwn) configs.updateProfile({ noteExpirySeconds: timer.seconds })
    else
      updateContact(parts, to, {
        expiry: timer.mode === 'off' ? 'none' : timer.mode,
        expirySeconds: timer.seconds,
      })
  })
  return isOwn ? ok(undefined) : tell(to, timer, parts)
}

function tell(
  to: AccountId,
  timer: ConversationTimer,
  { account, history, sender, time }: ActionParts,
): Promise<Result<SentContent, ClientError>> {
  return sender.send({
    to,
    timer,
    compose: () => createTimerContent(timer),
    keep: (_, sentAtMs) => {
      history.messages.add({
        conversation: to,
        author: account.accountId,
        sentAtMs,
        receivedAtMs: time.now(),
        kind: 'timer',
        state: 'queued',
        text: '',
        details: {},
        timer,
        readAtMs: sentAtMs,
        ...(timer.mode !== 'off' && { expiresAtMs: sentAtMs + timer.seconds * 1000 }),
      })
    },
  })
}

function isPossible({ mode, seconds }: ConversationTimer): boolean {
  if (mode === 'off') return seconds === 0
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds <= TIMER_MAX_SECONDS
}
