/**
 * Credit, states and the beacon, written a second time from spec 08 with nothing of ours: one epoch after another, in
 * minutes, with what a node had when it went remembered instead of reckoned back.
 */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeBeacon } from '../src/authority/beacon.ts'
import { type NodeOpinion, stepNode } from '../src/authority/index.ts'
import { type EpochNode, NODE_STATES, type NodeState } from '../src/directory/epoch-content.ts'
import { createEpochNode } from './authority-fixtures.ts'
import { hashSlowly } from './reference-hash.ts'

/** Epochs of two minutes; a good day earns 48 minutes, so a good epoch earns 4 seconds. */
const EPOCH_SECONDS = 120
const EARNED_SECONDS = (48 * 60) / 720
const MOST_SECONDS = 48 * 3600
const REQUIRED_SECONDS = 2 * 3600
/** Thirtieths of two minutes. */
const PART_SECONDS = EPOCH_SECONDS / 30
const DISPUTED = 32

interface Life {
  readonly state: NodeState
  readonly entered: number
  readonly seconds: number
  /** While it is decommissioned. */
  readonly secondsBefore: number
}

interface Says {
  readonly failing: boolean
  readonly ready: boolean
  readonly going: boolean
}

type Rule = (life: Life, says: Says, now: number) => Partial<Life> | 'gone'

/** One row for each state: what happens in a document that comes `skipped` epochs after the one before. */
const RULES: Readonly<Record<NodeState, Rule>> = {
  awaiting: ({ entered }, { failing, ready, going }, now) => {
    if (going || (failing && now - entered >= 720)) return { state: 'left' }
    return ready && !failing ? { state: 'active' } : {}
  },
  active: ({ seconds }, { failing, going }) => {
    if (going) return { state: 'leaving' }
    if (!failing) return {}
    return seconds < REQUIRED_SECONDS
      ? { state: 'left' }
      : { state: 'decommissioned', secondsBefore: seconds }
  },
  decommissioned: ({ secondsBefore, entered, seconds }, { failing, ready, going }, now) => {
    if (going) return { state: 'left' }
    const away = (now - entered) * EPOCH_SECONDS
    if (ready && !failing)
      return { state: 'active', seconds: Math.max(0, secondsBefore - 2 * away) }
    return seconds < 0 ? { state: 'left' } : {}
  },
  leaving: ({ entered }, _, now) => (now - entered >= 3 ? { state: 'left' } : {}),
  left: ({ entered }, _, now) => (now - entered >= 5 ? 'gone' : {}),
}

/** What passes by itself, for one epoch: the document's state, and whether it found the node fit to go on. */
function passEpoch(life: Life, { failing, ready, going }: Says): Life {
  const { state, seconds } = life
  if (state === 'active' && !failing && !going) {
    return { ...life, seconds: Math.min(MOST_SECONDS, seconds + EARNED_SECONDS) }
  }
  const drains = state === 'decommissioned' && !going && !(ready && !failing)
  return drains ? { ...life, seconds: Math.max(-MOST_SECONDS, seconds - EPOCH_SECONDS) } : life
}

function advance(
  life: Life,
  says: Says,
  { from, to }: { from: number; to: number },
): Life | undefined {
  let passed = life
  for (let epoch = from; epoch < to; epoch++) passed = passEpoch(passed, says)
  const change = RULES[life.state](passed, says, to)
  if (change === 'gone') return undefined
  return change.state === undefined
    ? { ...passed, ...change }
    : { ...passed, ...change, entered: to }
}

function opinionOf({ failing, ready, going }: Says, bits: number): NodeOpinion {
  const reasons = failing ? bits : bits & DISPUTED
  return { reasonsSeen: bits, reasonsAgreed: reasons, isReady: ready, isLeaving: going }
}

const arbitraryStep = fc.record({
  failing: fc.boolean(),
  ready: fc.boolean(),
  going: fc.integer({ min: 0, max: 20 }).map((chance) => chance === 0),
  // Any offence, with or without the reason that is none.
  bits: fc
    .integer({ min: 1, max: 127 })
    .map((bits) => ((bits & ~DISPUTED) === 0 ? bits | 1 : bits)),
  documents: fc.constantFrom(1, 1, 1, 2, 10, 90, 700),
  skipped: fc.constantFrom(1, 1, 1, 2, 7, 2000),
})

function show(node: EpochNode | undefined): object | undefined {
  if (node === undefined) return undefined
  return { state: node.state, entered: node.since, seconds: node.credit * PART_SECONDS }
}

function showLife(life: Life | undefined): object | undefined {
  if (life === undefined) return undefined
  return { state: life.state, entered: life.entered, seconds: life.seconds }
}

describe('the life of a node', () => {
  it('is the one that the specification tells, for any opinions, documents and gaps', () => {
    const reached = new Map<NodeState, number>()
    const start = fc.constantFrom(0, 1799, 1800, 1801, 20_000, 43_000)
    fc.assert(
      fc.property(
        start,
        fc.array(arbitraryStep, { minLength: 1, maxLength: 12 }),
        (credit, steps) => {
          let epoch = 0
          let ours: EpochNode | undefined = createEpochNode(0, {
            state: 'awaiting',
            since: 0,
            credit,
          })
          const seconds = credit * PART_SECONDS
          let theirs: Life | undefined = {
            state: 'awaiting',
            entered: 0,
            seconds,
            secondsBefore: 0,
          }
          for (const { documents, skipped, bits, ...says } of steps) {
            for (
              let count = 0;
              count < documents && ours !== undefined && theirs !== undefined;
              count++
            ) {
              const times = { from: epoch, to: epoch + skipped }
              ours = stepNode(ours, opinionOf(says, bits), times)
              theirs = advance(theirs, says, times)
              epoch = times.to
              expect(show(ours)).toEqual(showLife(theirs))
              if (ours !== undefined) reached.set(ours.state, (reached.get(ours.state) ?? 0) + 1)
            }
          }
        },
      ),
      { numRuns: 300 },
    )
    expect([...reached.keys()].toSorted()).toEqual(NODE_STATES.toSorted())
  })
})

describe('the beacon', () => {
  it('is theirs for any reveals', () => {
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(
        bytes32,
        fc.nat(),
        fc.array(bytes32, { maxLength: 9 }),
        (previous, epoch, reveals) => {
          const number = Buffer.alloc(8)
          number.writeBigUInt64BE(BigInt(epoch))
          const input = Buffer.concat([
            Buffer.from('sotto-epoch-beacon'),
            previous,
            number,
            ...reveals,
          ])
          const ours = computeBeacon({ previous, epoch, reveals })
          expect(encodeHex(ours)).toBe(hashSlowly(input, 32).toString('hex'))
        },
      ),
      { numRuns: 50 },
    )
  })
})
