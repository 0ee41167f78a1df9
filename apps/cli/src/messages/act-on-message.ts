/**
 * What `sotto react`, `edit`, `unsend`, `delete` and `forward` do.
 *
 * @module
 */
import type { Messenger } from '@sotto/client/engine'
import type { Outcome } from '../output.ts'
import { readConversationId } from '../refused-text.ts'
import { findMessage } from './find-message.ts'
import { type AccountPlace, describeSharing, withMessenger } from './with-messenger.ts'

type Sent = Awaited<ReturnType<Messenger['send']>>

function describeSent(sent: Sent, text: string): Outcome {
  if (!sent.ok) throw sent.error
  const { messageHash, sentAtMs, storedOn } = sent.value
  return { json: { messageHash, sentAt: sentAtMs, storedOn }, text }
}

export function reactTo(
  place: AccountPlace,
  reference: string,
  reaction: { readonly emoji: string; readonly isRemoved: boolean },
): Promise<Outcome> {
  return withMessenger(place, async (messenger) => {
    const { conversation, author, sentAtMs } = findMessage(messenger, reference)
    const target = { conversation, author, sentAtMs }
    const sent = await messenger.react({ target, ...reaction })
    return describeSent(sent, reaction.isRemoved ? 'Taken away.' : `Reacted ${reaction.emoji}.`)
  })
}

export function editMessage(
  place: AccountPlace,
  reference: string,
  text: string,
): Promise<Outcome> {
  return withMessenger(place, async (messenger) =>
    describeSent(
      await messenger.edit(findMessage(messenger, reference), text),
      'Edited. Those whose program knows no edits see a new message that quotes the first one.',
    ),
  )
}

export function unsendMessage(place: AccountPlace, reference: string): Promise<Outcome> {
  return withMessenger(place, async (messenger) => {
    const message = findMessage(messenger, reference)
    const taken = await messenger.takeBack(message)
    if (!taken.ok) throw taken.error
    return {
      json: { takenBack: message.sentAtMs },
      text: 'Taken back, here and for whom it went to. They may have read it before.',
    }
  })
}

export function deleteMessages(
  place: AccountPlace,
  references: readonly string[],
): Promise<Outcome> {
  return withMessenger(place, async (messenger) => {
    const messages = references.map((reference) => findMessage(messenger, reference))
    const failure = await messenger.conversations.deleteHere(messages)
    const json = { deleted: messages.map(({ sentAtMs }) => sentAtMs) }
    return describeSharing(json, 'Deleted for you. Others still have it.', failure)
  })
}

export function forwardMessage(
  place: AccountPlace,
  reference: string,
  to: string,
): Promise<Outcome> {
  const recipient = readConversationId(to)
  return withMessenger(place, async (messenger) =>
    describeSent(await messenger.forward(findMessage(messenger, reference), recipient), 'Sent on.'),
  )
}
