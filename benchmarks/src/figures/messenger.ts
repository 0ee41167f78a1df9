/**
 * What a person waits for: messages of a device that was away, the end of a long conversation, a search, and what the devices of an
 * account share.
 *
 * @module
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountConfigs, History } from '@sotto/client/inbox'
import { zstdCompression } from '@sotto/client-node/compression'
import { openDatabase } from '@sotto/client-node/database'
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { deriveMessageHash } from '@sotto/crypto/hash'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import { composeMessage, createMessageContent, TIMER_OFF } from '@sotto/protocol/session'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import { computeMedian } from '../measure/statistics.ts'
import type { InboxReaderReport, InboxReaderTask } from '../sotto/inbox-reader.ts'
import { formatNumber, type Table } from '../table.ts'

const RETURNING = 10_000
const SENDERS = 20
const STORED = 100_000
const CONVERSATIONS = 50
const CONTACTS = 1000
const RUNS = 200
const TEXT = 'The quick brown fox jumps over the lazy dog, and then over another one. '
const WORDS = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove', 'heath'] as const
const BACK_ENDS = [
  { name: 'native', execArgv: [], target: 2000 },
  { name: 'noble', execArgv: ['--conditions=sotto-noble'], target: 300 },
] as const

function createAccount(index: number): Account {
  const seed = new Uint8Array(16)
  new DataView(seed.buffer).setUint32(0, index + 1)
  return deriveAccount(seed)
}

function createInbox(me: Account, nowMs: number): readonly RetrievedMessage[] {
  const account = parseAccountBytes(me.accountId)
  if (account === undefined) throw new Error('an account has bytes')
  const senders = Array.from({ length: SENDERS }, (_, index) => createAccount(index + 1))
  return Array.from({ length: RETURNING }, (_, index) => {
    const sender = senders[index % SENDERS] ?? me
    const sentAtMs = nowMs - RETURNING + index
    const content = createMessageContent({ text: TEXT.repeat(1 + (index % 3)) })
    if (!content.ok) throw content.error
    const draft = { content: content.value, sender, recipient: me.accountId, sentAtMs }
    const data = composeMessage(draft, systemRandomness)
    if (!data.ok) throw data.error
    const hash = deriveMessageHash({ account, namespace: 0, data: data.value })
    return { hash, timestampMs: sentAtMs, expiryMs: nowMs + 86_400_000, data: data.value }
  })
}

async function readInProcess(
  execArgv: readonly string[],
  task: InboxReaderTask,
): Promise<InboxReaderReport> {
  const child = fork(new URL('../sotto/inbox-reader.ts', import.meta.url), {
    execArgv: [...execArgv],
    serialization: 'advanced',
  })
  const reports: InboxReaderReport[] = []
  child.on('message', (message) => reports.push(message as InboxReaderReport))
  child.send(task)
  await Promise.all([once(child, 'disconnect'), once(child, 'exit')])
  const [report] = reports
  if (report === undefined) throw new Error('the reader gave no report')
  return report
}

async function measureReturning(): Promise<Table> {
  const seed = new Uint8Array(16).fill(1)
  const nowMs = Date.now()
  const task = { seed, messages: createInbox(deriveAccount(Uint8Array.from(seed)), nowMs), nowMs }
  const rows: string[][] = []
  for (const { name, execArgv, target } of BACK_ENDS) {
    const { sealsPerSecond, shownPerSecond } = await readInProcess(execArgv, task)
    rows.push([
      name,
      formatNumber(sealsPerSecond),
      formatNumber(shownPerSecond),
      formatNumber(shownPerSecond / sealsPerSecond, 2),
      `≥ ${formatNumber(target)}`,
    ])
  }
  return {
    title: `${formatNumber(RETURNING)} messages of a device that was away`,
    columns: ['back end', 'opened a second', 'shown a second', 'shown ÷ opened', 'target'],
    rows,
    notes: [
      'Opened: the seal, its signature and the content alone. Shown: all of it into a history on disk.',
    ],
  }
}

function timeMedian(work: () => void): number {
  const times = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
  return computeMedian(times)
}

function fill(history: History, people: readonly Account[], me: Account): void {
  history.transaction(() => {
    for (let index = 1; index <= STORED; index++) {
      const { accountId: conversation } = people[index % CONVERSATIONS] ?? me
      const word = WORDS[index % WORDS.length] ?? ''
      history.messages.add({
        conversation,
        author: conversation,
        sentAtMs: index,
        receivedAtMs: index,
        kind: 'message',
        state: 'received',
        text: `${word}${index % 1000} ${TEXT}`,
        details: {},
        timer: TIMER_OFF,
      })
    }
  })
}

function measureHistory(): Table {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-messenger-'))
  using database = openDatabase(join(folder, 'history.sqlite'))
  const history = new History(database)
  const me = createAccount(0)
  const people = Array.from({ length: CONVERSATIONS }, (_, index) => createAccount(index + 1))
  fill(history, people, me)
  const conversation = people[7]?.accountId ?? me.accountId
  const { messages } = history
  const lines: readonly (readonly [string, number, string])[] = [
    [
      'last 50 of a conversation',
      timeMedian(() => messages.list(conversation, { limit: 50 })),
      '≤ 2',
    ],
    [
      'search for a rare word',
      timeMedian(() => messages.search({ words: 'cedar42', limit: 50 })),
      '≤ 5',
    ],
    [
      'search for a word of every message',
      timeMedian(() => messages.search({ words: 'quick', limit: 50 })),
      '≤ 5',
    ],
    [
      'search for a beginning',
      timeMedian(() => messages.search({ words: 'brown ceda', limit: 50 })),
      '≤ 5',
    ],
    ['list of conversations', timeMedian(() => [messages.count(), messages.listLatest()]), '≤ 5'],
  ]
  rmSync(folder, { recursive: true })
  return {
    title: `A history of ${formatNumber(STORED)} messages on disk`,
    columns: ['what', 'median ms', 'target'],
    rows: lines.map(([what, ms, target]) => [what, formatNumber(ms, 2), target]),
  }
}

function measureMerge(): Table {
  const account = createAccount(0)
  const open = (): AccountConfigs =>
    new AccountConfigs({
      account,
      compression: zstdCompression,
      history: new History(openDatabase()),
    })
  const other = open()
  other.transact(() => {
    for (let index = 1; index <= CONTACTS; index++)
      other.contacts.update(createAccount(index).accountId, {
        isApproved: true,
        name: `Person ${index}`,
      })
  })
  const pushed = other.config('Contacts').push()
  if (!pushed.ok) throw pushed.error
  const stored = pushed.value.messages.map((data, index) => ({ hash: `h${index}`, data }))
  const times = Array.from({ length: 15 }, () => {
    const device = open()
    const startedAt = performance.now()
    device.transact(() => device.merge('Contacts', stored))
    return performance.now() - startedAt
  })
  return {
    title: `Configuration of ${formatNumber(CONTACTS)} contacts`,
    columns: ['what', 'median ms', 'target'],
    rows: [['merge into an empty device, and save', formatNumber(computeMedian(times), 1), '≤ 50']],
  }
}

export async function measureMessenger(): Promise<readonly Table[]> {
  return [await measureReturning(), measureHistory(), measureMerge()]
}
