/**
 * Revisions of configurations, spec 11 §2 and §5, against a second implementation that shares no code with ours: from
 * the same states and the same merges both write the same bytes.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BtValue, decodeBt } from '../src/bt/index.ts'
import { isDict } from '../src/bt/read-bt.ts'
import {
  type ConfigMessage,
  createFirstMessage,
  createNextMessage,
} from '../src/config/config-message.ts'
import type { ConfigDict } from '../src/config/config-value.ts'
import { decodeData } from '../src/config/data-encoding.ts'
import { decodeMessage } from '../src/config/decode-message.ts'
import { mergeMessages } from '../src/config/merge-messages.ts'
import {
  dictOf,
  mergeTheirs,
  parseTree,
  reviseTheirs,
  type Tree,
  writeTree,
} from './reference-config.ts'

const key = fc.constantFrom('', '61', '62', 'ff')
const scalar: fc.Arbitrary<Tree> = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }).map((int) => ({ int })),
  fc.constantFrom<Tree>(
    { int: -(2n ** 63n) },
    { int: 2n ** 63n - 1n },
    { hex: '' },
    { hex: '00ff' },
  ),
)
const set: fc.Arbitrary<Tree> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    fc.subarray(['61', '62']),
  )
  .filter(([ints, strings]) => ints.length + strings.length > 0)
  .map(([ints, strings]) => ({
    list: [
      ...ints.toSorted((a, b) => a - b).map((int) => ({ int: BigInt(int) })),
      ...strings.map((hex) => ({ hex })),
    ],
  }))

function dictTree(depth: number, minKeys: number): fc.Arbitrary<Tree> {
  const leaves = [scalar, set]
  const value = depth === 0 ? fc.oneof(...leaves) : fc.oneof(...leaves, dictTree(depth - 1, 1))
  return fc.dictionary(key, value, { minKeys, maxKeys: 3 }).map((dict) => ({ dict: { ...dict } }))
}

const state = dictTree(2, 0)
/** Each step makes a revision after an earlier one, or merges some of them. */
const steps = fc.array(
  fc.oneof(
    fc.record({ after: fc.nat({ max: 30 }), state }),
    fc.record({ merged: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 5 }) }),
  ),
  { minLength: 1, maxLength: 14 },
)

function ourData(tree: Tree): ConfigDict {
  const decoded = decodeBt(Uint8Array.from(writeTree(tree)))
  const value: BtValue = decoded.ok ? decoded.value : []
  const data = isDict(value) ? decodeData(value) : undefined
  if (data === undefined) throw new TypeError('the state of a test cannot be read')
  return data
}

describe('two implementations of configurations', () => {
  it('write the same bytes for every history of revisions and merges', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const ours: ConfigMessage[] = [createFirstMessage()]
        const theirs: Buffer[] = [Buffer.from('d1:#i0e1:&de1:<le1:=dee')]
        const pick = <T>(list: readonly T[], index: number): readonly T[] =>
          list.slice(index % list.length, (index % list.length) + 1)
        for (const step of history) {
          if ('state' in step) {
            for (const message of pick(ours, step.after)) {
              ours.push(createNextMessage(message, ourData(step.state)))
            }
            for (const bytes of pick(theirs, step.after).slice(0, 1)) {
              theirs.push(reviseTheirs(bytes, dictOf(step.state)))
            }
          } else {
            const [mine, others] = [ours, theirs] as const
            const chosen = step.merged.flatMap((index) => pick(mine, index))
            ours.push(mergeMessages(chosen, { kind: 'writer' }).message)
            theirs.push(mergeTheirs(step.merged.flatMap((index) => pick(others, index))))
          }
          expect(Buffer.from(ours.at(-1)?.bytes ?? []).toString('latin1')).toBe(
            theirs.at(-1)?.toString('latin1'),
          )
        }
      }),
      { numRuns: 400 },
    )
  })

  it('read what the other wrote, to the same data', () => {
    fc.assert(
      fc.property(state, (tree) => {
        const bytes = reviseTheirs(Buffer.from('d1:#i0e1:&de1:<le1:=dee'), dictOf(tree))
        const read = decodeMessage(Uint8Array.from(bytes))
        expect(read.ok && read.value.data).toEqual(ourData(tree))
        expect(parseTree(bytes)).toEqual(parseTree(Buffer.from(writeTree(parseTree(bytes)))))
      }),
      { numRuns: 500 },
    )
  })
})
