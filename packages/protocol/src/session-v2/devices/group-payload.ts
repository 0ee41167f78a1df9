/**
 * What only the devices of a group read (spec 12 §5.3): every device, every removal, every account key. Encrypting it is
 * `group-message.ts`, deciding what to believe is `merge-group.ts`.
 *
 * @module
 */
import { type BtDict, type BtInput, type BtValue, encodeBt } from '../../bt/index.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../../bt/read-bt.ts'
import type { SharedAccountKey } from '../keys/account-key.ts'
import { INTEGER_MAX, KEY_SEED_BYTES } from '../limits.ts'
import { decodeDict, stripZeros } from '../signed-dict.ts'
import { type DeviceId, deviceIdKey, readDeviceIdKey } from './device-id.ts'
import { type DeviceRecord, readDeviceRecord } from './device-record.ts'

export interface Tombstone {
  readonly kind: 'left' | 'kicked'
  readonly atSeconds: number
}

export interface GroupPayload {
  /** Registered devices. */
  readonly records: ReadonlyMap<DeviceId, DeviceRecord>
  readonly tombstones: ReadonlyMap<DeviceId, Tombstone>
  /** The active one first. */
  readonly accountKeys: readonly SharedAccountKey[]
}

/** Spec 12 §5.3. Room for the account keys of sixteen days, and for four devices each. */
const PAYLOAD_BASE_BYTES = 2300
/** Spec 12 §5.3. */
const PAYLOAD_STEP_BYTES = 6400
const DEVICES_PER_STEP = 4
/** Spec 12 §5.3. A key costs its receiver a key generation; 33 are what sixteen days make. */
const ACCOUNT_KEYS_MAX = 256

/** Throws without an active key: devices that read it could receive nothing. */
export function encodeGroupPayload(payload: GroupPayload): Uint8Array {
  const { records, tombstones, accountKeys } = payload
  if (!accountKeys.some(({ rotatedSeconds }) => rotatedSeconds === undefined)) {
    throw new TypeError('a group without an active key')
  }
  const devices = new Map<string, BtInput>()
  for (const [id, { dict }] of records) devices.set(deviceIdKey(id), dict)
  for (const [id, { kind, atSeconds }] of tombstones) {
    devices.set(deviceIdKey(id), kind === 'kicked' ? atSeconds : -atSeconds)
  }
  const encoded = encodeBt(
    new Map<string, BtInput>([
      ['D', devices],
      ['K', accountKeys.map(encodeAccountKey)],
    ]),
  )
  const padded = new Uint8Array(paddedBytes(encoded.length, records.size))
  padded.set(encoded)
  return padded
}

function encodeAccountKey(key: SharedAccountKey): ReadonlyMap<string, BtInput> {
  const dict = new Map<string, BtInput>([
    ['c', key.createdSeconds],
    ['s', key.seed],
  ])
  if (key.rotatedSeconds !== undefined) dict.set('r', key.rotatedSeconds)
  return dict
}

/** At least one step for each four devices, as many as the slots show: the size then says no more than they do. */
function paddedBytes(length: number, deviceCount: number): number {
  const needed = Math.ceil(Math.max(0, length - PAYLOAD_BASE_BYTES) / PAYLOAD_STEP_BYTES)
  const shown = Math.ceil(deviceCount / DEVICES_PER_STEP)
  return PAYLOAD_BASE_BYTES + PAYLOAD_STEP_BYTES * Math.max(1, needed, shown)
}

/** Total. One malformed device makes the whole message malformed: what is left out could be a removal. */
export function decodeGroupPayload(padded: Uint8Array): GroupPayload | undefined {
  const dict = decodeDict(stripZeros(padded))
  const devices = dict?.get('D')
  const list = readList(dict?.get('K'))
  if (devices === undefined || !isDict(devices) || list === undefined) return undefined
  const accountKeys = list.length > ACCOUNT_KEYS_MAX ? undefined : readItems(list, readAccountKey)
  const entries = readDevices(devices)
  return accountKeys && entries && { ...entries, accountKeys }
}

function readDevices(dict: BtDict): Omit<GroupPayload, 'accountKeys'> | undefined {
  const records = new Map<DeviceId, DeviceRecord>()
  const tombstones = new Map<DeviceId, Tombstone>()
  for (const [key, value] of dict) {
    const id = readDeviceIdKey(key)
    const [record, tombstone] = [readDeviceRecord(value), readTombstone(value)]
    if (id === undefined) return undefined
    if (record !== undefined) records.set(id, record)
    else if (tombstone === undefined) return undefined
    else tombstones.set(id, tombstone)
  }
  return { records, tombstones }
}

/** The sign tells who ended it: the group, or the device itself. Zero has none. */
function readTombstone(value: BtValue): Tombstone | undefined {
  if (typeof value !== 'number' || value === 0) return undefined
  const atSeconds = Math.abs(value)
  if (atSeconds > INTEGER_MAX) return undefined
  return { kind: value > 0 ? 'kicked' : 'left', atSeconds }
}

function readAccountKey(value: BtValue): SharedAccountKey | undefined {
  if (!isDict(value)) return undefined
  const createdSeconds = readInteger(value.get('c'), { min: 0, max: INTEGER_MAX })
  const seed = readBytes(value.get('s'), KEY_SEED_BYTES)
  const rotatedSeconds = readInteger(value.get('r'), { min: 0, max: INTEGER_MAX })
  if (createdSeconds === undefined || seed === undefined) return undefined
  if (rotatedSeconds === undefined && value.has('r')) return undefined
  // A copy: the seed is wiped when it is outdated, and what it came in is not kept for it.
  const copy = Uint8Array.from(seed)
  return { seed: copy, createdSeconds, ...(rotatedSeconds !== undefined && { rotatedSeconds }) }
}
