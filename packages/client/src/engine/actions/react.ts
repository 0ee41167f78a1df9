/**
 * What is put on messages, and taking messages back (spec 05 §5.4, §5.5).
 *
 * @module
 */
import { err } from '@sotto/crypto/result'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import {
  type Content,
  createReactionContent,
  createUnsendContent,
  isEmoji,
} from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { MessageName } from '../../storage/history-message.ts'
import { type ActionParts, findPartner, findTimer } from './action-parts.ts'
import { findOwn, type Sending } from './write-message.ts'

export interface ReactionToSend {
  readonly target: MessageName
  readonly emoji: string
  readonly isRemoved?: boolean
}

/** A message may have been composed a while before it was stored. */
export const TOMBSTONE_MS: number = 2 * TTL_MAX_PUBLIC_INBOX_MS

export async function react(reaction: ReactionToSend, parts: ActionParts): Sending {
  const { target, emoji, isRemoved = false } = reaction
  const { account, history, sender } = parts
  if (!isEmoji(emoji)) return err(new ClientError('emoji_invalid'))
  const message = history.messages.find(target)
  const to = message && findPartner(message)
  if (to === undefined) return err(new ClientError('message_unknown'))
  const timer = findTimer(parts, to)
  const reactor = account.accountId
  const ref = { author: target.author, sentAtMs: target.sentAtMs }
  return sender.send({
    to,
    timer,
    compose: () => {
      const content = createReactionContent({ target: ref, emoji, isRemoved, timer })
      if (!content.ok) throw content.error
      return content.value
    },
    keep: (_, changedAtMs) =>
      history.reactions.put({ target, reactor, emoji, isRemoved, changedAtMs }),
  })
}

/** For everyone: here, on our other devices, and at the recipient's. Others may have read it before. */
export async function takeBack(name: MessageName, parts: ActionParts): Sending {
  const { account, history, sender } = parts
  const message = findOwn(name, parts)
  const to = message && findPartner(message)
  if (to === undefined) return err(new ClientError('message_unknown'))
  const own = account.accountId
  const compose = (): Content => createUnsendContent({ author: own, sentAtMs: name.sentAtMs })
  const sent = await sender.send({
    to,
    compose,
    keep: () => {
      history.erase(name, name.sentAtMs + TOMBSTONE_MS)
    },
  })
  // Our other devices learn it in the same way; that it arrives there is not what was promised here.
  if (sent.ok && to !== own) await sender.send({ to: own, compose })
  return sent
}
