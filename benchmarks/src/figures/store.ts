/**
 * The store of a node beside bare better-sqlite3 on the same schema and the same kind of disk: durable
 * writes with 64 in flight, and reading ten messages of an account.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAccountBytes, type AccountBytes } from '@sotto/protocol/swarm'
import { openDatabase } from '@sotto/node/database'
import { SqliteMessageStore } from '@sotto/node/store'
import { medianOf, medianRatio, runInterleaved, type RoundResults } from '../measure/rounds.ts'
import { createRows, insertRows, selectTen, type BareRow } from '../peers/bare-store.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const ACCOUNTS = 1000
const ROWS = 10_000
const IN_FLIGHT = 64
const DATA_BYTES = 1024
const SELECT_MS = 1500
const DAY_MS = 86_400_000
const SIZE_MAX_BYTES = 3_500_000_000

interface Rates {
  readonly writes: number
  readonly reads: number
}

function createAccountBytes(): AccountBytes[] {
  return Array.from({ length: ACCOUNTS }, (_, index) => {
    const account = parseAccountBytes(`05${index.toString(16).padStart(64, '0')}`)
    if (account === undefined) throw new Error('no account')
    return account
  })
}

async function writeThroughStore(
  store: SqliteMessageStore,
  rows: readonly BareRow[],
  accounts: readonly AccountBytes[],
): Promise<number> {
  const nowMs = Date.now()
  let next = 0
  const startedAt = performance.now()
  const work = async (): Promise<void> => {
    for (let index = next++; index < rows.length; index = next++) {
      const row = rows[index]
      const account = accounts[index % accounts.length]
      if (row === undefined || account === undefined) return
      const { hash, data } = row
      const message = { account, namespace: 0, hash, data, storedMs: 0, replacesOthers: false }
      const times = { timestampMs: nowMs, expiryMs: nowMs + DAY_MS }
      const stored = await store.store({ ...message, ...times })
      if (!stored.ok) throw new Error('not stored')
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return (rows.length * 1000) / (performance.now() - startedAt)
}

function readThroughStore(store: SqliteMessageStore, accounts: readonly AccountBytes[]): number {
  const nowMs = Date.now()
  const startedAt = performance.now()
  let count = 0
  for (; performance.now() - startedAt < SELECT_MS; count += 1) {
    const account = accounts[count % accounts.length]
    if (account === undefined) break
    const page = store.retrieve({
      account,
      namespace: 0,
      lastHash: undefined,
      countMax: 10,
      takes: () => true,
      nowMs,
    })
    if (page.messages.length !== 10) throw new Error('expected 10 messages')
  }
  return (count * 1000) / (performance.now() - startedAt)
}

async function measureOurs(path: string): Promise<Rates> {
  const accounts = createAccountBytes()
  await using store = new SqliteMessageStore({ path, sizeMaxBytes: SIZE_MAX_BYTES })
  const rows = createRows(ROWS, [], DATA_BYTES)
  const writes = await writeThroughStore(store, rows, accounts)
  return { writes, reads: readThroughStore(store, accounts) }
}

function measureBare(path: string): Rates {
  const accounts = createAccountBytes().map((account) => Buffer.from(account))
  const database = openDatabase({ path, sizeMaxBytes: SIZE_MAX_BYTES })
  try {
    const nowMs = Date.now()
    const writes = insertRows(database, createRows(ROWS, accounts, DATA_BYTES), nowMs)
    return { writes, reads: selectTen(database, accounts, { nowMs, durationMs: SELECT_MS }) }
  } finally {
    database.close()
  }
}

function formatRow(
  results: RoundResults<Rates>,
  name: string,
  read: (rates: Rates) => number,
): string[] {
  const median = (of: string): string => formatNumber(medianOf(results, of, read))
  const ratio = medianRatio(results, { ours: 'ours', peer: 'bare', read })
  return [name, median('ours'), median('bare'), formatRatio(ratio, { atLeast: 0.5 }), '≥ 0.5']
}

export async function measureStore(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-bench-store-'))
  let file = 0
  const nextPath = (): string => join(directory, `${(file += 1)}.sqlite`)
  try {
    const results = await runInterleaved<Rates>([
      { name: 'bare', run: () => measureBare(nextPath()) },
      { name: 'ours', run: () => measureOurs(nextPath()) },
    ])
    return {
      title: 'One node’s store, 1 KiB messages',
      columns: ['operation', 'ours per second', 'bare better-sqlite3', 'ratio', 'target'],
      rows: [
        formatRow(results, `durable store, ${IN_FLIGHT} in flight`, ({ writes }) => writes),
        formatRow(results, 'retrieve of 10 messages', ({ reads }) => reads),
      ],
      notes: [
        'Same schema and settings (WAL, synchronous=FULL, secure_delete); the bare peer writes 100 rows a transaction and knows all of them in advance.',
      ],
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
