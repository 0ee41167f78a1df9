/**
 * Sends what a person says into a conversation, whoever is in it: an account, or a group.
 *
 * @module
 */
import { parseGroupKey } from '@sotto/protocol/config'
import type { Content, ConversationTimer } from '@sotto/protocol/session'
import type { ConversationId } from '../../storage/history-message.ts'
import type { SentContent } from '../sending/sender.ts'
import { type Result, err } from '@sotto/crypto/result'
import { ClientError } from '../../errors.ts'
import { type ActionParts, asAccount, findTimer } from './action-parts.ts'

export type Sending = Promise<Result<SentContent, ClientError>>

export interface Saying {
  /** Gets the time under which it goes out, and the conversation's timer, which has to stand in it. */
  readonly compose: (sentAtMs: number, timer: ConversationTimer) => Content
  /** In the same transaction as the outbox: what the history shows of it. */
  readonly keep: (sentAtMs: number, timer: ConversationTimer) => void
}

export async function sendTo(
  to: ConversationId,
  { compose, keep }: Saying,
  parts: ActionParts,
): Sending {
  const account = asAccount(to)
  if (account !== undefined) {
    const timer = findTimer(parts, account)
    return parts.sender.send({
      to: account,
      timer,
      compose: (sentAtMs) => compose(sentAtMs, timer),
      keep: (_, sentAtMs) => {
        keep(sentAtMs, timer)
      },
    })
  }
  const group = parseGroupKey(to)
  if (group === undefined) return err(new ClientError('group_unknown'))
  return parts.groups.send({
    to: group,
    compose,
    keep: ({ sentAtMs }, timer) => {
      keep(sentAtMs, timer)
    },
  })
}
