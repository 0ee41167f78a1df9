/**
 * A group message as a device receives it (spec 12 §7.4): what it learns from one it cannot read, and whether it believes
 * one that it can.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { DeviceId } from './device-id.ts'
import { haveSameKeys } from './device-record.ts'
import type { GroupPayload } from './group-payload.ts'
import {
  addNotice,
  type DeviceRow,
  type GroupContext,
  type GroupEffect,
  type GroupSeen,
  type GroupState,
  type GroupStep,
  groupText,
  type IncomingMessage,
  isActiveMember,
  type OwnRequest,
  ownRow,
  setRow,
  toSeconds,
  unchanged,
} from './group-state.ts'
import { createDeparture, dismissGroup, forgetGroup } from './leave-group.ts'
import { mergeGroup } from './merge-group.ts'
import {
  type GroupEnvelope,
  isRemovedBy,
  isSameGroup,
  openGroupEnvelope,
  openGroupPayload,
} from './open-group.ts'

/** Spec 12 §7.4. What two devices write at the same time must not look like a removal. */
const DISPLACEMENT_GRACE_MS: number = 5 * 60_000
/** Whoever has the seed can show as many groups as it likes. */
const GROUPS_KEPT = 64

export function receiveGroupMessage(
  state: GroupState,
  message: IncomingMessage,
  context: GroupContext,
): GroupStep {
  const envelope = openGroupEnvelope(context.account, message.bytes)
  if (!envelope.ok) return unchanged(state)
  const seen = rememberGroup(state, envelope.value, message)
  const pairs = state.deviceKeys.map((key) => key.pairs)
  const payload = openGroupPayload(envelope.value, pairs)
  if (payload.ok)
    return readPayload(seen, envelope.value, { payload: payload.value, message }, context)
  if (payload.error.code !== 'device_group_unreadable') return unchanged(seen)
  return unchanged(learnFromUnreadable(seen, envelope.value, message, context))
}

/** The signature only says that somebody with the seed wrote it; that is enough to show that such a group is there. */
function rememberGroup(
  state: GroupState,
  { groupId, linkKey }: GroupEnvelope,
  { storedAtMs, expiresAtMs }: IncomingMessage,
): GroupState {
  if (groupId === undefined) return state
  const group = groupText(groupId)
  const held = state.groupsSeen.get(group)
  const isNewest = held === undefined || storedAtMs >= held.seenAtMs
  const groupsSeen = new Map(state.groupsSeen).set(group, {
    linkKey: isNewest ? linkKey : held.linkKey,
    seenAtMs: Math.max(held?.seenAtMs ?? 0, storedAtMs),
    expiresAtMs: Math.max(held?.expiresAtMs ?? 0, expiresAtMs),
    isDismissed: held?.isDismissed ?? false,
  })
  dropOldest(groupsSeen, state.groupId && groupText(state.groupId))
  const isForeign = state.groupId !== undefined && !isSameGroup(groupId, state.groupId)
  const next = { ...state, groupsSeen }
  return held === undefined && isForeign ? addNotice(next, { kind: 'foreign-group', group }) : next
}

/** Never our own, whose absence would mean that we are cut off. */
function dropOldest(groupsSeen: Map<string, GroupSeen>, ours: string | undefined): void {
  if (groupsSeen.size <= GROUPS_KEPT) return
  const others = [...groupsSeen].filter(([group]) => group !== ours)
  const [oldest] = others.toSorted(([, a], [, b]) => a.seenAtMs - b.seenAtMs)
  if (oldest !== undefined) groupsSeen.delete(oldest[0])
}

function learnFromUnreadable(
  state: GroupState,
  envelope: GroupEnvelope,
  { storedAtMs }: IncomingMessage,
  { account, nowMs }: GroupContext,
): GroupState {
  const own = ownRow(state)
  if (isRemovedBy(envelope, account, state.deviceId)) {
    if (own.state === 'kicked') return state
    const kicked = { ...own, state: 'kicked' as const, endedSeconds: toSeconds(nowMs) }
    return addNotice(setRow(state, state.deviceId, kicked), { kind: 'removed' })
  }
  const isOurs = isSameGroup(envelope.groupId, state.groupId)
  const isLater =
    state.readAtMs !== undefined && storedAtMs > state.readAtMs + DISPLACEMENT_GRACE_MS
  if (!isOurs || !isLater || !isActiveMember(state)) return state
  return addNotice({ ...state, displacedAtMs: storedAtMs }, { kind: 'displaced' })
}

interface ReadableMessage {
  readonly payload: GroupPayload
  readonly message: IncomingMessage
}

function readPayload(
  state: GroupState,
  { groupId }: GroupEnvelope,
  { payload, message }: ReadableMessage,
  context: GroupContext,
): GroupStep {
  const isUnnamed = state.groupId === undefined || groupId === undefined
  const isMember = ownRow(state).state === 'registered'
  if (isMember && (isUnnamed || isSameGroup(groupId, state.groupId))) {
    const adopted = state.groupId ?? groupId
    const named = adopted === undefined ? state : { ...state, groupId: adopted }
    return unchanged(mergeGroup(named, payload, message, context))
  }
  if (groupId === undefined) return unchanged(state)
  return considerAdmission(state, groupId, { payload, message }, context)
}

/** Only an answer to a question of ours: anybody with the seed could otherwise put us into a group of its own. */
function considerAdmission(
  state: GroupState,
  groupId: Uint8Array,
  { payload, message }: ReadableMessage,
  context: GroupContext,
): GroupStep {
  const request = findAnswered(state, groupId, payload)
  if (request === undefined) return unchanged(state)
  if (request.isConfirmed) return admit(state, groupId, { payload, message }, context)
  if (request !== state.ownRequests.at(-1)) return unchanged(state)
  const ownRequests = state.ownRequests.map((own) =>
    own === request ? { ...own, held: message } : own,
  )
  return unchanged({ ...state, ownRequests })
}

function findAnswered(
  state: GroupState,
  groupId: Uint8Array,
  payload: GroupPayload,
): OwnRequest | undefined {
  const record = payload.records.get(state.deviceId)
  if (record === undefined) return undefined
  return state.ownRequests.find(
    (request) =>
      request.group === encodeHex(groupId) &&
      request.record.updatedSeconds === record.updatedSeconds &&
      haveSameKeys(request.record, record),
  )
}

/** Leaves the old group first, if there is one: account keys never go from one group to another. */
function admit(
  state: GroupState,
  groupId: Uint8Array,
  { payload, message }: ReadableMessage,
  context: GroupContext,
): GroupStep {
  const effects: GroupEffect[] = isActiveMember(state) ? [...createDeparture(state, context)] : []
  const left = state.groupId ? dismissGroup(state, groupText(state.groupId)).state : state
  const record = payload.records.get(state.deviceId)
  const joined: GroupState = {
    ...forgetGroup(left),
    groupId,
    ownRequests: [],
    devices: endedRows(payload),
  }
  const own = record ? setRow(joined, state.deviceId, { state: 'registered', record }) : joined
  const merged = mergeGroup(own, payload, message, context)
  return { state: addNotice(merged, { kind: 'admitted' }), effects }
}

/** Who was gone before we came is no news, and no reason for a new key. */
function endedRows({ tombstones }: GroupPayload): ReadonlyMap<DeviceId, DeviceRow> {
  return new Map(
    [...tombstones].map(([id, { kind, atSeconds }]) => [
      id,
      { state: kind, endedSeconds: atSeconds },
    ]),
  )
}
