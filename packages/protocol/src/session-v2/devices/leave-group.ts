/**
 * Ends of a membership (spec 12 §7.6): leaving for another group, being replaced by oneself under a new name, and removing
 * another device.
 *
 * @module
 */
import { createDeviceId, type DeviceId } from './device-id.ts'
import { GROUP_TTL_MS, sealGroupMessage } from './group-message.ts'
import {
  addNotice,
  createDeviceKey,
  type GroupContext,
  type GroupEffect,
  type GroupState,
  type GroupStep,
  groupText,
  isActiveMember,
  ownRow,
  refuse,
  registeredIds,
  rotateAccountKey,
  setOwedRow,
  setRow,
  toSeconds,
  unchanged,
} from './group-state.ts'
import { collectPayload } from './push-group.ts'

/**
 * The last word to a group, without a slot for ourselves. It does not rotate the account key, which we would know; the
 * first of the others to read it does.
 */
export function createDeparture(state: GroupState, context: GroupContext): readonly GroupEffect[] {
  const { groupId, accountKeys, mergedHashes, deviceId } = state
  const isAlone = registeredIds(state).every((id) => id === deviceId)
  if (isAlone || groupId === undefined) {
    return mergedHashes.length === 0 ? [] : [{ kind: 'delete', hashes: mergedHashes }]
  }
  const endedSeconds = toSeconds(context.nowMs)
  const left = setRow(state, deviceId, { ...ownRow(state), state: 'left', endedSeconds })
  const payload = collectPayload(left)
  const draft = { account: context.account, groupId, payload, accountKeys }
  const bytes = sealGroupMessage(draft, context.randomness)
  return [{ kind: 'push', bytes, ttlMs: GROUP_TTL_MS, deleteHashes: mergedHashes }]
}

/** Without everything that belongs to one group, its account keys above all: what came under them was that group's. */
export function forgetGroup(state: GroupState): GroupState {
  const {
    groupId: _group,
    readAtMs: _read,
    displacedAtMs: _displaced,
    pushedSequence: _pushed,
    ...kept
  } = state
  return {
    ...kept,
    devices: new Map(),
    accountKeys: [],
    isPushing: false,
    mergedHashes: [],
    linkRequests: [],
  }
}

/** On this device: the group is no longer worth an alert. */
export function dismissGroup(state: GroupState, group: string): GroupStep {
  const seen = state.groupsSeen.get(group)
  if (seen === undefined) return refuse(state, 'unknown_group')
  const groupsSeen = new Map(state.groupsSeen).set(group, { ...seen, isDismissed: true })
  return unchanged({ ...state, groupsSeen })
}

/**
 * In one step with a new account key. A removal whose key came later would leave the removed device able to read what is
 * sent in between; it still reads what senders with the old key send for two days.
 */
export function removeDevice(state: GroupState, id: DeviceId, context: GroupContext): GroupStep {
  const row = state.devices.get(id)
  if (!isActiveMember(state)) return refuse(state, 'not_member')
  if (id === state.deviceId || row?.state !== 'registered') return refuse(state, 'no_such_device')
  const endedSeconds = toSeconds(context.nowMs)
  const removed = setOwedRow(state, id, { ...row, state: 'kicked', endedSeconds })
  const told = addNotice(removed, { kind: 'device-removed', deviceId: id })
  return unchanged(rotateAccountKey(told, context))
}

/**
 * By order of the person, for good: under the same name the others would not take the device back. The last device of a group keeps
 * the keys until what was sealed to them is gone; from a group that goes on without it, it takes nothing along.
 */
export function leaveGroup(state: GroupState, context: GroupContext): GroupStep {
  if (!isActiveMember(state)) return refuse(state, 'not_member')
  const effects = createDeparture(state, context)
  const rotatedSeconds = toSeconds(context.nowMs)
  const isAlone = registeredIds(state).every((id) => id === state.deviceId)
  const left = state.groupId ? dismissGroup(state, groupText(state.groupId)).state : state
  const accountKeys = isAlone ? state.accountKeys.map((key) => ({ rotatedSeconds, ...key })) : []
  return { state: { ...withNewIdentity(left, context), accountKeys }, effects }
}

/** For a device that was removed or displaced: a new name and new keys. The old ones are never used again. */
export function renewIdentity(state: GroupState, context: GroupContext): GroupStep {
  const isEnded = ownRow(state).state === 'kicked' || state.displacedAtMs !== undefined
  return isEnded ? unchanged(withNewIdentity(state, context)) : refuse(state, 'not_removed')
}

function withNewIdentity(state: GroupState, { randomness, nowMs }: GroupContext): GroupState {
  return {
    ...forgetGroup(state),
    ownRequests: [],
    deviceId: createDeviceId(randomness),
    deviceKeys: [createDeviceKey(randomness, nowMs)],
  }
}
