/**
 * Everything that a device knows of its account's groups (spec 12 §7.1), and the values that go in and out of the reducer.
 * It is data only: it can be stored as it is and restored after a crash. The steps are in the files that change it.
 *
 * @module
 */
import type { X25519PublicKey } from '@sotto/crypto/agreement'
import { encodeHex } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { type AccountKey, addNewAccountKey, compareBytes } from '../keys/account-key.ts'
import {
  expandDeviceSeed,
  type KeyPairs,
  type PublicKeys,
  publicKeysOf,
} from '../keys/key-pairs.ts'
import { KEY_SEED_BYTES, MS_PER_SECOND } from '../limits.ts'
import { createDeviceId, type DeviceId } from './device-id.ts'
import type { DeviceDetails, DeviceRecord } from './device-record.ts'

/** In this order of rank: a higher one is never undone for the same id (spec 12 §7.2). */
export const DEVICE_STATES = ['unregistered', 'pending', 'registered', 'left', 'kicked'] as const
export type DeviceState = (typeof DEVICE_STATES)[number]

export interface DeviceRow {
  readonly state: DeviceState
  /** Absent for a removed device that was never seen. */
  readonly record?: DeviceRecord
  /** Of the record as others wrote it; absent for one's own, which others may then only raise. */
  readonly digest?: Uint8Array
  /** When it left or was removed. */
  readonly endedSeconds?: number
  /** Not yet told to the group; the number changes with the row, so that a late confirmation clears no newer change. */
  readonly owed?: number
}

export interface DeviceKey {
  readonly seed: Uint8Array
  readonly pairs: KeyPairs
  readonly createdSeconds: number
  readonly rotatedSeconds?: number
}

export interface GroupSeen {
  readonly linkKey: X25519PublicKey
  readonly seenAtMs: number
  readonly expiresAtMs: number
  readonly isDismissed: boolean
}

export interface LinkRequestSeen {
  readonly id: number
  readonly deviceId: DeviceId
  readonly record: DeviceRecord
  /** For the emoji. */
  readonly signed: Uint8Array
  readonly expiresAtMs: number
  readonly isReplacement: boolean
  readonly status: 'pending' | 'accepted' | 'superseded' | 'expired' | 'ignored'
}

export interface OwnRequest {
  /** In hex. */
  readonly group: string
  readonly record: DeviceRecord
  readonly signed: Uint8Array
  /** Set once the swarm has it. */
  readonly expiresAtMs?: number
  /** The person has seen the same emoji on another device. */
  readonly isConfirmed: boolean
  /** An answer that came before the person's: it is delivered once only. */
  readonly held?: IncomingMessage
}

export interface IncomingMessage {
  readonly bytes: Uint8Array
  readonly hash: string
  /** The swarm's times. */
  readonly storedAtMs: number
  readonly expiresAtMs: number
}

export interface GroupState {
  readonly deviceId: DeviceId
  readonly details: DeviceDetails
  /** The newest first. */
  readonly deviceKeys: readonly DeviceKey[]
  readonly devices: ReadonlyMap<DeviceId, DeviceRow>
  readonly accountKeys: readonly AccountKey[]
  readonly groupId?: Uint8Array
  readonly readAtMs?: number
  readonly displacedAtMs?: number
  readonly pushedSequence?: number
  readonly isPushing: boolean
  readonly mergedHashes: readonly string[]
  /** By group id in hex. */
  readonly groupsSeen: ReadonlyMap<string, GroupSeen>
  readonly linkRequests: readonly LinkRequestSeen[]
  readonly ownRequests: readonly OwnRequest[]
  /** In this run: before it, nothing is concluded from what is missing. */
  readonly hasFetched: boolean
  /** Told after the whole fetch was merged. */
  readonly notices: readonly GroupNotice[]
  /** Counts changes and requests; never goes back. */
  readonly counter: number
}

export type GroupNotice =
  | {
      readonly kind: 'link-request-ended'
      readonly id: number
      readonly status: LinkRequestSeen['status']
    }
  | { readonly kind: 'link-request-added'; readonly id: number }
  | {
      readonly kind: 'device-joined' | 'device-removed' | 'device-left'
      readonly deviceId: DeviceId
    }
  | { readonly kind: 'admitted' | 'removed' | 'displaced' | 'restored' }
  | { readonly kind: 'foreign-group'; readonly group: string }
  /** Somebody with the recovery phrase has published a key that this device does not know. */
  | { readonly kind: 'foreign-outbox' }

export type GroupEffect =
  /** One request: store, then delete what it replaces; nothing is deleted before its successor is there. */
  | {
      readonly kind: 'push'
      readonly bytes: Uint8Array
      readonly ttlMs: number
      readonly deleteHashes: readonly string[]
      /** Absent for the last word to a group that was left. */
      readonly snapshot?: PushSnapshot
    }
  | { readonly kind: 'delete'; readonly hashes: readonly string[] }
  | {
      readonly kind: 'store-link'
      readonly bytes: Uint8Array
      readonly ttlMs: number
      readonly updatedSeconds: number
    }
  | { readonly kind: 'publish'; readonly bytes: Uint8Array; readonly ttlMs: number }
  /** Seeds that the new state no longer has: to be overwritten once it is stored, and only then. */
  | { readonly kind: 'wipe'; readonly seeds: readonly Uint8Array[] }
  | { readonly kind: 'notify'; readonly notice: GroupNotice }

/** What a message that is on its way contained, and so what its confirmation settles. */
export interface PushSnapshot {
  readonly sequence: number
  readonly owed: ReadonlyMap<DeviceId, number>
  readonly seeds: readonly Uint8Array[]
  readonly hashes: readonly string[]
}

export type GroupRefusal =
  | 'membership_unknown'
  | 'already_registered'
  | 'removed'
  | 'unknown_group'
  | 'not_member'
  | 'no_such_device'
  | 'no_such_request'
  | 'not_removed'
  | 'group_full'

export interface GroupContext {
  readonly account: Account
  readonly randomness: Randomness
  readonly nowMs: number
  /** Off until all devices of the account read the second version: publishing says that they do. */
  readonly allowsPublishing: boolean
}

export interface GroupStep {
  readonly state: GroupState
  readonly effects: readonly GroupEffect[]
  /** The command was not carried out. */
  readonly refusal?: GroupRefusal
}

export function createGroupState(
  details: DeviceDetails,
  { randomness, nowMs }: Pick<GroupContext, 'randomness' | 'nowMs'>,
): GroupState {
  return {
    deviceId: createDeviceId(randomness),
    details,
    deviceKeys: [createDeviceKey(randomness, nowMs)],
    devices: new Map(),
    accountKeys: [],
    isPushing: false,
    mergedHashes: [],
    groupsSeen: new Map(),
    linkRequests: [],
    ownRequests: [],
    hasFetched: false,
    notices: [],
    counter: 1,
  }
}

/** After a start: what was on its way is not known to have arrived, and nothing was fetched. */
export function resumeGroupState(state: GroupState): GroupState {
  return { ...state, hasFetched: false, isPushing: false }
}

export function createDeviceKey(randomness: Randomness, nowMs: number): DeviceKey {
  const seed = randomness.bytes(KEY_SEED_BYTES)
  return { seed, pairs: expandDeviceSeed(seed), createdSeconds: toSeconds(nowMs) }
}

export function toSeconds(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND)
}

export function rankOf(state: DeviceState): number {
  return DEVICE_STATES.indexOf(state)
}

/**
 * Rank, then number, then digest. The rank comes first because an acceptance carries the number of the request that it
 * answers. A row without a digest is our own, or one that we wrote: at its own number it stays.
 */
export function exceeds(row: DeviceRow | undefined, candidate: DeviceRow): boolean {
  if (row === undefined) return true
  const rank = rankOf(candidate.state) - rankOf(row.state)
  if (rank !== 0) return rank > 0
  const sequence = (candidate.record?.sequence ?? 0) - (row.record?.sequence ?? 0)
  if (sequence !== 0) return sequence > 0
  if (row.digest === undefined || candidate.digest === undefined) return false
  return compareBytes(candidate.digest, row.digest) > 0
}

export function ownRow({ devices, deviceId }: GroupState): DeviceRow {
  return devices.get(deviceId) ?? { state: 'unregistered' }
}

export function currentDeviceKeys({ deviceKeys }: GroupState): PublicKeys {
  const [current] = deviceKeys
  if (current === undefined) throw new TypeError('a device without keys')
  return publicKeysOf(current.pairs)
}

/** A member that the others still count as one: only such a device writes to the group. */
export function isActiveMember(state: GroupState): boolean {
  return ownRow(state).state === 'registered' && state.displacedAtMs === undefined
}

export function registeredIds({ devices }: GroupState): readonly DeviceId[] {
  return [...devices].flatMap(([id, row]) => (row.state === 'registered' ? [id] : []))
}

export function setRow(state: GroupState, id: DeviceId, row: DeviceRow): GroupState {
  return { ...state, devices: new Map(state.devices).set(id, row) }
}

/** With a row that the others have yet to learn. */
export function setOwedRow(state: GroupState, id: DeviceId, row: DeviceRow): GroupState {
  const counter = state.counter + 1
  return { ...setRow(state, id, { ...row, owed: counter }), counter }
}

export function addNotice(state: GroupState, notice: GroupNotice): GroupState {
  return { ...state, notices: [...state.notices, notice] }
}

export function rotateAccountKey(state: GroupState, context: GroupContext): GroupState {
  const { randomness, nowMs } = context
  return {
    ...state,
    accountKeys: addNewAccountKey(state.accountKeys, toSeconds(nowMs), randomness),
  }
}

export function groupText(groupId: Uint8Array): string {
  return encodeHex(groupId)
}

export function unchanged(state: GroupState): GroupStep {
  return { state, effects: [] }
}

export function refuse(state: GroupState, refusal: GroupRefusal): GroupStep {
  return { state, effects: [], refusal }
}
