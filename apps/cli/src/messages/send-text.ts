/**
 * What `sotto send` does: checks everything that can be checked without a network, then sends.
 *
 * @module
 */
import { findLink, findRefusal, type Messenger, type MessageToWrite } from '@sotto/client/engine'
import type { NetworkPlace } from '../config.ts'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
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
  /** Of the first link in the text. */
  readonly hasPreview: boolean
}

export async function sendText({
  home,
  place,
  to,
  text,
  quote: reference,
  hasPreview,
}: TextToSend): Promise<Outcome> {
  const recipient = readConversationId(to)
  const content = text === FROM_INPUT ? await readInput() : text
  const refusal = findRefusal({ text: content })
  if (refusal !== undefined) throw refusal
  const link = hasPreview ? requireLink(content) : undefined
  await using open = await openMessenger(home, place)
  const { messenger } = open
  const quote = reference === undefined ? undefined : findMessage(messenger, reference)
  const preview = link === undefined ? undefined : await createPreview(messenger, link)
  const sent = await messenger.send({
    to: recipient,
    text: content,
    ...(quote && { quote: { author: quote.author, sentAtMs: quote.sentAtMs } }),
    ...(preview && { preview }),
  })
  if (!sent.ok) throw sent.error
  // What an earlier run could not finish goes out now; if not, it stays where it is.
  await messenger.resume()
  const { messageHash, path, storedOn, sentAtMs } = sent.value
  const nodes = storedOn.length === 1 ? 'One node proved' : `${storedOn.length} nodes proved`
  return {
    json: { messageHash, sentAt: sentAtMs, path, storedOn, ...(preview && describeSent(preview)) },
    text: [
      `Sent. ${nodes} to keep the message until it is fetched, for 14 days at most.`,
      ...(preview === undefined ? [] : [`Preview: ${makePrintable(preview.title)}`]),
      '',
      layOutPath(path),
    ].join('\n'),
  }
}

type Preview = NonNullable<MessageToWrite['preview']>

function requireLink(text: string): string {
  const link = findLink(text)
  if (link !== undefined) return link
  throw new CliError('usage', 'There is no link in the text that a preview could be made of.')
}

/** Whoever wanted a preview would not want the message to go out without it. */
async function createPreview({ previews }: Messenger, link: string): Promise<Preview> {
  const preview = await previews.create({ link })
  if (!preview.ok) throw preview.error
  return preview.value
}

function describeSent({ url, title, image }: Preview): object {
  return { preview: { url, title, hasPicture: image !== undefined } }
}
