/** Messages that are filled up to their limits. */
import { describe, expect, it } from 'vitest'
import { keyOf } from '../../test/reconcile-fixtures.ts'
import {
  FIRST_BOUND,
  RECONCILE_BYTES_MAX,
  RECONCILE_RANGES_MAX,
  type ReconcileRange,
  decodeReconcileMessage,
} from './index.ts'
import { MESSAGE_BYTES_MIN, MessageDraft } from './message-draft.ts'

const FINGERPRINT = new Uint8Array(16)

function boundOf(index: number): Uint8Array {
  return Uint8Array.of(1 + Math.floor(index / 250), 1 + (index % 250))
}

function fingerprintRange(index: number): ReconcileRange {
  const lower = index === 0 ? FIRST_BOUND : boundOf(index)
  return { mode: 'fingerprint', lower, upper: boundOf(index + 1), fingerprint: FINGERPRINT }
}

function emptyListRange(index: number): ReconcileRange {
  const lower = index === 0 ? FIRST_BOUND : boundOf(index)
  return { mode: 'list', lower, upper: boundOf(index + 1), keys: new Uint8Array() }
}

function modesOf(draft: MessageDraft): readonly string[] {
  const decoded = decodeReconcileMessage(draft.encode())
  if (!decoded.ok) throw decoded.error
  return decoded.value.map(({ mode }) => mode)
}

describe('MessageDraft', () => {
  it('joins skips that follow one another', () => {
    const draft = new MessageDraft(FIRST_BOUND, RECONCILE_BYTES_MAX)
    draft.skipTo(Uint8Array.of(1))
    draft.skipTo(Uint8Array.of(2))
    draft.skipTo(undefined)
    expect(modesOf(draft)).toEqual(['skip'])
    expect([...draft.encode()]).toEqual([0, 0, 0])
  })

  it('never exceeds its limit of bytes, and says when there is no more room', () => {
    for (let bytesMax = MESSAGE_BYTES_MIN; bytesMax < MESSAGE_BYTES_MIN + 120; bytesMax++) {
      const draft = new MessageDraft(FIRST_BOUND, bytesMax)
      let index = 0
      while (draft.add(fingerprintRange(index))) index++
      draft.skipTo(undefined)
      expect(index).toBeGreaterThan(1)
      expect(draft.encode().length).toBeLessThanOrEqual(bytesMax)
      // The room that was left would not have held another one beside the skip.
      expect(draft.encode().length).toBeGreaterThan(bytesMax - 2 * 42 - 20)
    }
  })

  it('has room for a skip behind a message that is full', () => {
    const draft = new MessageDraft(FIRST_BOUND, MESSAGE_BYTES_MIN)
    let index = 0
    while (draft.add(fingerprintRange(index))) index++
    draft.skipTo(keyOf(...new Uint8Array(40).fill(0x7f)))
    expect(draft.encode().length).toBeLessThanOrEqual(MESSAGE_BYTES_MIN)
  })

  it('never exceeds the number of ranges', () => {
    const draft = new MessageDraft(FIRST_BOUND, RECONCILE_BYTES_MAX)
    let index = 0
    while (draft.add(emptyListRange(index))) index++
    expect([index, draft.keysLeft]).toEqual([RECONCILE_RANGES_MAX - 1, 0])
    draft.skipTo(undefined)
    expect(modesOf(draft)).toHaveLength(RECONCILE_RANGES_MAX)
  })

  it('has room for as many keys as it says', () => {
    for (let bytesMax = MESSAGE_BYTES_MIN; bytesMax < MESSAGE_BYTES_MIN + 90; bytesMax++) {
      const draft = new MessageDraft(FIRST_BOUND, bytesMax)
      draft.skipTo(Uint8Array.of(1))
      const count = draft.keysLeft
      expect(count).toBeGreaterThan(0)
      const keys = new Uint8Array(count * 40)
      const upper = new Uint8Array(40).fill(0x7f)
      expect(draft.add({ mode: 'list', lower: Uint8Array.of(1), upper, keys })).toBe(true)
    }
  })

  it('forgets what did not fit', () => {
    const draft = new MessageDraft(FIRST_BOUND, MESSAGE_BYTES_MIN)
    const keys = new Uint8Array(4000)
    expect(draft.add({ mode: 'list', lower: FIRST_BOUND, upper: undefined, keys })).toBe(false)
    expect(draft.isEmpty).toBe(true)
    expect(draft.add(fingerprintRange(0))).toBe(true)
    expect([draft.isEmpty, modesOf(draft)]).toEqual([false, ['fingerprint']])
  })
})
