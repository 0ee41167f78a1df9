/** What hangs on a message, what is erased, and what an older or newer version left behind. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, ME, NOW_MS, createMessage } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'
import { REACTIONS_MAX } from './reaction-table.ts'

const TARGET = createMessage()

describe('reactions', () => {
  const like = { target: TARGET, reactor: BOB, emoji: '👍', changedAtMs: 5, isRemoved: false }

  it('are listed by reactor and emoji, oldest first', () => {
    const { reactions } = new History(openSqlite())
    reactions.put({ ...like, emoji: '❤️', changedAtMs: 6 })
    reactions.put(like)
    reactions.put({ ...like, reactor: ME, changedAtMs: 7 })
    expect(reactions.list(TARGET)).toEqual([
      { reactor: BOB, emoji: '👍' },
      { reactor: BOB, emoji: '❤️' },
      { reactor: ME, emoji: '👍' },
    ])
  })

  it('end as the newest change says, whatever the order in which changes come', () => {
    const changes = [like, { ...like, changedAtMs: 6, isRemoved: true }]
    for (const order of [changes, changes.toReversed()]) {
      const { reactions } = new History(openSqlite())
      for (const change of order) reactions.put(change)
      expect(reactions.list(TARGET)).toEqual([])
      reactions.put({ ...like, changedAtMs: 7 })
      expect(reactions.list(TARGET)).toHaveLength(1)
    }
  })

  it('are bounded, as anybody in a group could add more', () => {
    const { reactions } = new History(openSqlite())
    for (let index = 0; index < REACTIONS_MAX; index++)
      expect(reactions.put({ ...like, emoji: `${index}` })).toBe(true)
    expect(reactions.put({ ...like, emoji: 'one more' })).toBe(false)
  })
})

describe('erasing', () => {
  it('takes reactions along and leaves a tombstone until no swarm can have a copy', () => {
    const history = new History(openSqlite())
    history.messages.add(TARGET)
    history.reactions.put({
      target: TARGET,
      reactor: BOB,
      emoji: '👍',
      changedAtMs: 5,
      isRemoved: false,
    })
    history.erase(TARGET, NOW_MS)
    expect(history.messages.find(TARGET)).toBeUndefined()
    expect(history.reactions.list(TARGET)).toEqual([])
    expect(history.tombstones.has(TARGET)).toBe(true)
    history.tombstones.forget(NOW_MS)
    expect(history.tombstones.has(TARGET)).toBe(true)
    history.tombstones.forget(NOW_MS + 1)
    expect(history.tombstones.has(TARGET)).toBe(false)
  })

  it('leaves no trace of a text in the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-history-'))
    try {
      const path = join(folder, 'history.db')
      const secret = 'rendezvous'
      {
        using database = openSqlite(path)
        const history = new History(database)
        const texts = Array.from(
          { length: 400 },
          (_, index) => `${secret} number ${index} ${'x'.repeat(50)}`,
        )
        for (const [index, text] of texts.entries())
          history.messages.add(createMessage({ text, sentAtMs: index + 1 }))
        expect(readFileSync(path).includes(secret)).toBe(true)
        for (const index of texts.keys())
          history.erase(createMessage({ sentAtMs: index + 1 }), NOW_MS)
      }
      expect(readFileSync(path).includes(secret)).toBe(false)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('drafts and dumps', () => {
  it('keeps one draft of a conversation, and none when it is empty', () => {
    const { drafts } = new History(openSqlite())
    expect(drafts.find(ALICE)).toBe('')
    drafts.put(ALICE, 'dear')
    drafts.put(ALICE, 'dear Alice')
    expect(drafts.find(ALICE)).toBe('dear Alice')
    drafts.put(ALICE, '')
    expect(drafts.find(ALICE)).toBe('')
  })

  it('keeps dumps by owner and namespace', () => {
    const { configs } = new History(openSqlite())
    configs.put(ME, 2, Uint8Array.of(1))
    configs.put(ME, 3, Uint8Array.of(2))
    configs.put(ME, 2, Uint8Array.of(3))
    expect(configs.find(ME, 2)).toEqual(Uint8Array.of(3))
    expect(configs.find(ALICE, 2)).toBeUndefined()
    configs.erase(ME)
    expect(configs.find(ME, 3)).toBeUndefined()
  })
})

describe('opening', () => {
  it('keeps what is there', () => {
    const database = openSqlite()
    new History(database).messages.add(TARGET)
    expect(new History(database).messages.find(TARGET)).toBeDefined()
  })

  it('refuses a history of a newer version and changes nothing in it', () => {
    const database = openSqlite()
    new History(database).messages.add(TARGET)
    database.execute('UPDATE history_version SET version = 99')
    expect(() => new History(database)).toThrow('history_newer')
    expect(database.prepare('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 1 })
  })

  it('takes a transaction back when it throws', () => {
    const history = new History(openSqlite())
    expect(() =>
      history.transaction(() => {
        history.messages.add(TARGET)
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(history.messages.find(TARGET)).toBeUndefined()
  })
})
