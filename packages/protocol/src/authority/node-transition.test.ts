/** The table of states, row by row, and the life of a node from its first document to its last. */
import { describe, expect, it } from 'vitest'
import { createEpochNode } from '../../test/authority-fixtures.ts'
import { type EpochNode, NODE_STATES, type NodeState, REASONS } from '../directory/epoch-content.ts'
import { CREDIT_MAX, CREDIT_REQUIRED } from './credit.ts'
import { type NodeOpinion, OFFENCES, stepNode } from './index.ts'

const FINE: NodeOpinion = { reasonsSeen: 0, reasonsAgreed: 0, isReady: false, isLeaving: false }
const READY: NodeOpinion = { ...FINE, isReady: true }
const FAILING: NodeOpinion = {
  ...FINE,
  reasonsSeen: REASONS.unreachable | REASONS.clockOff,
  reasonsAgreed: REASONS.unreachable,
}
const DOUBTED: NodeOpinion = { ...FINE, reasonsSeen: OFFENCES }
const LEAVING: NodeOpinion = { ...FINE, isLeaving: true }
const DISPUTED: NodeOpinion = {
  ...FINE,
  reasonsSeen: REASONS.addressDisputed,
  reasonsAgreed: REASONS.addressDisputed,
}

interface Row {
  readonly state: NodeState
  readonly since?: number
  readonly credit?: number
  readonly opinion: NodeOpinion
  readonly from?: number
  readonly to?: number
  readonly expected: readonly [state: NodeState, since: number, credit: number] | undefined
}

function createStanding({ state, since = 90, credit = 5000 }: Partial<Row>): EpochNode {
  return createEpochNode(0, state === undefined ? {} : { state, since, credit })
}

function step(row: Row): EpochNode | undefined {
  return stepNode(createStanding(row), row.opinion, { from: row.from ?? 99, to: row.to ?? 100 })
}

function show(node: EpochNode | undefined): Row['expected'] {
  return node === undefined ? undefined : [node.state, node.since, node.credit]
}

/** A day of epochs, after which a node that waits in vain is dropped. */
const LONG_AGO = 100 - 720
const STEPS: readonly (readonly [string, Row])[] = [
  [
    'awaiting and not ready: it waits',
    { state: 'awaiting', opinion: FINE, expected: ['awaiting', 90, 5000] },
  ],
  ['awaiting and ready', { state: 'awaiting', opinion: READY, expected: ['active', 100, 5000] }],
  [
    'awaiting and failing: it waits',
    { state: 'awaiting', opinion: FAILING, expected: ['awaiting', 90, 5000] },
  ],
  [
    'awaiting, ready and failing: no',
    { state: 'awaiting', opinion: { ...FAILING, isReady: true }, expected: ['awaiting', 90, 5000] },
  ],
  [
    'awaiting, ready and disputed',
    { state: 'awaiting', opinion: { ...DISPUTED, isReady: true }, expected: ['active', 100, 5000] },
  ],
  [
    'awaiting and going: at once',
    { state: 'awaiting', opinion: LEAVING, expected: ['left', 100, 5000] },
  ],
  [
    'awaiting, ready and going',
    { state: 'awaiting', opinion: { ...LEAVING, isReady: true }, expected: ['left', 100, 5000] },
  ],
  [
    'awaiting and failing for a day',
    { state: 'awaiting', since: LONG_AGO, opinion: FAILING, expected: ['left', 100, 5000] },
  ],
  [
    'awaiting and failing for less',
    {
      state: 'awaiting',
      since: LONG_AGO + 1,
      opinion: FAILING,
      expected: ['awaiting', LONG_AGO + 1, 5000],
    },
  ],
  [
    'awaiting for a day without fault',
    { state: 'awaiting', since: LONG_AGO, opinion: FINE, expected: ['awaiting', LONG_AGO, 5000] },
  ],
  ['active and fine: it earns', { state: 'active', opinion: FINE, expected: ['active', 90, 5001] }],
  [
    'active and fine, epochs skipped',
    { state: 'active', opinion: FINE, from: 95, expected: ['active', 90, 5005] },
  ],
  [
    'active with full credit',
    { state: 'active', credit: CREDIT_MAX, opinion: FINE, expected: ['active', 90, CREDIT_MAX] },
  ],
  [
    'active and doubted by too few',
    { state: 'active', opinion: DOUBTED, expected: ['active', 90, 5001] },
  ],
  ['active and disputed', { state: 'active', opinion: DISPUTED, expected: ['active', 90, 5001] }],
  [
    'active and failing, with credit',
    { state: 'active', opinion: FAILING, expected: ['decommissioned', 100, 5000] },
  ],
  [
    'active and failing, with just enough',
    {
      state: 'active',
      credit: CREDIT_REQUIRED,
      opinion: FAILING,
      expected: ['decommissioned', 100, 1800],
    },
  ],
  [
    'active and failing, with one part too little',
    {
      state: 'active',
      credit: CREDIT_REQUIRED - 1,
      opinion: FAILING,
      expected: ['left', 100, 1799],
    },
  ],
  ['active and going', { state: 'active', opinion: LEAVING, expected: ['leaving', 100, 5000] }],
  [
    'active, going and failing: it may hand over',
    {
      state: 'active',
      credit: 0,
      opinion: { ...FAILING, isLeaving: true },
      expected: ['leaving', 100, 0],
    },
  ],
  [
    'decommissioned and not ready: it drains',
    { state: 'decommissioned', opinion: FINE, expected: ['decommissioned', 90, 4970] },
  ],
  [
    'decommissioned, epochs skipped',
    { state: 'decommissioned', opinion: FAILING, from: 95, expected: ['decommissioned', 90, 4850] },
  ],
  [
    'decommissioned with a last epoch',
    { state: 'decommissioned', credit: 30, opinion: FAILING, expected: ['decommissioned', 90, 0] },
  ],
  [
    'decommissioned with less',
    { state: 'decommissioned', credit: 29, opinion: FAILING, expected: ['left', 100, -1] },
  ],
  [
    'decommissioned and ready',
    {
      state: 'decommissioned',
      since: 95,
      credit: 2000,
      opinion: READY,
      expected: ['active', 100, 2000 + 4 * 30 - 2 * 5 * 30],
    },
  ],
  [
    'decommissioned and ready after a gap',
    {
      state: 'decommissioned',
      since: 95,
      credit: 2000,
      opinion: READY,
      from: 95,
      expected: ['active', 100, 2000 - 2 * 5 * 30],
    },
  ],
  [
    'decommissioned and ready in the last moment',
    { state: 'decommissioned', since: 95, credit: 0, opinion: READY, expected: ['active', 100, 0] },
  ],
  [
    'decommissioned, ready and failing',
    {
      state: 'decommissioned',
      opinion: { ...FAILING, isReady: true },
      expected: ['decommissioned', 90, 4970],
    },
  ],
  [
    'decommissioned, ready and disputed',
    {
      state: 'decommissioned',
      since: 99,
      opinion: { ...DISPUTED, isReady: true },
      expected: ['active', 100, 4940],
    },
  ],
  [
    'decommissioned and going',
    { state: 'decommissioned', opinion: LEAVING, expected: ['left', 100, 5000] },
  ],
  [
    'leaving since two epochs',
    { state: 'leaving', since: 98, opinion: FINE, expected: ['leaving', 98, 5000] },
  ],
  [
    'leaving since three',
    { state: 'leaving', since: 97, opinion: FINE, expected: ['left', 100, 5000] },
  ],
  [
    'leaving and failing: the others take over',
    { state: 'leaving', since: 98, opinion: FAILING, expected: ['leaving', 98, 5000] },
  ],
  [
    'leaving and ready: it said that it goes',
    { state: 'leaving', since: 98, opinion: READY, expected: ['leaving', 98, 5000] },
  ],
  [
    'leaving, the epochs of its hand-over skipped',
    { state: 'leaving', since: 90, from: 90, opinion: FINE, expected: ['left', 100, 5000] },
  ],
  [
    'left since four epochs',
    { state: 'left', since: 96, opinion: READY, expected: ['left', 96, 5000] },
  ],
  ['left since five', { state: 'left', since: 95, opinion: READY, expected: undefined }],
]

describe('stepNode', () => {
  it.each(STEPS)('follows the table for a node that is %s', (_, row) => {
    expect(show(step(row))).toEqual(row.expected)
  })

  it.each(Object.entries(REASONS))('takes %s for what it is', (reason, bit) => {
    const opinion = { ...FINE, reasonsSeen: bit, reasonsAgreed: bit }
    const stepped = step({ state: 'active', opinion, expected: undefined })
    expect(stepped?.state).toBe(reason === 'addressDisputed' ? 'active' : 'decommissioned')
    expect(stepped?.reasonsAgreed).toBe(bit)
  })

  it.each(NODE_STATES.filter((state) => state !== 'left'))(
    'writes down what votes say of a node that is %s',
    (state) => {
      const stepped = step({ state, since: 99, opinion: FAILING, expected: undefined })
      expect(stepped).toMatchObject({ reasonsSeen: 10, reasonsAgreed: 2 })
      const healed =
        stepped === undefined ? undefined : stepNode(stepped, FINE, { from: 100, to: 101 })
      expect(healed).toMatchObject({ reasonsSeen: 0, reasonsAgreed: 0 })
    },
  )

  it('keeps why a node had to go for as long as it is shown', () => {
    const gone = step({ state: 'active', credit: 0, opinion: FAILING, expected: undefined })
    if (gone === undefined) throw new Error('gone too early')
    expect(stepNode(gone, DOUBTED, { from: 100, to: 104 })).toEqual(gone)
    expect(gone).toMatchObject({ state: 'left', reasonsAgreed: REASONS.unreachable })
  })

  it('changes nothing but standing and reasons', () => {
    for (const [, row] of STEPS) {
      const before = createStanding(row)
      const after = step(row)
      const { state, since, credit, reasonsSeen, reasonsAgreed } = before
      if (after === undefined) continue
      expect({ ...after, state, since, credit, reasonsSeen, reasonsAgreed }).toEqual(before)
    }
  })
})

describe('the life of a node', () => {
  /** Takes one opinion for a number of epochs, one document for each. */
  function live(
    node: EpochNode | undefined,
    opinion: NodeOpinion,
    [from, to]: [number, number],
  ): EpochNode | undefined {
    let current = node
    for (let epoch = from; epoch < to && current !== undefined; epoch++) {
      current = stepNode(current, opinion, { from: epoch, to: epoch + 1 })
    }
    return current
  }

  it('goes through every state, with the credit of each time', () => {
    const admitted = createEpochNode(0, { state: 'awaiting', since: 0, credit: 1800 })
    const waited = live(admitted, FAILING, [0, 5])
    expect(show(waited)).toEqual(['awaiting', 0, 1800])
    const active = live(waited, READY, [5, 6])
    expect(show(active)).toEqual(['active', 6, 1800])
    const earned = live(active, FINE, [6, 106])
    expect(show(earned)).toEqual(['active', 6, 1900])
    const down = live(earned, FAILING, [106, 117])
    expect(show(down)).toEqual(['decommissioned', 107, 1900 - 10 * 30])
    const back = live(down, READY, [117, 118])
    expect(show(back)).toEqual(['active', 118, 1900 - 2 * 11 * 30])
    const again = live(back, FAILING, [118, 119])
    expect(show(again)).toEqual(['left', 119, 1240])
    expect(show(live(again, READY, [119, 123]))).toEqual(['left', 119, 1240])
    expect(live(again, READY, [119, 124])).toBeUndefined()
  })

  it('ends in peace with a hand-over of three epochs', () => {
    const asked = live(createEpochNode(0, { credit: 100 }), LEAVING, [99, 100])
    expect(show(asked)).toEqual(['leaving', 100, 100])
    expect(show(live(asked, FINE, [100, 102]))?.[0]).toBe('leaving')
    expect(show(live(asked, FINE, [100, 103]))).toEqual(['left', 103, 100])
    expect(live(asked, FINE, [100, 108])).toBeUndefined()
  })

  it('is the same in one long step as in many short ones, for time that passes by itself', () => {
    for (const state of ['active', 'decommissioned'] as const) {
      const node = createEpochNode(0, { state, since: 90, credit: 4000 })
      const long = stepNode(node, FINE, { from: 100, to: 150 })
      expect(show(live(node, FINE, [100, 150]))).toEqual(show(long))
    }
  })
})
