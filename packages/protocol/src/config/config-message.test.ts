/** Revisions as they are written: what one repeats of those before it (spec 11 §2.3, §5.4). */
import { describe, expect, it } from 'vitest'
import { decodeBt } from '../bt/index.ts'
import { EMPTY_DIFF } from './config-diff.ts'
import { type ConfigMessage, createFirstMessage, createNextMessage } from './config-message.ts'
import type { ConfigDict } from './config-value.ts'
import { decodeMessage } from './decode-message.ts'
import { mergeMessages } from './merge-messages.ts'

function dataOf(name: string, value: number): ConfigDict {
  return new Map([[name, value]])
}

/** So many revisions, one after the other, from the first message on. */
function revise(count: number, from = createFirstMessage(), name = 'n'): ConfigMessage {
  let message = from
  for (let round = 0; round < count; round++) {
    message = createNextMessage(message, dataOf(name, message.seqno + 1))
  }
  return message
}

function seqnosOf({ lagged }: ConfigMessage): readonly number[] {
  return lagged.map(({ seqno }) => seqno)
}

/** What a stranger finds in the bytes. */
function readDict({ bytes }: ConfigMessage): ReadonlyMap<string, unknown> {
  const decoded = decodeBt(bytes)
  if (!decoded.ok || !(decoded.value instanceof Map)) throw new TypeError('a dict')
  return decoded.value
}

describe('a revision', () => {
  it.each([
    [1, [0]],
    [3, [0, 1, 2]],
    [4, [0, 1, 2, 3]],
    [5, [1, 2, 3, 4]],
    [6, [2, 3, 4, 5]],
    [40, [36, 37, 38, 39]],
  ])('with seqno %i repeats the changes of %j and of none before (trap 17)', (count, seqnos) => {
    const message = revise(count)
    expect(seqnosOf(message)).toEqual(seqnos)
    expect(readDict(message).get('<')).toHaveLength(seqnos.length)
    const read = decodeMessage(message.bytes, undefined)
    expect(read.ok && seqnosOf(read.value)).toEqual(seqnos)
  })

  it('says what is new against the one before, and repeats what that one said', () => {
    const one = revise(1)
    const two = createNextMessage(one, dataOf('m', 1))
    expect(two.lagged.at(-1)).toEqual({ seqno: 1, hash: one.hash, diff: one.diff })
    expect(readDict(one).get('=')).toEqual(new Map([['n', new Uint8Array()]]))
    const gone = new Uint8Array([0x2d])
    expect(readDict(two).get('=')).toEqual(
      new Map([
        ['m', new Uint8Array()],
        ['n', gone],
      ]),
    )
  })
})

describe('a revision that merges', () => {
  const base = revise(6)
  const branches = ['a', 'b', 'c'].map((name) => revise(1, base, name))
  const merged = mergeMessages(branches, { kind: 'writer' }).message

  it('has no change of its own: all of them are repeated ones (trap 17)', () => {
    expect(merged.diff).toEqual(EMPTY_DIFF)
    expect(readDict(merged).get('=')).toEqual(new Map())
    expect([...merged.data.keys()].toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('repeats four earlier seqnos as well, of which one may have several changes (trap 17)', () => {
    expect(merged.seqno).toBe(8)
    expect(seqnosOf(merged)).toEqual([4, 5, 6, 7, 7, 7])
    const hashes = merged.lagged.slice(-3).map(({ hash }) => hash)
    expect(hashes).toEqual(branches.map(({ hash }) => hash).toSorted())
  })

  it('is followed by one that says nothing for it, but goes on repeating the others', () => {
    const next = createNextMessage(merged, dataOf('a', 9))
    expect(seqnosOf(next)).toEqual([5, 6, 7, 7, 7, 8])
    expect(next.lagged.at(-1)).toEqual({ seqno: 8, hash: merged.hash, diff: EMPTY_DIFF })
  })
})
