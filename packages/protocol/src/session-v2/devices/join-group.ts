/**
 * Ways into a group (spec 12 §6.3 and §7.6): starting one, and asking to be taken into one.
 *
 * @module
 */
import { findActiveKey } from '../keys/account-key.ts'
import { INTEGER_MAX, MS_PER_SECOND } from '../limits.ts'
import { createDeviceRecord, type DeviceRecord } from './device-record.ts'
import { createGroupId } from './group-id.ts'
import { GROUP_TTL_MS } from './group-message.ts'
import {
  currentDeviceKeys,
  type GroupContext,
  type GroupRefusal,
  type GroupState,
  type GroupStep,
  groupText,
  type OwnRequest,
  ownRow,
  refuse,
  rotateAccountKey,
  setRow,
  toSeconds,
  unchanged,
} from './group-state.ts'
import { forgetGroup } from './leave-group.ts'
import { LINK_REQUEST_TTL_MS, sealLinkRequest } from './link-request.ts'
import { findMembership, type Membership } from './membership.ts'
import { receiveGroupMessage } from './receive-group.ts'

const START_REFUSED: Readonly<Partial<Record<Membership, GroupRefusal>>> = {
  unknown: 'membership_unknown',
  'in-group': 'already_registered',
  'cut-off': 'already_registered',
  removed: 'removed',
  displaced: 'removed',
}
/** Spec 12 §6.3. As long as an answer can be in the swarm. */
const OWN_REQUEST_KEPT_MS: number = GROUP_TTL_MS + LINK_REQUEST_TTL_MS

/** A restored account never does this by itself: its other devices may only be offline. */
export function startGroup(state: GroupState, context: GroupContext): GroupStep {
  const refusal = START_REFUSED[findMembership(state, context.nowMs)]
  return refusal === undefined ? unchanged(establishGroup(state, context)) : refuse(state, refusal)
}

/** Without a question, for an account that was created on this device a moment ago. */
export function establishGroup(state: GroupState, context: GroupContext): GroupState {
  const { nowMs, randomness } = context
  const record = createOwnRecord(state, nowMs)
  const groupId = createGroupId(nowMs, randomness)
  // Keys from before any group are this device's alone, and what was sealed to them is still to be read.
  const isFirst = state.groupId === undefined && ownRow(state).record === undefined
  const accountKeys = isFirst ? state.accountKeys : []
  const empty = { ...forgetGroup(state), accountKeys, groupId, ownRequests: [], readAtMs: nowMs }
  const started = rotateAccountKey(
    setRow(empty, state.deviceId, { state: 'registered', record }),
    context,
  )
  const active = findActiveKey(started.accountKeys)
  if (active === undefined) throw new TypeError('a new group has an active key')
  const seen = {
    linkKey: active.pairs.agreement.publicKey,
    seenAtMs: nowMs,
    expiresAtMs: nowMs + GROUP_TTL_MS,
    isDismissed: false,
  }
  return { ...started, groupsSeen: new Map(started.groupsSeen).set(groupText(groupId), seen) }
}

/** One number higher, at a time that no earlier request or record of ours has: an answer is known by it. */
export function createOwnRecord(state: GroupState, nowMs: number): DeviceRecord {
  const earlier = [ownRow(state).record, ...state.ownRequests.map(({ record }) => record)]
  const updatedSeconds = earlier.reduce(
    (latest, record) => Math.max(latest, (record?.updatedSeconds ?? 0) + 1),
    toSeconds(nowMs),
  )
  const sequence = earlier.reduce((highest, record) => Math.max(highest, record?.sequence ?? 0), 0)
  const keys = currentDeviceKeys(state)
  const extra = ownRow(state).record?.dict
  return createDeviceRecord({
    ...(extra && { extra }),
    ...state.details,
    sequence: Math.min(sequence + 1, INTEGER_MAX),
    updatedSeconds: Math.min(updatedSeconds, INTEGER_MAX),
    keys,
  })
}

/** From inside a group the device stays a working member until the other group has taken it in. */
export function requestLink(state: GroupState, group: string, context: GroupContext): GroupStep {
  const { account, randomness, nowMs } = context
  const own = ownRow(state)
  const seen = state.groupsSeen.get(group)
  if (!state.hasFetched) return refuse(state, 'membership_unknown')
  if (own.state === 'kicked' || state.displacedAtMs !== undefined) return refuse(state, 'removed')
  if (own.state === 'registered' && state.groupId && groupText(state.groupId) === group) {
    return refuse(state, 'already_registered')
  }
  if (seen === undefined || seen.expiresAtMs <= nowMs) return refuse(state, 'unknown_group')
  const record = createOwnRecord(state, nowMs)
  const { deviceId } = state
  const sealed = sealLinkRequest({ account, deviceId, record, linkKey: seen.linkKey }, randomness)
  if (!sealed.ok) return refuse(state, 'unknown_group')
  const { bytes, signed } = sealed.value
  const request: OwnRequest = { group, record, signed, isConfirmed: false }
  const asked = {
    ...state,
    ownRequests: [...state.ownRequests.map(withoutHeld), request],
  }
  const isOutside = own.state !== 'registered'
  const { updatedSeconds } = record
  return {
    state: isOutside ? setRow(asked, deviceId, { state: 'pending', record }) : asked,
    effects: [{ kind: 'store-link', bytes, ttlMs: LINK_REQUEST_TTL_MS, updatedSeconds }],
  }
}

function withoutHeld({ held: _held, ...request }: OwnRequest): OwnRequest {
  return request
}

/** From now on it may be shown: before, nobody could have received it. */
export function confirmLinkStored(
  state: GroupState,
  updatedSeconds: number,
  nowMs: number,
): GroupStep {
  const ownRequests = state.ownRequests.map((request) =>
    request.record.updatedSeconds === updatedSeconds
      ? { ...request, expiresAtMs: nowMs + LINK_REQUEST_TTL_MS }
      : request,
  )
  return unchanged({ ...state, ownRequests })
}

/**
 * The person has seen the same emoji on a device of the group. Without this, whoever has the seed could answer with a group
 * of its own, which no device of the real one would ever show.
 */
export function confirmLink(
  state: GroupState,
  updatedSeconds: number,
  context: GroupContext,
): GroupStep {
  const request = state.ownRequests.find(({ record }) => record.updatedSeconds === updatedSeconds)
  if (request === undefined) return refuse(state, 'no_such_request')
  const { held, ...rest } = request
  const confirmed = { ...rest, isConfirmed: true }
  const ownRequests = state.ownRequests.map((own) => (own === request ? confirmed : own))
  const next = { ...state, ownRequests }
  return held === undefined ? unchanged(next) : receiveGroupMessage(next, held, context)
}

/** A request whose time is over is withdrawn; a late answer to it may still come and is then taken. */
export function withdrawRequests(state: GroupState, nowMs: number): GroupState {
  const newest = state.ownRequests.at(-1)
  const isOver = newest !== undefined && deadlineOf(newest) <= nowMs && newest.held === undefined
  const kept = state.ownRequests.filter(
    ({ record }) => record.updatedSeconds > toSeconds(nowMs - OWN_REQUEST_KEPT_MS),
  )
  const next = { ...state, ownRequests: kept }
  return isOver ? withdraw(next) : next
}

/** One that the swarm never had ends as if it had been stored when it was made. */
function deadlineOf({ expiresAtMs, record }: OwnRequest): number {
  return expiresAtMs ?? record.updatedSeconds * MS_PER_SECOND + LINK_REQUEST_TTL_MS
}

/** The request itself stays: the store may have failed on its way back only, and an answer be under way. */
export function withdraw(state: GroupState): GroupState {
  const own = ownRow(state)
  if (own.state !== 'pending') return state
  return setRow(state, state.deviceId, { ...own, state: 'unregistered' })
}
