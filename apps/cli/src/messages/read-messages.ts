/**
 * What `sotto read` does: fetches what is new, shows what came, and with `--follow` goes on until it is stopped.
 *
 * @module
 */
import type { Gap, HistoryMessage, Messenger, MessengerEvent } from '@sotto/client/engine'
import type { NetworkPlace } from '../config.ts'
import { describeFailure } from '../describe-failure.ts'
import { waitForStopSignal } from '../net/stop-signal.ts'
import { type Print, makePrintable } from '../output.ts'
import { describeGap, formatGap } from './describe-gap.ts'
import { describeFile, describePreview, formatFile, formatPreview, formatTime } from './layout.ts'
import { openMessenger } from './open-messenger.ts'
import { listWarnings } from './warn-of-downgrade.ts'

export interface Reading {
  readonly home: string
  readonly place: NetworkPlace
  readonly isJson: boolean
  /** Leaves out what was shown before. */
  readonly isUnreadOnly: boolean
}

/** Beside the messages, which may go to a program. */
const STATES = {
  foreground: 'The network answers again.',
  background: 'Asking less often.',
  offline: 'Nothing answers. Trying again by itself, less and less often.',
} as const

/** Who reads once should not depend on the luck of two nodes: this many of a swarm of five are a majority. */
const MEMBERS_ASKED = 3

export async function readMessages(reading: Reading, print: Print): Promise<void> {
  await using open = await openMessenger(reading.home, reading.place)
  const { messenger } = open
  const polled = await messenger.poll({ members: MEMBERS_ASKED })
  if (!polled.ok) throw polled.error
  await messenger.resume()
  for (const line of listWarnings(polled.value)) process.stderr.write(`${line}\n`)
  const received = messenger.conversations.received(reading)
  const gaps = reading.isUnreadOnly ? listGaps(polled.value) : messenger.conversations.gaps()
  print(
    reading.isJson
      ? JSON.stringify([...gaps.map(formatGap), ...received.map(formatMessage)])
      : layOut(gaps, received),
  )
  await markRead(messenger, received)
}

export async function followMessages(reading: Reading, print: Print): Promise<void> {
  const stop = waitForStopSignal()
  await using open = await openMessenger(reading.home, reading.place)
  const { messenger } = open
  const show = async (messages: readonly HistoryMessage[]): Promise<void> => {
    for (const message of messages)
      print(reading.isJson ? JSON.stringify(formatMessage(message)) : formatLine(message))
    await markRead(messenger, messages)
  }
  const warn = (gaps: readonly Gap[]): void => {
    for (const gap of gaps) print(describeGap(gap, reading.isJson))
  }
  if (!reading.isUnreadOnly) warn(messenger.conversations.gaps())
  await show(messenger.conversations.received(reading))
  const following = messenger.follow({
    onEvents: (events) => {
      warn(listGaps(events))
      for (const line of listWarnings(events)) process.stderr.write(`${line}\n`)
      return show(listAdded(messenger, events))
    },
    onFailure: (error) => {
      if (following.state !== 'offline') void complain(error)
    },
    onState: (state) => process.stderr.write(`${STATES[state]}\n`),
  })
  const resumed = messenger.resume()
  await stop
  await following.stop()
  await resumed
}

function listAdded(
  messenger: Messenger,
  events: readonly MessengerEvent[],
): readonly HistoryMessage[] {
  return events
    .flatMap((event) =>
      event.kind === 'added' ? (messenger.conversations.find(event.name) ?? []) : [],
    )
    .filter(({ state }) => state === 'received')
}

function listGaps(events: readonly MessengerEvent[]): readonly Gap[] {
  return events.filter((event) => event.kind === 'gap')
}

/** What is shown counts as read, on all devices of the account. */
async function markRead(messenger: Messenger, shown: readonly HistoryMessage[]): Promise<void> {
  const byConversation = Map.groupBy(shown, ({ conversation }) => conversation)
  for (const [conversation, messages] of byConversation) {
    const isNew = messages.some(({ readAtMs }) => readAtMs === undefined)
    const lastReadMs = Math.max(...messages.map(({ sentAtMs }) => sentAtMs))
    if (isNew) await messenger.conversations.markRead(conversation, lastReadMs)
  }
}

/** The next round may go better, so this is not the end. */
async function complain(error: Error): Promise<void> {
  const failure = await describeFailure(error)
  if (failure !== undefined) process.stderr.write(`${failure.message}\n`)
}

function formatMessage({ author, text, sentAtMs, hash, details }: HistoryMessage): object {
  const attachments = (details.attachments ?? []).map(describeFile)
  const preview = describePreview(details.preview)
  return { from: author, text, sentAt: sentAtMs, messageHash: hash, attachments, preview }
}

/** With its time, by which `sotto save` finds it. */
function listFiles({ details, sentAtMs }: HistoryMessage): readonly string[] {
  const { attachments = [], preview } = details
  const files = attachments.map((file) => `${formatFile(file)}  sotto save ${sentAtMs}`)
  return preview === undefined ? files : [...files, formatPreview(preview)]
}

function layOut(gaps: readonly Gap[], messages: readonly HistoryMessage[]): string {
  const warnings = gaps.map((gap) => describeGap(gap, false))
  if (messages.length === 0) return [...warnings, 'No messages.'].join('\n\n')
  const shown = messages.map((message) => {
    const { author, text, sentAtMs } = message
    const lines = [...(text === '' ? [] : makePrintable(text).split('\n')), ...listFiles(message)]
    return [`${formatTime(sentAtMs)}  ${author}`, ...lines.map((line) => `  ${line}`)].join('\n')
  })
  return [...warnings, ...shown].join('\n\n')
}

function formatLine(message: HistoryMessage): string {
  const { author, text, sentAtMs } = message
  const shown = makePrintable(text).replaceAll('\n', ' ⏎ ')
  const line = [shown, ...listFiles(message)].join(' ').trim()
  return `${formatTime(sentAtMs)}  ${author}  ${line}`
}
