/** What waits for keys is bounded, survives, and is taken once (spec 12 §4.5). */
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../test/simulated-person.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'
import { WAITING_BYTES_MAX, WAITING_MAX, type WaitingContent } from './waiting-content-table.ts'

const BOB = createAccount('bob').accountId
const CAROL = createAccount('carol').accountId

function create(changes: Partial<WaitingContent> = {}): WaitingContent {
  return {
    account: BOB,
    sentAtMs: 1,
    content: Uint8Array.of(1, 2),
    timer: { mode: 'after_read', seconds: 60 },
    isShown: true,
    reason: 'no_path',
    attempts: 1,
    nextAtMs: 5,
    ...changes,
  }
}

describe('contents that wait', () => {
  it('come back as they were, after a restart too', () => {
    const database = openSqlite()
    const { waiting } = new History(database)
    expect(waiting.add(create())).toBe(true)
    expect(waiting.add(create({ sentAtMs: 2, timer: { mode: 'off', seconds: 0 } }))).toBe(true)
    const again = new History(database).waiting
    expect(again.list(BOB)).toEqual([
      create(),
      create({ sentAtMs: 2, timer: { mode: 'off', seconds: 0 } }),
    ])
    expect(again.find(1)).toEqual(create())
    expect(again.find(3)).toBeUndefined()
  })

  it('are no more than so many', () => {
    const { waiting } = new History(openSqlite())
    for (let sentAtMs = 0; sentAtMs < WAITING_MAX; sentAtMs++)
      expect(waiting.add(create({ sentAtMs }))).toBe(true)
    expect(waiting.add(create({ sentAtMs: WAITING_MAX }))).toBe(false)
    expect(waiting.list(BOB)).toHaveLength(WAITING_MAX)
    expect(waiting.take(7)).toBe(true)
    expect(waiting.add(create({ sentAtMs: WAITING_MAX }))).toBe(true)
  })

  it('are no more than so many bytes', () => {
    const { waiting } = new History(openSqlite())
    const half = new Uint8Array(WAITING_BYTES_MAX / 2)
    expect(waiting.add(create({ sentAtMs: 1, content: half }))).toBe(true)
    expect(waiting.add(create({ sentAtMs: 2, content: half }))).toBe(true)
    expect(waiting.add(create({ sentAtMs: 3, content: Uint8Array.of(1) }))).toBe(false)
    expect(waiting.add(create({ sentAtMs: 4, content: new Uint8Array() }))).toBe(true)
  })

  it('are taken once', () => {
    const { waiting } = new History(openSqlite())
    waiting.add(create())
    expect([waiting.take(1), waiting.take(1)]).toEqual([true, false])
  })

  it('are put off for one recipient alone, who then comes last', () => {
    const { waiting } = new History(openSqlite())
    waiting.add(create())
    waiting.add(create({ sentAtMs: 2, account: CAROL, nextAtMs: 9 }))
    expect(waiting.listAccounts()).toEqual([BOB, CAROL])
    waiting.postpone(BOB, { reason: 'keys_unsettled', attempts: 2, nextAtMs: 10 })
    expect(waiting.listAccounts()).toEqual([CAROL, BOB])
    expect(waiting.find(1)).toEqual(create({ reason: 'keys_unsettled', attempts: 2, nextAtMs: 10 }))
    expect(waiting.find(2)).toMatchObject({ reason: 'no_path', attempts: 1 })
    expect(waiting.listOlder(2).map(({ sentAtMs }) => sentAtMs)).toEqual([1])
  })

  it('go with their conversation, and others stay', () => {
    const history = new History(openSqlite())
    history.waiting.add(create())
    history.waiting.add(create({ sentAtMs: 2, account: CAROL }))
    history.eraseConversation(BOB, 100)
    expect(history.waiting.listAccounts()).toEqual([CAROL])
  })

  it('with a reason that this version does not know are shown as unsettled', () => {
    const database = openSqlite()
    const { waiting } = new History(database)
    waiting.add(create())
    database.prepare("UPDATE waiting_contents SET reason = 'of a later version'").run()
    expect(waiting.find(1)?.reason).toBe('keys_unsettled')
  })
})
