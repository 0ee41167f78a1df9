/** Whatever is in the place of a dump: something that was not remembered, never a throw. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, NOW_MS } from '../../../test/history-fixtures.ts'
import { GroupMemory } from './group-memory.ts'

function createDump(): Uint8Array {
  const memory = new GroupMemory()
  const data = new Uint8Array(20).fill(7)
  memory.wait({ hash: 'a hash', timestampMs: NOW_MS, expiryMs: NOW_MS + 5, data }, NOW_MS)
  memory.noteFormer(ALICE, NOW_MS)
  memory.noteAnswer(ALICE, NOW_MS)
  memory.addTask({ kind: 'leaving', member: ALICE, sentAtMs: NOW_MS })
  return memory.dump()
}

/** What can be written again and read is what a memory may hold. */
function expectStable(dump: Uint8Array): void {
  const memory = new GroupMemory(dump)
  const again = new GroupMemory(memory.dump())
  expect(again.dump()).toEqual(memory.dump())
  for (const message of memory.takeWaiting(0)) {
    expect(typeof message.hash).toBe('string')
    expect(message.data).toBeInstanceOf(Uint8Array)
    expect([message.timestampMs, message.expiryMs, message.untilMs].every(Number.isFinite)).toBe(
      true,
    )
  }
}

describe('a memory', () => {
  it('reads random bytes as nothing', () => {
    fc.assert(fc.property(arbitraryBytes(200), expectStable), { numRuns: DECODER_RUNS })
  })

  it('reads mutated dumps as far as they hold', () => {
    fc.assert(fc.property(arbitraryMutation(createDump()), expectStable), { numRuns: DECODER_RUNS })
  })

  it('reads any JSON', () => {
    const json = fc.oneof(
      fc.json(),
      fc
        .record({ waiting: fc.jsonValue(), former: fc.jsonValue(), tasks: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(json, (text) => {
        expectStable(encodeUtf8(text))
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
