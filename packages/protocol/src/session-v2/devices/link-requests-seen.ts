/**
 * Requests of other devices to be taken in (spec 12 §6.3): which are shown to the person, and what an answer does.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { INTEGER_MAX } from '../limits.ts'
import type { DeviceId } from './device-id.ts'
import { createDeviceRecord, type DeviceRecord, digestRecord } from './device-record.ts'
import {
  addNotice,
  type DeviceRow,
  exceeds,
  type GroupContext,
  type GroupState,
  type GroupStep,
  type IncomingMessage,
  isActiveMember,
  type LinkRequestSeen,
  rankOf,
  refuse,
  registeredIds,
  rotateAccountKey,
  setOwedRow,
  unchanged,
} from './group-state.ts'
import { openLinkRequest } from './link-request.ts'

/** Whoever has the seed and a group key can ask as often as it likes; a person is asked this often at most. */
const REQUESTS_KEPT = 16
/** Spec 12 §6.3. With one more, the group's message is larger than a swarm takes. */
const DEVICES_MAX = 24

/** Ends the pending requests of one device that `isMeant` picks; all of them without it. */
export function endRequests(
  state: GroupState,
  deviceId: DeviceId,
  status: Exclude<LinkRequestSeen['status'], 'pending'>,
  isMeant: (request: LinkRequestSeen) => boolean = () => true,
): GroupState {
  let ended = state
  const linkRequests = state.linkRequests.map((request) => {
    const isEnding = request.status === 'pending' && request.deviceId === deviceId
    if (!isEnding || !isMeant(request)) return request
    ended = addNotice(ended, { kind: 'link-request-ended', id: request.id, status })
    return { ...request, status }
  })
  return { ...ended, linkRequests }
}

export function receiveLinkRequest(
  state: GroupState,
  message: IncomingMessage,
  { account, nowMs }: GroupContext,
): GroupState {
  if (!isActiveMember(state) || message.expiresAtMs <= nowMs) return state
  const opened = openLinkRequest(account, state.accountKeys, message.bytes)
  if (!opened.ok) return state
  const { deviceId, record, signed } = opened.value
  if (deviceId === state.deviceId || isKnown(state, signed)) return state
  const row = state.devices.get(deviceId)
  const isReplacement = row?.state === 'registered'
  if (row !== undefined && rankOf(row.state) > rankOf('registered')) return state
  if (isReplacement && record.updatedSeconds <= (row.record?.updatedSeconds ?? 0)) return state
  const pending: DeviceRow = { state: 'pending', record, digest: digestRecord(record) }
  if (!isReplacement && !exceeds(row, pending)) return state
  // The record of a device that is replaced stays until a person has said so.
  const devices = isReplacement ? state.devices : new Map(state.devices).set(deviceId, pending)
  const superseded = endRequests({ ...state, devices }, deviceId, 'superseded')
  const { expiresAtMs } = message
  return addRequest(superseded, { deviceId, record, signed, expiresAtMs, isReplacement })
}

function isKnown({ linkRequests }: GroupState, signed: Uint8Array): boolean {
  return linkRequests.some((request) => equalBytes(request.signed, signed))
}

function addRequest(
  state: GroupState,
  request: Omit<LinkRequestSeen, 'id' | 'status'>,
): GroupState {
  const id = state.counter + 1
  const all = [...state.linkRequests, { ...request, id, status: 'pending' as const }]
  const linkRequests = all.slice(-REQUESTS_KEPT)
  const added = { ...state, counter: id, linkRequests, devices: keepAsked(state, linkRequests) }
  return addNotice(added, { kind: 'link-request-added', id })
}

/** Without the pending rows of requests that are no longer kept: whoever has the seed can make as many as it likes. */
function keepAsked(
  { devices, deviceId }: GroupState,
  linkRequests: readonly LinkRequestSeen[],
): ReadonlyMap<DeviceId, DeviceRow> {
  const asked = new Set(linkRequests.map((request) => request.deviceId))
  const kept = [...devices].filter(
    ([id, { state }]) => state !== 'pending' || id === deviceId || asked.has(id),
  )
  return new Map(kept)
}

export function expireRequests(state: GroupState, nowMs: number): GroupState {
  return state.linkRequests.reduce(
    (left, { deviceId }) =>
      endRequests(left, deviceId, 'expired', ({ expiresAtMs }) => expiresAtMs <= nowMs),
    state,
  )
}

/** Only for a person who has compared the emoji. The group learns of it with the next push. */
export function acceptRequest(state: GroupState, id: number, context: GroupContext): GroupStep {
  const request = findPending(state, id)
  if (!isActiveMember(state)) return refuse(state, 'not_member')
  if (request === undefined || request.expiresAtMs <= context.nowMs) {
    return refuse(state, 'no_such_request')
  }
  const { deviceId, record } = request
  const ended = endRequests(state, deviceId, 'accepted', (other) => other.id === id)
  const row = state.devices.get(deviceId)
  if (row?.state !== 'registered') {
    if (registeredIds(state).length >= DEVICES_MAX) return refuse(state, 'group_full')
    return unchanged(setOwedRow(ended, deviceId, registeredRow(record)))
  }
  const highest = Math.max(row.record?.sequence ?? 0, record.sequence)
  const sequence = Math.min(highest + 1, INTEGER_MAX)
  const replaced = registeredRow(raiseSequence(record, sequence))
  // In one step with the new key: the copy that was replaced knows the old one.
  return unchanged(rotateAccountKey(setOwedRow(ended, deviceId, replaced), context))
}

function registeredRow(record: DeviceRecord): DeviceRow {
  return { state: 'registered', record, digest: digestRecord(record) }
}

function raiseSequence(record: DeviceRecord, sequence: number): DeviceRecord {
  if (record.keys === undefined) throw new TypeError('a request with keys that were never checked')
  const { updatedSeconds, keys, description, type, version, dict } = record
  const details = { description, type, version, extra: dict }
  return createDeviceRecord({ sequence, updatedSeconds, keys, ...details })
}

/** On this device only. The row stays, so that the same request does not ask again. */
export function ignoreRequest(state: GroupState, id: number): GroupStep {
  const request = findPending(state, id)
  if (request === undefined) return refuse(state, 'no_such_request')
  return unchanged(endRequests(state, request.deviceId, 'ignored', (other) => other.id === id))
}

function findPending({ linkRequests }: GroupState, id: number): LinkRequestSeen | undefined {
  return linkRequests.find((request) => request.id === id && request.status === 'pending')
}
