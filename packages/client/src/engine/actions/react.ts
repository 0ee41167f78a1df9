/**
 * What is put on messages, and taking messages back (spec 05 §5.4, §5.5).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { parseGroupKey } from '@sotto/protocol/config'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import {
  type Content,
  createReactionContent,
  createUnsendContent,
  isEmoji,
} from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { MessageName } from '../../storage/history-message.ts'
import { type ActionParts, asAccount } from './action-parts.ts'
import { type Saying, type Sending, sendTo } from './send-to.ts'
import { findOwn } from './write-message.ts'

export interface ReactionToSend {
  readonly target: MessageName
  readonly emoji: string
  readonly isRemoved?: boolean
}

/** A message may have been composed a while before it was stored. */
export const TOMBSTONE_MS: number = 2 * TTL_MAX_PUBLIC_INBOX_MS

export async function react(reaction: ReactionToSend, parts: ActionParts): Sending {
  const { target, emoji, isRemoved = false } = reaction
  const { account, history } = parts
  if (!isEmoji(emoji)) return err(new ClientError('emoji_invalid'))
  if (history.messages.find(target) === undefined) return err(new ClientError('message_unknown'))
  const reactor = account.accountId
  const ref = { author: target.author, sentAtMs: target.sentAtMs }
  const saying: Saying = {
    compose: (_, timer) => {
      const content = createReactionContent({ target: ref, emoji, isRemoved, timer })
      if (!content.ok) throw content.error
      return content.value
    },
    keep: (changedAtMs) =>
      history.reactions.put({ target, reactor, emoji, isRemoved, changedAtMs }),
  }
  return sendTo(target.conversation, saying, parts)
}

/** For everyone: here, on our other devices, and at the recipient's. Others may have read it before. */
export async function takeBack(
  name: MessageName,
  parts: ActionParts,
): Promise<Result<void, ClientError>> {
  if (findOwn(name, parts) === undefined) return err(new ClientError('message_unknown'))
  const group = parseGroupKey(name.conversation)
  const to = asAccount(name.conversation)
  if (to !== undefined) return takeBackFrom(to, name, parts)
  if (group === undefined) return err(new ClientError('group_unknown'))
  const { author, sentAtMs } = name
  const deleted = await parts.groups.deleteContent(group, { messages: [{ author, sentAtMs }] })
  return deleted.ok ? ok(undefined) : deleted
}

async function takeBackFrom(
  to: AccountId,
  name: MessageName,
  { account, history, sender }: ActionParts,
): Promise<Result<void, ClientError>> {
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
  const isUnderWay = sent.ok || sent.error.code === 'awaiting_keys'
  if (isUnderWay && to !== own) await sender.send({ to: own, compose })
  return sent.ok ? ok(undefined) : sent
}
