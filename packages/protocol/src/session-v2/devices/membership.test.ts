/** The table of spec 12 §7.5, row by row. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { GROUP_ID, RECORD } from '../../../test/session-v2-fixtures.ts'
import { expandAccountSeed } from '../keys/key-pairs.ts'
import {
  createGroupState,
  type DeviceState,
  type GroupSeen,
  type GroupState,
  groupText,
  type OwnRequest,
  resumeGroupState,
  setRow,
} from './group-state.ts'
import { findMembership, findOtherGroups, type Membership } from './membership.ts'

const NOW = 1_800_000_000_000
const OURS = groupText(GROUP_ID)
const randomness = createSeededRandomness('membership')
const EMPTY = { ...createGroupState({}, { randomness, nowMs: NOW }), hasFetched: true }
const LINK_KEY = expandAccountSeed(new Uint8Array(32)).agreement.publicKey

function seenUntil(expiresAtMs: number): GroupSeen {
  return { linkKey: LINK_KEY, seenAtMs: NOW - 1, expiresAtMs, isDismissed: false }
}

function own(state: DeviceState, groups: Readonly<Record<string, number>> = {}): GroupState {
  const groupsSeen = new Map(
    Object.entries(groups).map(([group, leftMs]) => [group, seenUntil(NOW + leftMs)]),
  )
  return setRow({ ...EMPTY, groupId: GROUP_ID, groupsSeen }, EMPTY.deviceId, { state })
}

const REQUEST: OwnRequest = {
  group: 'other',
  record: RECORD,
  signed: new Uint8Array(),
  isConfirmed: false,
}
const HELD: OwnRequest = {
  ...REQUEST,
  held: { bytes: new Uint8Array(), hash: 'h', storedAtMs: NOW, expiresAtMs: NOW },
}

describe('findMembership', () => {
  it.each<[string, GroupState, Membership]>([
    ['before a fetch', resumeGroupState(own('registered', { [OURS]: 1 })), 'unknown'],
    ['a member', own('registered', { [OURS]: 1 }), 'in-group'],
    ['a member beside another group', own('registered', { [OURS]: 1, other: 1 }), 'in-group'],
    ['a member whose group nobody has seen, alone', own('registered'), 'in-group'],
    ['a member whose group ran out, alone', own('registered', { [OURS]: 0 }), 'in-group'],
    [
      'one whose group ran out beside another',
      own('registered', { [OURS]: 0, other: 1 }),
      'cut-off',
    ],
    ['one whose group was never seen beside another', own('registered', { other: 1 }), 'cut-off'],
    ['one that the group goes on without', { ...own('registered'), displacedAtMs: 5 }, 'displaced'],
    ['one that was removed', own('kicked', { [OURS]: 1, other: 1 }), 'removed'],
    ['one that has asked', own('pending', { other: 1 }), 'waiting'],
    ['one with an answer to confirm', { ...own('unregistered'), ownRequests: [HELD] }, 'waiting'],
    [
      'one whose newest request has no answer',
      { ...own('unregistered', { other: 1 }), ownRequests: [HELD, REQUEST] },
      'groups-visible',
    ],
    ['a restored account with a group', own('unregistered', { other: 1 }), 'groups-visible'],
    ['a restored account whose groups ran out', own('unregistered', { other: 0 }), 'no-group'],
    ['an account with nothing', own('unregistered'), 'no-group'],
  ])('says what %s is', (_what, state, membership) => {
    expect(findMembership(state, NOW)).toBe(membership)
  })
})

describe('findOtherGroups', () => {
  it('leaves out our own and those that ran out, and keeps dismissed ones', () => {
    const state = own('registered', { [OURS]: 1, gone: 0, other: 1 })
    const dismissed = new Map(state.groupsSeen).set('quiet', {
      ...seenUntil(NOW + 1),
      isDismissed: true,
    })
    expect(findOtherGroups({ ...state, groupsSeen: dismissed }, NOW)).toEqual(['other', 'quiet'])
  })

  it('counts every group as another before there is one of our own', () => {
    const { groupId: _ours, ...outside } = own('unregistered', { [OURS]: 1 })
    expect(findOtherGroups(outside, NOW)).toEqual([OURS])
  })
})
