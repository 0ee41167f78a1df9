/** Which files are here, and which no message needs any more. */
import { describe, expect, it } from 'vitest'
import { ALICE, createMessage, ME, NOW_MS } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import type { MessageName } from './history-message.ts'
import { History } from './history.ts'

const FILE = 'http://files.example/file/7'

function createHistory(): { readonly history: History; readonly names: readonly MessageName[] } {
  const history = new History(openSqlite())
  const names = [1, 2].map((after) => ({
    conversation: ALICE,
    author: ME,
    sentAtMs: NOW_MS + after,
  }))
  for (const name of names) history.messages.add(createMessage(name))
  return { history, names }
}

describe('a kept file', () => {
  it('is found under its address, and keeps its first place', () => {
    const { files } = createHistory().history
    expect(files.findBlob(FILE)).toBeUndefined()
    expect(files.put({ file: FILE, blob: 'a' }, NOW_MS)).toBe(true)
    expect(files.put({ file: FILE, blob: 'b' }, NOW_MS)).toBe(false)
    expect(files.findBlob(FILE)).toBe('a')
  })

  it('is unused before a message has it, and from a time on', () => {
    const { history, names } = createHistory()
    const { files } = history
    files.put({ file: FILE, blob: 'a' }, NOW_MS)
    expect(files.listUnused(NOW_MS)).toEqual([])
    expect(files.listUnused(NOW_MS + 1)).toEqual([{ file: FILE, blob: 'a' }])
    for (const name of names) files.use(name, FILE)
    expect(files.listUnused(NOW_MS + 1)).toEqual([])
  })

  it('is unused at once when the last message that has it was erased', () => {
    const { history, names } = createHistory()
    const { files } = history
    files.put({ file: FILE, blob: 'a' }, NOW_MS)
    for (const name of names) files.use(name, FILE)
    const [first, second] = names
    if (first === undefined || second === undefined) throw new Error('two messages')
    history.erase(first, NOW_MS)
    expect(files.listUnused(NOW_MS - 1000)).toEqual([])
    history.eraseConversation(ALICE, NOW_MS)
    expect(files.listUnused(1)).toEqual([{ file: FILE, blob: 'a' }])
    files.forget(FILE)
    expect(files.findBlob(FILE)).toBeUndefined()
  })

  it('is not held by a message that does not exist', () => {
    const { files } = createHistory().history
    files.put({ file: FILE, blob: 'a' }, NOW_MS)
    files.use({ conversation: ALICE, author: ME, sentAtMs: 5 }, FILE)
    expect(files.listUnused(NOW_MS + 1)).toHaveLength(1)
  })

  it('leaves other files alone', () => {
    const { history, names } = createHistory()
    const { files } = history
    const [first, second] = names
    if (first === undefined || second === undefined) throw new Error('two messages')
    for (const [index, name] of [first, second].entries()) {
      files.put({ file: `${FILE}${index}`, blob: String(index) }, NOW_MS)
      files.use(name, `${FILE}${index}`)
    }
    history.erase(second, NOW_MS)
    expect(files.listUnused(1)).toEqual([{ file: `${FILE}1`, blob: '1' }])
  })
})
