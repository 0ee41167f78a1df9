/**
 * What `sotto send` does: checks everything that can be checked without a network, then sends.
 *
 * @module
 */
import { findRefusal } from '@sotto/client/engine'
import type { NetworkPlace } from '../config.ts'
import type { Outcome } from '../output.ts'
import { readInput } from '../read-input.ts'
import { readConversationId } from '../refused-text.ts'
import { layOutPath } from './describe-path.ts'
import { findMessage } from './find-message.ts'
import { openMessenger } from './open-messenger.ts'

/** Stands for standard input. */
const FROM_INPUT = '-'

export interface TextToSend {
  readonly home: string
  readonly place: NetworkPlace
  readonly to: string
  readonly text: string
  /** The time or the hash of what it answers. */
  readonly quote?: string
}

export async function sendText({
  home,
  place,
  to,
  text,
  quote: reference,
}: TextToSend): Promise<Outcome> {
  const recipient = readConversationId(to)
  const content = text === FROM_INPUT ? await readInput() : text
  const refusal = findRefusal({ text: content })
  if (refusal !== undefined) throw refusal
  await using open = await openMessenger(home, place)
  const { messenger } = open
  const quote = reference === undefined ? undefined : findMessage(messenger, reference)
  const sent = await messenger.send({
    to: recipient,
    text: content,
    ...(quote && { quote: { author: quote.author, sentAtMs: quote.sentAtMs } }),
  })
  if (!sent.ok) throw sent.error
  // What an earlier run could not finish goes out now; if not, it stays where it is.
  await messenger.resume()
  const { messageHash, path, storedOn, sentAtMs } = sent.value
  const nodes = storedOn.length === 1 ? 'One node proved' : `${storedOn.length} nodes proved`
  return {
    json: { messageHash, sentAt: sentAtMs, path, storedOn },
    text: [
      `Sent. ${nodes} to keep the message until it is fetched, for 14 days at most.`,
      '',
      layOutPath(path),
    ].join('\n'),
  }
}
