/**
 * The reducer of device groups (spec 12 §7): one step for each message, answer, command and tick of the clock. It decides; storing, fetching
 * and asking a person are effects, which the client carries out.
 *
 * @module
 */
import { addNewAccountKey, findActiveKey, pruneAccountKeys } from '../keys/account-key.ts'
import { arePublicKeysEqual, type PublicKeys, publicKeysOf } from '../keys/key-pairs.ts'
import { computeRotationSeconds } from '../keys/rotation.ts'
import { SECONDS_PER_DAY } from '../limits.ts'
import { type DeviceId, deviceIdBytes } from './device-id.ts'
import type { DeviceDetails } from './device-record.ts'
import {
  addNotice,
  createDeviceKey,
  type GroupContext,
  type GroupNotice,
  type GroupState,
  type GroupStep,
  type IncomingMessage,
  isActiveMember,
  ownRow,
  type PushSnapshot,
  refuse,
  registeredIds,
  rotateAccountKey,
  setRow,
  toSeconds,
  unchanged,
} from './group-state.ts'
import {
  confirmLink,
  confirmLinkStored,
  createOwnRecord,
  establishGroup,
  requestLink,
  startGroup,
  withdraw,
  withdrawRequests,
} from './join-group.ts'
import { dismissGroup, leaveGroup, removeDevice, renewIdentity } from './leave-group.ts'
import {
  acceptRequest,
  expireRequests,
  ignoreRequest,
  receiveLinkRequest,
} from './link-requests-seen.ts'
import { readGroupMessageKind } from './open-group.ts'
import { confirmPush, createPublication, createPush, needsPush } from './push-group.ts'
import { receiveGroupMessage } from './receive-group.ts'

export type GroupEvent =
  /** Anything from the group's namespace, in the order in which the swarm gave it. */
  | { readonly kind: 'message'; readonly message: IncomingMessage }
  /** The last page was read. */
  | { readonly kind: 'fetched' }
  | { readonly kind: 'pushed'; readonly snapshot: PushSnapshot; readonly hash: string }
  | { readonly kind: 'push-failed' }
  /** What our own outbox shows, checked. */
  | { readonly kind: 'outbox-seen'; readonly keys: PublicKeys }
  | { readonly kind: 'link-stored'; readonly updatedSeconds: number }
  | { readonly kind: 'link-failed' }
  | { readonly kind: 'tick' }
  | GroupCommand

/** What a person asks for. */
export type GroupCommand =
  /** The account was created here. */
  | { readonly kind: 'establish' }
  | { readonly kind: 'start-group' }
  | { readonly kind: 'request-link'; readonly group: string }
  | { readonly kind: 'confirm-link'; readonly updatedSeconds: number }
  | { readonly kind: 'accept-request'; readonly id: number }
  | { readonly kind: 'ignore-request'; readonly id: number }
  | { readonly kind: 'remove-device'; readonly deviceId: DeviceId }
  | { readonly kind: 'leave-group' }
  | { readonly kind: 'renew-identity' }
  | { readonly kind: 'dismiss-group'; readonly group: string }
  | { readonly kind: 'update-details'; readonly details: DeviceDetails }
  | { readonly kind: 'rotate-device-keys' }

/** Spec 12 §7.7. As long as a message to an old device key can be in the swarm. */
const OLD_DEVICE_KEY_KEPT_SECONDS: number = 30 * SECONDS_PER_DAY

/** Pure: the same state, event, time and random bytes give the same step, and the state that went in stays as it was. */
export function reduceGroup(
  state: GroupState,
  event: GroupEvent,
  context: GroupContext,
): GroupStep {
  const step = reduceEvent(state, event, context)
  const seeds = findErasedSeeds(state, step.state)
  if (seeds.length === 0) return step
  return { ...step, effects: [...step.effects, { kind: 'wipe', seeds }] }
}

function findErasedSeeds(before: GroupState, after: GroupState): readonly Uint8Array[] {
  const kept = new Set([...after.accountKeys, ...after.deviceKeys].map(({ seed }) => seed))
  return [...before.accountKeys, ...before.deviceKeys].flatMap(({ seed }) =>
    kept.has(seed) ? [] : [seed],
  )
}

function reduceEvent(state: GroupState, event: GroupEvent, context: GroupContext): GroupStep {
  switch (event.kind) {
    case 'message':
      return receiveMessage(state, event.message, context)
    case 'fetched':
      return settleFetch(state, context)
    case 'pushed':
      return confirmPush(state, event, context)
    case 'push-failed':
      return unchanged({ ...state, isPushing: false })
    case 'outbox-seen':
      return unchanged(compareOutbox(state, event.keys))
    case 'link-stored':
      return confirmLinkStored(state, event.updatedSeconds, context.nowMs)
    case 'link-failed':
      return unchanged(withdraw(state))
    case 'tick':
      return flushNotices(unchanged(advanceClock(state, context)))
    default:
      return flushNotices(obeyCommand(state, event, context))
  }
}

function obeyCommand(state: GroupState, command: GroupCommand, context: GroupContext): GroupStep {
  switch (command.kind) {
    case 'establish':
      return unchanged(establishGroup(state, context))
    case 'start-group':
      return startGroup(state, context)
    case 'request-link':
      return requestLink(state, command.group, context)
    case 'confirm-link':
      return confirmLink(state, command.updatedSeconds, context)
    case 'accept-request':
      return acceptRequest(state, command.id, context)
    case 'ignore-request':
      return ignoreRequest(state, command.id)
    case 'remove-device':
      return removeDevice(state, command.deviceId, context)
    case 'leave-group':
      return leaveGroup(state, context)
    case 'renew-identity':
      return renewIdentity(state, context)
    case 'dismiss-group':
      return dismissGroup(state, command.group)
    case 'update-details':
      return unchanged(updateDetails(state, command.details, context.nowMs))
    case 'rotate-device-keys':
      return rotateDeviceKeys(state, context)
  }
}

function receiveMessage(
  state: GroupState,
  message: IncomingMessage,
  context: GroupContext,
): GroupStep {
  const kind = readGroupMessageKind(message.bytes)
  if (kind === 'group') return receiveGroupMessage(state, message, context)
  return unchanged(kind === 'link' ? receiveLinkRequest(state, message, context) : state)
}

/** The one place where the group is written to, so that a device answers what it has read and not each line of it. */
function settleFetch(state: GroupState, context: GroupContext): GroupStep {
  const current = advanceClock({ ...state, hasFetched: true }, context)
  const told = flushNotices(unchanged(current))
  const pushed = needsPush(told.state) ? createPush(told.state, context) : unchanged(told.state)
  const isSettled = !pushed.state.isPushing
  const published = isSettled ? createPublication(pushed.state, context) : []
  return { state: pushed.state, effects: [...told.effects, ...pushed.effects, ...published] }
}

/** What time alone changes. */
function advanceClock(state: GroupState, context: GroupContext): GroupState {
  const nowSeconds = toSeconds(context.nowMs)
  const fresh = withdrawRequests(expireRequests(state, context.nowMs), context.nowMs)
  const pruned: GroupState = {
    ...fresh,
    accountKeys: pruneAccountKeys(fresh.accountKeys, nowSeconds),
    deviceKeys: fresh.deviceKeys.filter(
      ({ rotatedSeconds = nowSeconds }) =>
        rotatedSeconds > nowSeconds - OLD_DEVICE_KEY_KEPT_SECONDS,
    ),
  }
  if (!isActiveMember(pruned)) return pruned
  const active = findActiveKey(pruned.accountKeys)
  if (active === undefined) return rotateAccountKey(pruned, context)
  const deviceId = deviceIdBytes(pruned.deviceId)
  const deviceCount = registeredIds(pruned).length
  const dueSeconds = computeRotationSeconds({ active, deviceId, deviceCount, nowSeconds })
  if (nowSeconds < dueSeconds) return pruned
  const accountKeys = addNewAccountKey(pruned.accountKeys, nowSeconds, context.randomness)
  return { ...pruned, accountKeys }
}

/** Requests that ended come before those that came, so that a person never answers one that is gone. */
function flushNotices(step: GroupStep): GroupStep {
  const { state, effects, refusal } = step
  if (!state.hasFetched) return step
  const ordered = state.notices.toSorted((a, b) => orderOf(a) - orderOf(b))
  const told = ordered.map((notice) => ({ kind: 'notify' as const, notice }))
  const next = { state: { ...state, notices: [] }, effects: [...effects, ...told] }
  return refusal === undefined ? next : { ...next, refusal }
}

function orderOf({ kind }: GroupNotice): number {
  return kind === 'link-request-ended' ? 0 : 1
}

/** Whoever has the phrase can publish a key of its own and read what is sent to it; here is where that shows. */
function compareOutbox(state: GroupState, keys: PublicKeys): GroupState {
  const accountKeys = state.accountKeys.map((key) => ({
    ...key,
    isPublished: arePublicKeysEqual(publicKeysOf(key.pairs), keys),
  }))
  const isOurs = accountKeys.some(({ isPublished }) => isPublished)
  const compared = { ...state, accountKeys }
  return isOurs || !isActiveMember(state)
    ? compared
    : addNotice(compared, { kind: 'foreign-outbox' })
}

/** A new number only for a real change: each one is a message to the group. */
function updateDetails(state: GroupState, details: DeviceDetails, nowMs: number): GroupState {
  const next = { ...state, details: { ...state.details, ...details } }
  const { record } = ownRow(state)
  if (!isActiveMember(state) || record === undefined) return next
  const updated = createOwnRecord(next, nowMs)
  const isSame = (['description', 'type', 'version'] as const).every(
    (field) => updated[field] === record[field],
  )
  return isSame ? next : setRow(next, state.deviceId, { state: 'registered', record: updated })
}

/** Ends what a thief of the old device keys can read. The old ones are kept for messages that are still in the swarm. */
function rotateDeviceKeys(state: GroupState, context: GroupContext): GroupStep {
  if (!isActiveMember(state)) return refuse(state, 'not_member')
  const { nowMs, randomness } = context
  const rotatedSeconds = toSeconds(nowMs)
  const retired = state.deviceKeys.map((key) => ({ rotatedSeconds, ...key }))
  const next = { ...state, deviceKeys: [createDeviceKey(randomness, nowMs), ...retired] }
  const record = createOwnRecord(next, nowMs)
  return unchanged(setRow(next, state.deviceId, { state: 'registered', record }))
}
