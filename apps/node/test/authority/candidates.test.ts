/** Strangers are voted on while they wait, and no longer (spec 08 §4.3). */
import { encodeHex } from '@sotto/crypto/bytes'
import { decodeDescriptor, type SignedDescriptor } from '@sotto/protocol/directory'
import { ObservationBook } from '@sotto/protocol/health'
import { describe as suite, expect, it } from 'vitest'
import { OPEN_ADMISSION } from '../../src/authority/admission-policy.ts'
import { AuthorityInbox } from '../../src/authority/authority-inbox.ts'
import { Candidates } from '../../src/authority/candidates.ts'
import {
  createDocument,
  createKeeper,
  describe,
  EPOCH_MS,
  keyOf,
  START_MS,
} from '../directory/directory-fixture.ts'

const NOBODY: ReadonlySet<string> = new Set()
const SILENCE_MS = 4 * EPOCH_MS
const CANDIDATES_MAX = 256

function read(index: number, changes: { issuedAt?: number; host?: string } = {}): SignedDescriptor {
  const signed = decodeDescriptor(describe(index, changes))
  if (!signed.ok) throw new Error('a descriptor')
  return signed.value
}

function forgetAt(candidates: Candidates, nowMs: number, listed = NOBODY): void {
  candidates.forget(listed, { nowMs, epochMs: EPOCH_MS })
}

suite('a stranger', () => {
  it('is a candidate for four epochs after it was heard, and not longer', () => {
    const candidates = new Candidates()
    candidates.take(read(50), START_MS)
    forgetAt(candidates, START_MS + SILENCE_MS)
    expect(candidates.list()).toHaveLength(1)
    forgetAt(candidates, START_MS + SILENCE_MS + 1)
    expect(candidates.list()).toEqual([])
  })

  it('stays one while it goes on announcing itself, also with the same descriptor', () => {
    const candidates = new Candidates()
    for (let epoch = 0; epoch < 20; epoch += 1) {
      candidates.take(read(50), START_MS + epoch * EPOCH_MS)
      forgetAt(candidates, START_MS + epoch * EPOCH_MS)
    }
    expect(candidates.list()).toHaveLength(1)
  })

  it('is not kept by copies of what it said before its newest descriptor', () => {
    const candidates = new Candidates()
    candidates.take(read(50, { issuedAt: START_MS + 1 }), START_MS)
    expect(candidates.take(read(50, { issuedAt: START_MS }), START_MS + SILENCE_MS)).toBe(true)
    forgetAt(candidates, START_MS + SILENCE_MS + 1)
    expect(candidates.list()).toEqual([])
  })

  it('is no candidate once it is listed', () => {
    const candidates = new Candidates()
    const signed = read(50)
    candidates.take(signed, START_MS)
    forgetAt(candidates, START_MS, new Set([encodeHex(signed.descriptor.ed25519)]))
    expect(candidates.list()).toEqual([])
  })

  it('has a place again when those who filled the list have fallen silent', () => {
    const candidates = new Candidates()
    for (let index = 0; index < CANDIDATES_MAX; index += 1) {
      expect(candidates.take(read(100 + index), START_MS)).toBe(true)
    }
    expect(candidates.take(read(51), START_MS)).toBe(false)
    forgetAt(candidates, START_MS + SILENCE_MS + 1)
    expect(candidates.take(read(51), START_MS + SILENCE_MS + 1)).toBe(true)
  })
})

suite('the vote of an authority', () => {
  it('leaves out a stranger that has fallen silent, and takes it when it is heard again', () => {
    const base = createDocument()
    const { clock, keeper } = createKeeper(base)
    const book = new ObservationBook()
    const inbox = new AuthorityInbox({
      ownKey: keyOf(0),
      keeper,
      clock,
      policy: OPEN_ADMISSION,
      book,
    })
    const bytes = describe(50)
    expect(inbox.admit(bytes)).toBe(true)
    clock.step(SILENCE_MS)
    expect(inbox.createVote(base).descriptors).toHaveLength(1)
    clock.step(1)
    expect(inbox.createVote(base).descriptors).toEqual([])
    expect(inbox.admit(bytes)).toBe(true)
    expect(inbox.createVote(base).descriptors).toHaveLength(1)
  })
})
