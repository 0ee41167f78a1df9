/** One field each: what it is read as, and what it is not (spec 16 §4.1). */
import { describe, expect, it } from 'vitest'
import { OWNER } from '../../test/archive-fixtures.ts'
import {
  isComplete,
  readAccount,
  readBlob,
  readConversation,
  readFlag,
  readName,
  readNumber,
  readOptional,
  readText,
} from './record-fields.ts'

const ID = Uint8Array.from(Buffer.from(OWNER.account, 'hex'))
const GROUP = Uint8Array.of(3, ...new Uint8Array(32).fill(0x5a))

describe('a field', () => {
  it('is a flag by its number, and no without one', () => {
    expect([undefined, 0, 1, 2].map(readFlag)).toEqual([false, false, true, true])
    expect([-1, 2n ** 60n, ID, []].map(readFlag)).toEqual(Array(4).fill(undefined))
  })

  it('is a number that a double holds exactly', () => {
    const largest = Number.MAX_SAFE_INTEGER
    expect([0, 1, largest].map(readNumber)).toEqual([0, 1, largest])
    expect([undefined, -1, 2n ** 53n, ID].map(readNumber)).toEqual(Array(4).fill(undefined))
  })

  it('is a text in UTF-8 that nothing repairs', () => {
    expect(readText(Uint8Array.of(0xc3, 0xa9))).toBe('é')
    expect(readText(new Uint8Array())).toBe('')
    expect([undefined, 1, Uint8Array.of(0xc3), []].map(readText)).toEqual(Array(4).fill(undefined))
  })

  it('is a copy of its bytes, because the chunk around them is used again', () => {
    const bytes = Uint8Array.of(1, 2)
    const blob = readBlob(bytes)
    bytes.fill(0)
    expect(blob).toEqual(Uint8Array.of(1, 2))
    expect([undefined, 1, []].map(readBlob)).toEqual(Array(3).fill(undefined))
  })

  it('is the id of an account, or in a conversation of a group', () => {
    expect(readAccount(ID)).toBe(OWNER.account)
    expect(readConversation(ID)).toBe(OWNER.account)
    expect(readConversation(GROUP)).toBe(`03${'5a'.repeat(32)}`)
    const wrong = [undefined, 5, ID.subarray(1), Uint8Array.of(...ID, 0)]
    expect([...wrong, GROUP].map(readAccount)).toEqual(Array(5).fill(undefined))
    expect(wrong.map(readConversation)).toEqual(Array(4).fill(undefined))
  })

  it('may be missing, and then has its stand-in, but must not be wrong', () => {
    expect(readOptional(undefined, readNumber, 'none')).toBe('none')
    expect(readOptional(3, readNumber, 'none')).toBe(3)
    expect(readOptional(-3, readNumber, 'none')).toBeUndefined()
  })
})

describe('a name', () => {
  it('needs all of its three fields', () => {
    const fields = new Map<string, number | Uint8Array>([
      ['a', ID],
      ['c', GROUP],
      ['t', 7],
    ])
    const name = { author: OWNER.account, conversation: `03${'5a'.repeat(32)}`, sentAtMs: 7 }
    expect(readName(fields)).toEqual(name)
    for (const key of fields.keys()) {
      const rest = new Map([...fields].filter(([other]) => other !== key))
      expect(readName(rest)).toBeUndefined()
    }
  })
})

describe('fields', () => {
  it('are complete when none is undefined, whatever else they are', () => {
    expect(isComplete({ a: 0, b: '', c: null, d: false })).toBe(true)
    expect(isComplete({})).toBe(true)
    expect(isComplete({ a: 1, b: undefined })).toBe(false)
  })
})
