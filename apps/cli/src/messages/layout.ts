/**
 * Messages and people as a terminal shows them.
 *
 * @module
 */
import type {
  Conversation,
  HistoryMessage,
  Messenger,
  StoredAttachment,
  StoredPreview,
} from '@sotto/client/engine'
import { cleanFileName, LARGE_FILE_TYPE } from '@sotto/protocol/attachment'
import { nameMentions } from '@sotto/protocol/session'
import { makePrintable } from '../output.ts'

const SHORT_ID = 10
const KILOBYTE = 1000

/** The sender's claim, which may be no date at all. */
export function formatTime(timeMs: number): string {
  const date = new Date(timeMs)
  if (Number.isNaN(date.getTime())) return 'no date'
  return date.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

export function formatName({ id, name, kind }: Pick<Conversation, 'id' | 'name' | 'kind'>): string {
  if (kind === 'note') return 'Note to self'
  const printable = makePrintable(name).replaceAll('\n', ' ')
  return printable === '' ? `${id.slice(0, SHORT_ID)}…` : printable
}

export function formatLine(text: string): string {
  return makePrintable(text).replaceAll('\n', ' ⏎ ')
}

/** One message of a list, with what hangs on it. */
export function formatMessage(message: HistoryMessage, messenger: Messenger): string {
  const { author, sentAtMs, text, kind, editedAtMs, state, isReadByThem, timer } = message
  const who = author === messenger.accountId ? 'you' : `${author.slice(0, SHORT_ID)}…`
  const waits = waitsForKeys(message, messenger)
  const marks = [
    editedAtMs !== undefined && 'edited',
    waits && 'waits for their keys',
    state === 'queued' && !waits && 'not sent yet',
    state === 'failed' && 'not sent',
    isReadByThem && 'read',
    timer.mode !== 'off' && kind === 'message' && 'disappears',
    ...messenger.conversations.reactions(message).map(({ emoji }) => emoji),
  ].filter((mark) => mark !== false)
  const { attachments = [], preview } = message.details
  const files = [...attachments.map(formatFile), ...(preview ? [formatPreview(preview)] : [])]
  const shown =
    kind === 'message'
      ? [formatLine(shownText(text, messenger)), ...files].join(' ').trim()
      : describeKind(message)
  const suffix = marks.length === 0 ? '' : `  (${marks.join(', ')})`
  return `${formatTime(sentAtMs)}  ${sentAtMs}  ${who}  ${shown}${suffix}`
}

/** Whether it is not sealed yet, because nobody said whether its recipient has keys. */
export function waitsForKeys(message: HistoryMessage, { conversations }: Messenger): boolean {
  return message.state === 'queued' && conversations.delivery(message)?.state === 'awaiting_keys'
}

/** With names for those who are named in it. */
function shownText(text: string, { accountId, conversations }: Messenger): string {
  return nameMentions(text, (id) => (id === accountId ? 'you' : conversations.nameOf(id)))
}

/** What scripts get of a message. */
export function describeMessage(message: HistoryMessage, messenger: Messenger): object {
  const { conversation, author, sentAtMs, text, kind, state, hash, editedAtMs } = message
  return {
    conversation,
    from: author,
    sentAt: sentAtMs,
    kind,
    state,
    awaitsKeys: waitsForKeys(message, messenger),
    text,
    messageHash: hash ?? null,
    editedAt: editedAtMs ?? null,
    readByThem: message.isReadByThem,
    expiresAt: message.expiresAtMs ?? null,
    quote: message.details.quote ?? null,
    attachments: (message.details.attachments ?? []).map(describeFile),
    preview: describePreview(message.details.preview),
    reactions: messenger.conversations.reactions(message),
  }
}

/** Without its key: what scripts write down is nobody's secret. */
export function describeFile(file: StoredAttachment, index: number): object {
  const { contentType, size, width, height, isVoice, caption } = file
  const fileName = cleanFileName(file.fileName)
  return { number: index + 1, fileName, contentType, size, width, height, isVoice, caption }
}

export function formatFile(file: StoredAttachment): string {
  return `[${formatFileName(file)}, ${describeFileSize(file)}]`
}

/** As its sender called it, without what would make it read as another one. */
export function formatFileName({ fileName, isVoice }: StoredAttachment): string {
  return isVoice ? 'voice message' : cleanFileName(fileName) || 'file'
}

/** What a message points to for a large file is the list of its parts, of which nobody wants the size. */
export function describeFileSize({ contentType, size }: StoredAttachment): string {
  return contentType === LARGE_FILE_TYPE ? 'a large file' : formatSize(size)
}

/** What scripts get; `picture` as a file of the message would be. */
export function describePreview(preview: StoredPreview | undefined): object | null {
  if (preview === undefined) return null
  const { url, title, image } = preview
  return { url, title, picture: image === undefined ? null : describeFile(image, 0) }
}

/** With its address: a title alone could say anything. */
export function formatPreview({ url, title, image }: StoredPreview): string {
  const picture = image === undefined ? '' : ', with a picture'
  return `[preview of ${formatLine(url)}: ${formatLine(title)}${picture}]`
}

function formatSize(bytes: number): string {
  if (bytes < KILOBYTE) return `${bytes} bytes`
  if (bytes < KILOBYTE ** 2) return `${Math.round(bytes / KILOBYTE)} kB`
  return `${(bytes / KILOBYTE ** 2).toFixed(1)} MB`
}

/** What happened, said of whoever did it; nothing for what was written. */
export function describeKind({ kind, timer }: HistoryMessage): string {
  switch (kind) {
    case 'message':
      return ''
    case 'timer':
      return timer.mode === 'off'
        ? 'turned disappearing messages off'
        : `set messages to disappear ${describeTimer(timer)}`
    case 'screenshot':
      return 'took a screenshot'
    case 'media_saved':
      return 'saved a file'
    case 'call':
      return 'called'
  }
}

export function describeTimer({ mode, seconds }: HistoryMessage['timer']): string {
  if (mode === 'off') return 'never'
  const span = describeSeconds(seconds)
  return mode === 'after_read' ? `${span} after they were read` : `${span} after they were sent`
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

export function describeSeconds(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds % each === 0) ?? [1, 'second']
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
