/**
 * Takes in what another device of the group knows (spec 12 §7.2). Each part is a maximum over a total order, so that
 * devices that have read the same messages agree, in whatever order they came.
 *
 * @module
 */
import { mergeAccountKeys } from '../keys/account-key.ts'
import type { DeviceId } from './device-id.ts'
import { type DeviceRecord, digestRecord, haveSameKeys } from './device-record.ts'
import type { GroupPayload, Tombstone } from './group-payload.ts'
import {
  addNotice,
  type DeviceRow,
  exceeds,
  type GroupContext,
  type GroupNotice,
  type GroupState,
  type IncomingMessage,
  isActiveMember,
  rankOf,
  rotateAccountKey,
  setOwedRow,
  toSeconds,
} from './group-state.ts'
import { endRequests } from './link-requests-seen.ts'

/** A message of our own group that we could read. */
export function mergeGroup(
  state: GroupState,
  payload: GroupPayload,
  message: IncomingMessage,
  context: GroupContext,
): GroupState {
  const before = state.devices
  let merged: GroupState = {
    ...state,
    accountKeys: mergeAccountKeys(state.accountKeys, payload.accountKeys),
  }
  for (const [id, tombstone] of payload.tombstones) merged = mergeTombstone(merged, id, tombstone)
  for (const [id, record] of payload.records) merged = mergeRecord(merged, id, record, context)
  merged = settleReading(merged, message)
  // The remover has rotated already. Who departed could not: it would know the key.
  const hasDeparted = [...merged.devices].some(
    ([id, row]) => row.state === 'left' && !isEnded(before.get(id)),
  )
  return hasDeparted && isActiveMember(merged) ? rotateAccountKey(merged, context) : merged
}

function isEnded(row: DeviceRow | undefined): boolean {
  return row !== undefined && rankOf(row.state) >= rankOf('left')
}

/** A removal is for good, of an id that was never seen too: else it would come back with the next old message. */
function mergeTombstone(
  state: GroupState,
  id: DeviceId,
  { kind, atSeconds }: Tombstone,
): GroupState {
  const row = state.devices.get(id)
  const rankDifference = rankOf(kind) - (row === undefined ? -1 : rankOf(row.state))
  const isLater = rankDifference === 0 && atSeconds > (row?.endedSeconds ?? 0)
  if (rankDifference <= 0 && !isLater) return state
  const ended: DeviceRow = { ...row, state: kind, endedSeconds: atSeconds }
  if (isEnded(row)) return { ...state, devices: new Map(state.devices).set(id, ended) }
  const told = endRequests(addNotice(state, noticeOf(state, id, kind)), id, 'expired')
  if (row?.state === 'registered') return setOwedRow(told, id, ended)
  return { ...told, devices: new Map(told.devices).set(id, ended) }
}

function noticeOf({ deviceId }: GroupState, id: DeviceId, kind: Tombstone['kind']): GroupNotice {
  if (id === deviceId) return { kind: 'removed' }
  return { kind: kind === 'left' ? 'device-left' : 'device-removed', deviceId: id }
}

function mergeRecord(
  state: GroupState,
  id: DeviceId,
  record: DeviceRecord,
  { nowMs }: GroupContext,
): GroupState {
  const row = state.devices.get(id)
  if (row !== undefined && isEnded(row)) {
    // Said again, with a new time, so that it spreads and is not among the oldest.
    return setOwedRow(state, id, { ...row, endedSeconds: toSeconds(nowMs) })
  }
  const digest = digestRecord(record)
  if (!exceeds(row, { state: 'registered', record, digest })) return state
  const registered: DeviceRow = { state: 'registered', record, digest }
  if (row?.state === 'registered') {
    const kept = row.owed === undefined ? registered : { ...registered, owed: row.owed }
    const devices = new Map(state.devices).set(id, kept)
    return endRequests({ ...state, devices }, id, 'accepted', (request) =>
      haveSameKeys(request.record, record),
    )
  }
  const joined = addNotice(setOwedRow(state, id, registered), {
    kind: 'device-joined',
    deviceId: id,
  })
  return endRequests(joined, id, 'accepted')
}

/** Reading a message that is newer than the one that made us doubt shows that the group still counts us in. */
function settleReading(state: GroupState, { hash, storedAtMs }: IncomingMessage): GroupState {
  const { displacedAtMs, ...rest } = state
  const isBack = displacedAtMs !== undefined && storedAtMs >= displacedAtMs
  const settled = isBack ? addNotice(rest, { kind: 'restored' }) : state
  return {
    ...settled,
    readAtMs: Math.max(state.readAtMs ?? 0, storedAtMs),
    mergedHashes: state.mergedHashes.includes(hash)
      ? state.mergedHashes
      : [...state.mergedHashes, hash],
  }
}
