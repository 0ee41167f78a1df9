/** What a device remembers of a group beside its configurations. */
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, NOW_MS } from '../../../test/history-fixtures.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { GroupMemory } from './group-memory.ts'

const DAY_MS = 86_400_000

function createMessage(hash: string, bytes = 10) {
  const data = new Uint8Array(bytes).fill(hash.length)
  return { hash, timestampMs: NOW_MS, expiryMs: NOW_MS + 14 * DAY_MS, data }
}

function hashesOf(memory: GroupMemory, nowMs = NOW_MS): readonly string[] {
  return memory.takeWaiting(nowMs).map(({ hash }) => hash)
}

describe('messages that wait', () => {
  it('are given once, in their order, also after a restart', () => {
    const memory = new GroupMemory()
    for (const hash of ['a', 'b']) memory.wait(createMessage(hash), NOW_MS)
    const again = new GroupMemory(memory.dump())
    const [first] = new GroupMemory(memory.dump()).takeWaiting(NOW_MS)
    expect(first).toEqual({ ...createMessage('a'), untilMs: NOW_MS + DAY_MS })
    expect(hashesOf(again)).toEqual(['a', 'b'])
    expect(hashesOf(again)).toEqual([])
  })

  it('wait for a day from when they came, however often they are judged', () => {
    const memory = new GroupMemory()
    memory.wait(createMessage('a'), NOW_MS)
    for (let hours = 6; hours < 24; hours += 6) {
      const nowMs = NOW_MS + hours * 3_600_000
      const [message] = memory.takeWaiting(nowMs)
      if (message === undefined) throw new Error('still waiting')
      memory.wait(message, nowMs)
    }
    expect(hashesOf(memory, NOW_MS + DAY_MS)).toEqual([])
  })

  it('are bounded in number; the newest stay', () => {
    const memory = new GroupMemory()
    for (let index = 0; index < 150; index++) memory.wait(createMessage(`${index}`), NOW_MS)
    const hashes = hashesOf(memory)
    expect(hashes).toHaveLength(100)
    expect(hashes.at(0)).toBe('50')
    expect(hashes.at(-1)).toBe('149')
  })

  it('are bounded in bytes; the newest stay', () => {
    const memory = new GroupMemory()
    for (let index = 0; index < 20; index++) memory.wait(createMessage(`${index}`, 76_800), NOW_MS)
    const hashes = hashesOf(memory)
    expect(hashes).toHaveLength(13)
    expect(hashes.at(-1)).toBe('19')
  })

  it('do not wait at all if one alone is too large', () => {
    const memory = new GroupMemory()
    memory.wait(createMessage('large', 1_000_001), NOW_MS)
    expect(hashesOf(memory)).toEqual([])
  })
})

describe('those who were members', () => {
  it('are known with when they ended, also after a restart, until they come back', () => {
    const memory = new GroupMemory()
    memory.noteFormer(ALICE, NOW_MS)
    memory.noteFormer(BOB, NOW_MS + 1)
    const again = new GroupMemory(memory.dump())
    expect(again.findEnd(ALICE)).toBe(NOW_MS)
    expect(again.findEnd(BOB)).toBe(NOW_MS + 1)
    again.noteMember(ALICE)
    expect(again.findEnd(ALICE)).toBeUndefined()
    expect(new GroupMemory(again.dump()).findEnd(BOB)).toBe(NOW_MS + 1)
  })

  it('are bounded; those of long ago are forgotten', () => {
    const memory = new GroupMemory()
    const ids = Array.from({ length: 510 }, (_, index) => createAccount(`x${index}`).accountId)
    for (const id of ids) memory.noteFormer(id, NOW_MS)
    expect(ids.filter((id) => memory.findEnd(id) !== undefined)).toEqual(ids.slice(10))
  })
})

describe('what members ask for', () => {
  it('is there until it is taken, also after a restart, and bounded', () => {
    const memory = new GroupMemory()
    const tasks = Array.from({ length: 510 }, (_, index) => ({
      kind: index % 2 === 0 ? ('joined' as const) : ('leaving' as const),
      member: ALICE,
      sentAtMs: NOW_MS + index,
    }))
    for (const task of tasks) memory.addTask(task)
    const again = new GroupMemory(memory.dump())
    expect(again.takeTasks()).toEqual(tasks.slice(10))
    expect(again.takeTasks()).toEqual([])
  })

  it('is compared with the last time that somebody joined', () => {
    const memory = new GroupMemory()
    expect(memory.findAnswer(ALICE)).toBe(0)
    for (const sentAtMs of [5, 9, 7]) memory.noteAnswer(ALICE, sentAtMs)
    expect(new GroupMemory(memory.dump()).findAnswer(ALICE)).toBe(9)
    expect(memory.findAnswer(BOB)).toBe(0)
  })
})
