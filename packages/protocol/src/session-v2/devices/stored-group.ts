/**
 * The state of a device group as one text of bytes, for whoever stores it (spec 12 §7.1). Account keys are not in it: they are kept where
 * messages look for them. What holds for one run alone is left out, so that a state that was read is one after a start.
 *
 * @module
 */
import { toX25519PublicKey, X25519_KEY_BYTES } from '@sotto/crypto/agreement'
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { type BtDict, type BtInput, type BtLimits, decodeBt, encodeBt } from '../../bt/index.ts'
import type { BtValue } from '../../bt/bt-value.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../../bt/read-bt.ts'
import type { AccountKey } from '../keys/account-key.ts'
import { expandDeviceSeed } from '../keys/key-pairs.ts'
import { KEY_SEED_BYTES } from '../limits.ts'
import {
  type DeviceId,
  deviceIdBytes,
  deviceIdKey,
  readDeviceIdKey,
  toDeviceId,
} from './device-id.ts'
import { type DeviceDetails, readDeviceRecord } from './device-record.ts'
import { GROUP_ID_BYTES } from './group-id.ts'
import {
  DEVICE_STATES,
  type DeviceKey,
  type DeviceRow,
  type GroupSeen,
  type GroupState,
  type IncomingMessage,
  type LinkRequestSeen,
  type OwnRequest,
} from './group-state.ts'
import { decodeNotice, encodeNotice } from './stored-notice.ts'

/** More than the largest group with the most requests; a damaged file costs no more memory than this. */
const STORED_LIMITS: BtLimits = { bytes: 4 * 1024 * 1024, depth: 16, items: 200_000 }
const REQUEST_STATUSES = ['pending', 'accepted', 'superseded', 'expired', 'ignored'] as const

type Fields = readonly (readonly [string, BtInput | undefined])[]

function dictOf(fields: Fields): ReadonlyMap<string, BtInput> {
  return new Map(
    fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
}

export function encodeGroupState(state: GroupState): Uint8Array {
  const { details, devices, groupsSeen } = state
  return encodeBt(
    dictOf([
      ['counter', state.counter],
      ['description', details.description],
      ['devices', new Map([...devices].map(([id, row]) => [deviceIdKey(id), encodeRow(row)]))],
      ['displaced', state.displacedAtMs],
      ['extra', details.extra],
      ['group', state.groupId],
      ['id', deviceIdBytes(state.deviceId)],
      ['keys', state.deviceKeys.map(encodeDeviceKey)],
      ['merged', state.mergedHashes],
      ['notices', state.notices.map(encodeNotice)],
      ['own', state.ownRequests.map(encodeOwnRequest)],
      ['pushed', state.pushedSequence],
      ['read', state.readAtMs],
      ['requests', state.linkRequests.map(encodeRequest)],
      ['seen', new Map([...groupsSeen].map(([group, seen]) => [group, encodeSeen(seen)]))],
      ['type', details.type],
      ['version', details.version],
    ]),
  )
}

/** Total; nothing for what is no state. */
export function decodeGroupState(
  bytes: Uint8Array,
  accountKeys: readonly AccountKey[],
): GroupState | undefined {
  const decoded = decodeBt(bytes, STORED_LIMITS)
  const dict = decoded.ok && isDict(decoded.value) ? decoded.value : undefined
  const id = dict?.get('id')
  const deviceId = id instanceof Uint8Array ? toDeviceId(id) : undefined
  const deviceKeys = readAll(dict?.get('keys'), decodeDeviceKey)
  if (dict === undefined || deviceId === undefined || deviceKeys?.[0] === undefined)
    return undefined
  const devices = readMap(dict.get('devices'), readDeviceIdKey, decodeRow)
  const groupsSeen = readMap(dict.get('seen'), (group) => group, decodeSeen)
  const groupId = readBytes(dict.get('group'), GROUP_ID_BYTES)
  const [displacedAtMs, readAtMs] = [readCount(dict.get('displaced')), readCount(dict.get('read'))]
  const pushedSequence = readCount(dict.get('pushed'))
  return {
    deviceId,
    details: decodeDetails(dict),
    deviceKeys,
    devices,
    accountKeys,
    ...(groupId !== undefined && { groupId: Uint8Array.from(groupId) }),
    ...(readAtMs !== undefined && { readAtMs }),
    ...(displacedAtMs !== undefined && { displacedAtMs }),
    ...(pushedSequence !== undefined && { pushedSequence }),
    isPushing: false,
    mergedHashes: readAll(dict.get('merged'), readText) ?? [],
    groupsSeen,
    linkRequests: readAll(dict.get('requests'), decodeRequest) ?? [],
    ownRequests: readAll(dict.get('own'), decodeOwnRequest) ?? [],
    hasFetched: false,
    notices: readAll(dict.get('notices'), decodeNotice) ?? [],
    counter: readCount(dict.get('counter')) ?? 1,
  }
}

function decodeDetails(dict: BtDict): DeviceDetails {
  const [description, type] = [readText(dict.get('description')), readText(dict.get('type'))]
  const version = readCount(dict.get('version'))
  const extra = dict.get('extra')
  return {
    ...(description !== undefined && { description }),
    ...(type !== undefined && { type }),
    ...(version !== undefined && { version }),
    ...(extra !== undefined && isDict(extra) && { extra }),
  }
}

function encodeDeviceKey({ seed, createdSeconds, rotatedSeconds }: DeviceKey): BtInput {
  return dictOf([
    ['c', createdSeconds],
    ['r', rotatedSeconds],
    ['s', seed],
  ])
}

function decodeDeviceKey(value: BtValue): DeviceKey | undefined {
  if (!isDict(value)) return undefined
  const stored = readBytes(value.get('s'), KEY_SEED_BYTES)
  const createdSeconds = readCount(value.get('c'))
  const rotatedSeconds = readCount(value.get('r'))
  if (stored === undefined || createdSeconds === undefined) return undefined
  const seed = Uint8Array.from(stored)
  const base = { seed, pairs: expandDeviceSeed(seed), createdSeconds }
  return rotatedSeconds === undefined ? base : { ...base, rotatedSeconds }
}

function encodeRow({ state, record, digest, endedSeconds, owed }: DeviceRow): BtInput {
  return dictOf([
    ['e', endedSeconds],
    ['g', digest],
    ['o', owed],
    ['r', record?.dict],
    ['s', state],
  ])
}

function decodeRow(value: BtValue): DeviceRow | undefined {
  if (!isDict(value)) return undefined
  const name = readText(value.get('s'))
  const state = DEVICE_STATES.find((each) => each === name)
  if (state === undefined) return undefined
  const fields = value.get('r')
  const record = fields === undefined ? undefined : readDeviceRecord(fields)
  const digest = value.get('g')
  const [endedSeconds, owed] = [readCount(value.get('e')), readCount(value.get('o'))]
  return {
    state,
    ...(record && { record }),
    ...(digest instanceof Uint8Array && { digest }),
    ...(endedSeconds !== undefined && { endedSeconds }),
    ...(owed !== undefined && { owed }),
  }
}

function encodeSeen({ linkKey, seenAtMs, expiresAtMs, isDismissed }: GroupSeen): BtInput {
  return dictOf([
    ['d', Number(isDismissed)],
    ['e', expiresAtMs],
    ['s', seenAtMs],
    ['x', linkKey],
  ])
}

function decodeSeen(value: BtValue): GroupSeen | undefined {
  if (!isDict(value)) return undefined
  const bytes = readBytes(value.get('x'), X25519_KEY_BYTES)
  const linkKey = bytes && toX25519PublicKey(Uint8Array.from(bytes))
  const [seenAtMs, expiresAtMs] = [readCount(value.get('s')), readCount(value.get('e'))]
  if (linkKey === undefined || seenAtMs === undefined || expiresAtMs === undefined) return undefined
  return { linkKey, seenAtMs, expiresAtMs, isDismissed: value.get('d') === 1 }
}

function encodeRequest(request: LinkRequestSeen): BtInput {
  return dictOf([
    ['I', deviceIdBytes(request.deviceId)],
    ['e', request.expiresAtMs],
    ['i', request.id],
    ['m', request.signed],
    ['p', Number(request.isReplacement)],
    ['r', request.record.dict],
    ['s', request.status],
  ])
}

function decodeRequest(value: BtValue): LinkRequestSeen | undefined {
  if (!isDict(value)) return undefined
  const bytes = value.get('I')
  const deviceId = bytes instanceof Uint8Array ? toDeviceId(bytes) : undefined
  const base = decodeAsked(value)
  const [id, expiresAtMs] = [readCount(value.get('i')), readCount(value.get('e'))]
  const name = readText(value.get('s'))
  const status = REQUEST_STATUSES.find((each) => each === name)
  if (deviceId === undefined || base === undefined || status === undefined) return undefined
  if (id === undefined || expiresAtMs === undefined) return undefined
  return { ...base, id, deviceId, expiresAtMs, isReplacement: value.get('p') === 1, status }
}

function encodeOwnRequest(request: OwnRequest): BtInput {
  const { held } = request
  return dictOf([
    ['c', Number(request.isConfirmed)],
    ['e', request.expiresAtMs],
    ['g', request.group],
    ['h', held && encodeHeld(held)],
    ['m', request.signed],
    ['r', request.record.dict],
  ])
}

function decodeOwnRequest(value: BtValue): OwnRequest | undefined {
  if (!isDict(value)) return undefined
  const base = decodeAsked(value)
  const group = readText(value.get('g'))
  const expiresAtMs = readCount(value.get('e'))
  const stored = value.get('h')
  const held = stored === undefined ? undefined : decodeHeld(stored)
  if (base === undefined || group === undefined) return undefined
  return {
    ...base,
    group,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    isConfirmed: value.get('c') === 1,
    ...(held && { held }),
  }
}

function decodeAsked(dict: BtDict): Pick<OwnRequest, 'record' | 'signed'> | undefined {
  const [fields, signed] = [dict.get('r'), dict.get('m')]
  const record = fields === undefined ? undefined : readDeviceRecord(fields)
  if (record === undefined || !(signed instanceof Uint8Array)) return undefined
  return { record, signed }
}

function encodeHeld({ bytes, hash, storedAtMs, expiresAtMs }: IncomingMessage): BtInput {
  return dictOf([
    ['b', bytes],
    ['e', expiresAtMs],
    ['h', hash],
    ['s', storedAtMs],
  ])
}

function decodeHeld(value: BtValue): IncomingMessage | undefined {
  if (!isDict(value)) return undefined
  const [bytes, hash] = [value.get('b'), readText(value.get('h'))]
  const [storedAtMs, expiresAtMs] = [readCount(value.get('s')), readCount(value.get('e'))]
  if (!(bytes instanceof Uint8Array) || hash === undefined) return undefined
  if (storedAtMs === undefined || expiresAtMs === undefined) return undefined
  return { bytes, hash, storedAtMs, expiresAtMs }
}

function readAll<T>(
  value: BtValue | undefined,
  read: (item: BtValue) => T | undefined,
): readonly T[] | undefined {
  const list = readList(value)
  return list && readItems(list, read)
}

function readMap<T>(
  value: BtValue | undefined,
  readKey: (key: string) => DeviceId | undefined,
  read: (item: BtValue) => T | undefined,
): ReadonlyMap<string, T> {
  const entries = value !== undefined && isDict(value) ? [...value] : []
  return new Map(
    entries.flatMap(([name, item]) => {
      const [key, entry] = [readKey(name), read(item)]
      return key === undefined || entry === undefined ? [] : [[key, entry] as const]
    }),
  )
}

function readText(value: BtValue | undefined): string | undefined {
  return value instanceof Uint8Array ? decodeUtf8(value) : undefined
}

function readCount(value: BtValue | undefined): number | undefined {
  return readInteger(value, { min: 0 })
}
