import { EPOCH_MS_DEFAULT, type EpochNode, type NodeState } from '@sotto/protocol/directory'
import { describe, expect, it } from 'vitest'
import { describeDrain, describeStanding, type PlaceParts } from './find-own-place.ts'

const KEY = new Uint8Array(32).fill(9)

interface Situation {
  readonly state?: NodeState
  readonly isLeaving?: boolean
  readonly unconfirmed?: number
  readonly behindCount?: number
  readonly messages?: number
  readonly own?: Partial<EpochNode>
}

function createParts(situation: Situation): PlaceParts {
  const { state, isLeaving = false, unconfirmed, behindCount = 0, messages = 0 } = situation
  const own = { ed25519: KEY, state, since: 4, credit: 1800, reasonsAgreed: 0, reasonsSeen: 0 }
  const nodes = state === undefined ? [] : [{ ...own, ...situation.own, state }]
  return {
    base: {
      identity: { signing: { publicKey: KEY } },
      keeper: {
        freshness: 'fresh',
        document: { content: { epoch: 7, startsAt: 1, epochMs: EPOCH_MS_DEFAULT, nodes } },
      },
      records: { measure: () => ({ messages, bytes: 1 }) },
    },
    membership: { isLeaving },
    replication: { unconfirmed, behindCount },
  }
}

describe('describeDrain', () => {
  it.each<[string, Situation, object]>([
    ['nobody asked', { state: 'active', unconfirmed: 0 }, { isDraining: false, isDrained: false }],
    ['not heard yet', { state: 'active', isLeaving: true }, { isDraining: true, isDrained: false }],
    ['uncounted', { state: 'leaving' }, { isDraining: true, isDrained: false, unconfirmed: null }],
    ['some open', { state: 'leaving', unconfirmed: 3 }, { isDrained: false, unconfirmed: 3 }],
    ['a member behind', { state: 'leaving', unconfirmed: 0, behindCount: 1 }, { isDrained: false }],
    ['all kept', { state: 'leaving', unconfirmed: 0 }, { isDrained: true, hasLeft: false }],
    ['too late', { state: 'left', unconfirmed: 3 }, { isDrained: false, hasLeft: true }],
    ['in time', { state: 'left', unconfirmed: 0 }, { isDrained: true, hasLeft: true }],
    ['long gone', { isLeaving: true, unconfirmed: 0 }, { isDrained: true, hasLeft: true }],
    ['never counted, empty', { state: 'left', messages: 0 }, { isDrained: true, unconfirmed: 0 }],
    ['never counted', { state: 'left', messages: 2 }, { isDrained: false, unconfirmed: 2 }],
    ['a stranger', {}, { isDraining: false, isDrained: false, hasLeft: false }],
  ])('tells %s', (_, situation, expected) => {
    expect(describeDrain(createParts(situation))).toMatchObject(expected)
  })
})

describe('describeStanding', () => {
  it('counts credit in seconds: two hours at first', () => {
    expect(describeStanding(createParts({ state: 'awaiting' }))).toMatchObject({
      state: 'awaiting',
      since: 4,
      creditSeconds: 7200,
    })
  })

  it('names each reason that is agreed or seen', () => {
    const own = { reasonsAgreed: 8, reasonsSeen: 8 + 64 }
    expect(describeStanding(createParts({ state: 'decommissioned', own }))).toMatchObject({
      reasons: ['clockOff'],
      reasonsSeen: ['clockOff', 'keyShared'],
    })
  })

  it('calls a node unlisted that the document does not have', () => {
    expect(describeStanding(createParts({}))).toMatchObject({ state: 'unlisted', creditSeconds: 0 })
  })
})
