/** Archives that earlier and later versions wrote, taken into the history of this one (spec 16 §6). */
import { decodeHex } from '@sotto/crypto/bytes'
import { parseAccountId } from '@sotto/crypto/identity'
import { loadVectors } from '@sotto/testkit/vectors'
import { describe, expect, it } from 'vitest'
import { readTables } from '../../../test/archive-fixtures.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { importHistory, type ImportReport } from './index.ts'

interface StoredArchive {
  readonly file: string
  readonly passphrase: string
}

const MADE_MS = 1_767_225_600_000
const { cases } = loadVectors<StoredArchive, readonly unknown[]>('16-archive/file.json')
const owner = parseAccountId('050ea929a4bb605a4fe85ab54ffb8e603afbdf00653f307c24bd261a8424bdfe3e')

async function importStored(
  name: string,
  history: ReturnType<typeof openSqlite>,
): Promise<ImportReport> {
  const stored = cases.find((each) => each.name === name)
  const bytes = decodeHex(stored?.input.file ?? '')
  if (stored === undefined || bytes === undefined || !owner.ok)
    throw new TypeError('no such vector')
  const { passphrase } = stored.input
  const options = { database: history, account: owner.value, passphrase, nowMs: MADE_MS }
  const report = await importHistory(() => [bytes], options)
  if (!report.ok) throw report.error
  return report.value
}

describe('an archive of version 1', () => {
  it('has everything in its place', async () => {
    using database = openSqlite()
    const report = await importStored('written by version 1', database)
    expect(report).toMatchObject({ records: 11, changed: 9, unknown: 0, malformed: 0 })
    const tables = readTables(database)
    const counts = Object.entries(tables).map(([table, rows]) => [table, rows.length])
    expect(Object.fromEntries(counts)).toEqual({
      messages: 3,
      reactions: 2,
      tombstones: 1,
      early_edits: 0,
      profiles: 1,
      drafts: 1,
      configs: 1,
    })
    const [message] = new History(database).messages.search({ words: 'gruße', limit: 1 })
    expect(message).toMatchObject({
      text: 'Grüße 👋',
      editedAtMs: MADE_MS + 20,
      timer: { mode: 'after_send', seconds: 60 },
      details: {
        preview: { url: 'https://a.example', title: 'A' },
        attachments: [{ fileName: 'a.png' }, { isVoice: true, digest: '09'.repeat(32) }],
      },
    })
  })

  it('changes nothing the second time', async () => {
    using database = openSqlite()
    await importStored('written by version 1', database)
    const before = readTables(database)
    expect(await importStored('written by version 1', database)).toMatchObject({ changed: 0 })
    expect(readTables(database)).toEqual(before)
  })
})

describe('an archive of a later version', () => {
  it('brings what this version knows, and says how much it left', async () => {
    using database = openSqlite()
    const report = await importStored('with what a later version adds', database)
    // The same message twice, one of them with fields that nobody knows yet.
    expect(report).toMatchObject({ records: 7, changed: 2, unknown: 3, malformed: 0 })
    expect(readTables(database)['messages']).toHaveLength(1)
  })
})
