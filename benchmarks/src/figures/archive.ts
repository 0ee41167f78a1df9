/**
 * A history of 100,000 messages to an archive and back (spec 16): time, size, and how much memory it takes beyond what the process
 * had. Databases and file are on disk.
 *
 * @module
 */
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { exportHistory, importHistory } from '@sotto/client/archive'
import type { Database, SqlRow, SqlValue } from '@sotto/client/ports'
import { deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import BetterSqlite from 'better-sqlite3'
import { formatNumber, type Table } from '../table.ts'

const MESSAGES = 100_000
const CONVERSATIONS = 50
const TEXT = 'The quick brown fox jumps over the lazy dog, and then over another one. '
const MEBIBYTE = 1_048_576
const PASSPHRASE = 'correct horse battery staple'

const me = deriveAccount(new Uint8Array(16).fill(1)).accountId

interface Phase {
  readonly seconds: number
  /** The most that was resident at once, beyond what was before. */
  readonly memoryMebibytes: number
}

function openDatabase(path: string): {
  readonly port: Database
  readonly sqlite: BetterSqlite.Database
} {
  const sqlite = new BetterSqlite(path)
  sqlite.pragma('journal_mode = WAL')
  const port: Database = {
    prepare: (sql) => {
      const statement = sqlite.prepare<SqlValue[], SqlRow>(sql)
      return {
        run: (...values) => statement.run(...values).changes,
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
      }
    },
    execute: (sql) => {
      sqlite.exec(sql)
    },
    transaction: (work) => sqlite.transaction(work).immediate(),
  }
  return { port, sqlite }
}

/** Texts of 72 to 360 characters; every tenth message has a reaction. */
function fill(sqlite: BetterSqlite.Database): void {
  const people = Array.from(
    { length: CONVERSATIONS },
    (_, index) => deriveAccount(new Uint8Array(16).fill(index + 2)).accountId,
  )
  const add = sqlite.prepare(`INSERT INTO messages
    (conversation, author, sent_at_ms, received_at_ms, kind, state, text, details)
    VALUES (?, ?, ?, ?, 'message', 'received', ?, '{}')`)
  const react = sqlite.prepare("INSERT INTO reactions VALUES (?, ?, ?, ?, '👍', 1, 0)")
  sqlite.transaction(() => {
    for (let index = 1; index <= MESSAGES; index++) {
      const person = people[index % CONVERSATIONS] ?? me
      add.run(person, person, index, index, TEXT.repeat(1 + (index % 5)))
      if (index % 10 === 0) react.run(person, person, index, me)
    }
  })()
}

async function measure(work: (sample: () => void) => Promise<void>): Promise<Phase> {
  const before = process.memoryUsage.rss()
  let most = before
  const startedAt = performance.now()
  await work(() => {
    most = Math.max(most, process.memoryUsage.rss())
  })
  const seconds = (performance.now() - startedAt) / 1000
  return { seconds, memoryMebibytes: (most - before) / MEBIBYTE }
}

async function* sampled(
  pieces: AsyncIterable<Uint8Array>,
  sample: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    sample()
    yield piece
  }
}

export async function measureArchive(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-archive-'))
  const from = openDatabase(join(folder, 'from.sqlite'))
  const to = openDatabase(join(folder, 'to.sqlite'))
  const file = join(folder, 'archive')
  const options = { account: me, passphrase: PASSPHRASE, nowMs: Date.now() }
  const writeOut = (sample: () => void): Promise<void> => {
    const pieces = exportHistory({ ...options, database: from.port, randomness: systemRandomness })
    return pipeline(sampled(pieces, sample), createWriteStream(file))
  }
  const readIn = async (sample: () => void): Promise<void> => {
    const open = (): AsyncIterable<Uint8Array> => sampled(createReadStream(file), sample)
    const report = await importHistory(open, { ...options, database: to.port })
    if (!report.ok) throw report.error
  }
  try {
    // Of an empty history: it makes the tables.
    await measure(writeOut)
    const filled = await measure(async (sample) => {
      fill(from.sqlite)
      sample()
    })
    const written = await measure(writeOut)
    const mebibytes = statSync(file).size / MEBIBYTE
    const imported = await measure(readIn)
    const again = await measure(readIn)
    const row = (name: string, { seconds, memoryMebibytes }: Phase): readonly string[] => [
      name,
      formatNumber(seconds, 1),
      formatNumber(mebibytes / seconds, 1),
      formatNumber(MESSAGES / seconds),
      formatNumber(memoryMebibytes),
    ]
    return {
      title: `Archive of ${formatNumber(MESSAGES)} messages, ${formatNumber(mebibytes, 1)} MiB`,
      columns: ['what', 'seconds', 'MiB per second', 'messages per second', 'MiB of memory'],
      rows: [
        row('the same rows by plain SQL, one transaction', filled),
        row('export', written),
        row('import into an empty history', imported),
        row('import again', again),
      ],
    }
  } finally {
    from.sqlite.close()
    to.sqlite.close()
    rmSync(folder, { recursive: true })
  }
}
