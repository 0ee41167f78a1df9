/**
 * Lets all devices of an account end a message at the same time (spec 05 §5.7): the device on which it was read shortens its life in our
 * swarm, and the others take the end from there.
 *
 * @module
 */
import { sign } from '@sotto/crypto/signing'
import { encodeExpireText, encodeGetExpiriesText, parseGetExpiriesReply } from '@sotto/protocol/rpc'
import type { HistoryMessage } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { type AccountRequest, callOwnSwarm, type OwnSwarmParts } from '../swarm/call-own-swarm.ts'

/** Of one request. */
const HASHES_MAX = 200

export interface SharedEndParts extends OwnSwarmParts {
  readonly history: History
}

/** After they were read here. What does not arrive is made up for by the other devices, which saw them marked as read. */
export async function shareEnds(
  read: readonly HistoryMessage[],
  parts: SharedEndParts,
): Promise<void> {
  const { account, history } = parts
  const ending = read.flatMap((message) => {
    const { hash, expiresAtMs } = history.messages.find(message) ?? message
    const hasTimer = message.timer.mode === 'after_read'
    return hasTimer && hash !== undefined && expiresAtMs !== undefined
      ? [{ hash, expiresAtMs }]
      : []
  })
  for (let start = 0; start < ending.length; start += HASHES_MAX) {
    const some = ending.slice(start, start + HASHES_MAX)
    const asked = {
      messages: some.map(({ hash }) => hash),
      expiryMs: some.map(({ expiresAtMs }) => expiresAtMs),
      isShorten: true,
    }
    const request: AccountRequest = {
      method: 'expire',
      params: {
        ...asked,
        account: toAccountBytes(account.accountId),
        publicKey: account.signing.publicKey,
        signature: sign(account.signing, encodeExpireText(asked)),
      },
    }
    await callOwnSwarm(() => [request], parts)
  }
}

/** After another device said that they were read. What the swarm does not have any more has ended. */
export async function adoptEnds(
  read: readonly HistoryMessage[],
  parts: SharedEndParts,
): Promise<void> {
  const { account, history } = parts
  const waiting = read.filter(({ timer, hash }) => timer.mode === 'after_read' && hash)
  for (let start = 0; start < waiting.length; start += HASHES_MAX) {
    const some = waiting.slice(start, start + HASHES_MAX)
    const messages = some.flatMap(({ hash }) => hash ?? [])
    const answer = await callOwnSwarm((timestampMs) => {
      const text = encodeGetExpiriesText({ messages, timestampMs })
      const params = {
        account: toAccountBytes(account.accountId),
        publicKey: account.signing.publicKey,
        messages,
        timestampMs,
        signature: sign(account.signing, text),
      }
      return [{ method: 'get_expiries', params }]
    }, parts)
    if (!answer.ok) return
    const expiries = parseGetExpiriesReply(answer.value.results[0]?.body)
    if (!expiries.ok) continue
    history.transaction(() => {
      for (const message of some)
        history.messages.setEnd(message, expiries.value.get(message.hash ?? '') ?? parts.time.now())
    })
  }
}
