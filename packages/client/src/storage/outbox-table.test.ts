/** What was composed is sent in the end, once, as the same bytes. */
import { describe, expect, it } from 'vitest'
import { ALICE, ME, NOW_MS } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'
import type { OutboxEntry } from './outbox-table.ts'

function createEntry(hash: string, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  const data = Uint8Array.from({ length: 256 }, (_, index) => index)
  return { hash, account: ALICE, data, sentAtMs: NOW_MS, ttlMs: 5000, state: 'queued', ...changes }
}

describe('the outbox', () => {
  it('gives back the same bytes, oldest first, until they are sent or given up', () => {
    const { outbox } = new History(openSqlite())
    const [old, copy, young] = [
      createEntry('old', { sentAtMs: NOW_MS - 1 }),
      createEntry('copy', { account: ME }),
      createEntry('young', { state: 'sending' }),
    ]
    for (const entry of [young, copy, old]) outbox.add(entry)
    expect(outbox.listWaiting()).toEqual([old, young, copy])
    outbox.setState('old', 'sent')
    outbox.setState('young', 'failed')
    expect(outbox.listWaiting()).toEqual([copy])
    expect(outbox.listOf(NOW_MS).map(({ hash }) => hash)).toEqual(['young', 'copy'])
  })

  it('keeps what goes into groups apart, since their swarms ask who stores', () => {
    const { outbox } = new History(openSqlite())
    const group = `03${'a'.repeat(64)}` as const
    const inGroup = createEntry('in a group', { account: group, state: 'sending' })
    for (const entry of [createEntry('to alice'), inGroup]) outbox.add(entry)
    expect(outbox.listWaiting().map(({ hash }) => hash)).toEqual(['to alice'])
    expect(outbox.listWaitingInGroups()).toEqual([inGroup])
    outbox.setState('in a group', 'sent')
    expect(outbox.listWaitingInGroups()).toEqual([])
  })

  it('leaves an entry alone that is there already', () => {
    const { outbox } = new History(openSqlite())
    outbox.add(createEntry('a', { state: 'sending' }))
    outbox.add(createEntry('a'))
    expect(outbox.listWaiting()).toMatchObject([{ state: 'sending' }])
  })

  it('takes back nothing that was sent', () => {
    const { outbox } = new History(openSqlite())
    outbox.add(createEntry('a'))
    outbox.setState('a', 'sent')
    outbox.setState('a', 'queued')
    expect(outbox.listWaiting()).toEqual([])
  })

  it('forgets what is done and old, and nothing else', () => {
    const { outbox } = new History(openSqlite())
    for (const state of ['queued', 'sending', 'sent', 'failed'] as const)
      outbox.add(createEntry(state, { state }))
    outbox.prune(NOW_MS)
    expect(outbox.listOf(NOW_MS)).toHaveLength(4)
    outbox.prune(NOW_MS + 1)
    expect(outbox.listOf(NOW_MS).map(({ hash }) => hash)).toEqual(['queued', 'sending'])
  })

  it('gives no time twice, even when the clock goes back', () => {
    const { outbox } = new History(openSqlite())
    expect([5, 5, 3, 9].map((ms) => outbox.reserveTime(ms))).toEqual([5, 6, 7, 9])
  })
})
