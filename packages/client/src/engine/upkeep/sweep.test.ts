/** What has ended is gone, and what was kept for a while is not kept for ever. */
import { describe, expect, it } from 'vitest'
import { createMessage, NOW_MS } from '../../../test/history-fixtures.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { sweep } from './sweep.ts'

const DAY_MS = 86_400_000
const ENDING = createMessage({ expiresAtMs: NOW_MS })
const { conversation, author, sentAtMs } = ENDING
const NAME = { conversation, author, sentAtMs }

describe('sweeping', () => {
  it('takes what has ended and tells which that was, and leaves the rest', () => {
    const history = new History(openSqlite())
    history.messages.add(ENDING)
    history.messages.add(createMessage({ sentAtMs: 5, expiresAtMs: NOW_MS + 1 }))
    history.messages.add(createMessage({ sentAtMs: 6 }))
    expect(sweep(history, NOW_MS - 1)).toEqual([])
    expect(sweep(history, NOW_MS)).toEqual([{ kind: 'erased', name: NAME }])
    expect(history.messages.list(conversation, { limit: 9 })).toHaveLength(2)
  })

  it('lets no late copy bring back what has ended, while a swarm may have one', () => {
    const history = new History(openSqlite())
    history.messages.add(ENDING)
    sweep(history, NOW_MS)
    sweep(history, NOW_MS + 14 * DAY_MS)
    expect(history.tombstones.has(NAME)).toBe(true)
    sweep(history, NOW_MS + 16 * DAY_MS)
    expect(history.tombstones.has(NAME)).toBe(false)
  })

  it('forgets edits whose message will not come any more', () => {
    const history = new History(openSqlite())
    history.earlyEdits.put(NAME, { text: 'late', editedAtMs: NOW_MS })
    sweep(history, NOW_MS + 13 * DAY_MS)
    sweep(history, NOW_MS + 15 * DAY_MS)
    expect(history.earlyEdits.take(NAME)).toBeUndefined()
  })
})
