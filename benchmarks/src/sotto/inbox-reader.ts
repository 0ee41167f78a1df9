/**
 * A process that opens what a returning device finds in its inbox, on the back end that its conditions selected: the seals alone, and
 * everything into a history on disk. Started by `figures/messenger.ts`.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountConfigs, AccountInbox, History } from '@sotto/client/inbox'
import { zstdCompression } from '@sotto/client-node/compression'
import { openDatabase } from '@sotto/client-node/database'
import { backend } from '@sotto/crypto/backend'
import { deriveAccount } from '@sotto/crypto/identity'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import { openMessage } from '@sotto/protocol/session'

/** What one answer of a node holds. */
const PAGE = 100
const NODE = 'ab'.repeat(32)

export interface InboxReaderTask {
  readonly seed: Uint8Array
  readonly messages: readonly RetrievedMessage[]
  readonly nowMs: number
}

export interface InboxReaderReport {
  readonly backend: string
  readonly sealsPerSecond: number
  readonly shownPerSecond: number
}

function measurePerSecond(count: number, work: () => void): number {
  const startedAt = performance.now()
  work()
  return (count * 1000) / (performance.now() - startedAt)
}

function readAll({ seed, messages, nowMs }: InboxReaderTask): InboxReaderReport {
  const account = deriveAccount(Uint8Array.from(seed))
  const folder = mkdtempSync(join(tmpdir(), 'sotto-inbox-'))
  using database = openDatabase(join(folder, 'history.sqlite'))
  const history = new History(database)
  const configs = new AccountConfigs({ account, compression: zstdCompression, history })
  const time = { now: () => nowMs }
  const inbox = new AccountInbox({ account, history, configs, time, acceptsStrangers: () => true })
  const warmUp = messages.slice(0, PAGE)
  for (const { data: bytes } of warmUp) openMessage({ account, bytes })
  const sealsPerSecond = measurePerSecond(messages.length, () => {
    for (const { data: bytes } of messages) openMessage({ account, bytes })
  })
  const shownPerSecond = measurePerSecond(messages.length, () => {
    for (let start = 0; start < messages.length; start += PAGE) {
      const page = messages.slice(start, start + PAGE)
      inbox.take(NODE, [
        { namespace: 0, messages: page, lastHash: page.at(-1)?.hash, hasMore: true },
      ])
    }
  })
  const shown = history.messages.count().reduce((sum, { messages: count }) => sum + count, 0)
  if (shown !== messages.length) throw new Error(`${shown} of ${messages.length} are shown`)
  rmSync(folder, { recursive: true })
  return { backend: backend.name, sealsPerSecond, shownPerSecond }
}

process.once('message', (task: InboxReaderTask) => {
  process.send?.(readAll(task))
  process.disconnect()
})
