/**
 * Writing to the group (spec 12 §7.3): only after a whole fetch, one message at a time, and owed until the swarm has it.
 * That is what keeps devices from answering one another for ever.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { type AccountKey, findActiveKey, pruneAccountKeys } from '../keys/account-key.ts'
import { publicKeysOf } from '../keys/key-pairs.ts'
import { encodeOutbox, OUTBOX_TTL_MS } from '../keys/outbox.ts'
import type { DeviceId } from './device-id.ts'
import type { DeviceRecord } from './device-record.ts'
import { createGroupId } from './group-id.ts'
import { GROUP_TTL_MS, sealGroupMessage } from './group-message.ts'
import type { GroupPayload, Tombstone } from './group-payload.ts'
import {
  type DeviceRow,
  type GroupContext,
  type GroupEffect,
  type GroupState,
  type GroupStep,
  groupText,
  isActiveMember,
  ownRow,
  type PushSnapshot,
  registeredIds,
  rotateAccountKey,
  toSeconds,
} from './group-state.ts'

/** Those that are still to be told come first, then the newest. All are remembered here; the message has room for so many. */
const TOMBSTONES_SENT = 32

export function needsPush(state: GroupState): boolean {
  if (!isActiveMember(state) || state.isPushing) return false
  const sequence = ownRow(state).record?.sequence ?? 0
  return (
    (state.pushedSequence ?? 0) < sequence ||
    [...state.devices.values()].some(({ owed }) => owed !== undefined) ||
    state.accountKeys.some(({ isDistributed }) => !isDistributed)
  )
}

/** Everything a device may now tell the group. Keys that nobody needs any more are erased first. */
export function createPush(state: GroupState, context: GroupContext): GroupStep {
  const ready = prepareState(state, context)
  const { groupId, accountKeys } = ready
  if (groupId === undefined) throw new TypeError('a push without a group')
  const payload = collectPayload(ready)
  const draft = { account: context.account, groupId, payload, accountKeys }
  const push: GroupEffect = {
    kind: 'push',
    bytes: sealGroupMessage(draft, context.randomness),
    ttlMs: GROUP_TTL_MS,
    deleteHashes: ready.mergedHashes,
    snapshot: takeSnapshot(ready),
  }
  return { state: { ...ready, isPushing: true }, effects: [push] }
}

function prepareState(state: GroupState, context: GroupContext): GroupState {
  const accountKeys = pruneAccountKeys(state.accountKeys, toSeconds(context.nowMs))
  const pruned = { ...state, accountKeys }
  const keyed = findActiveKey(accountKeys) ? pruned : rotateAccountKey(pruned, context)
  const groupId = keyed.groupId ?? createGroupId(context.nowMs, context.randomness)
  return { ...keyed, groupId }
}

export function collectPayload({ devices, accountKeys }: GroupState): GroupPayload {
  const records = new Map<DeviceId, DeviceRecord>()
  const ended: [DeviceId, Tombstone, DeviceRow][] = []
  for (const [id, row] of devices) {
    const { state, record, endedSeconds = 0 } = row
    if (state === 'registered' && record !== undefined) records.set(id, record)
    if (state === 'left' || state === 'kicked') {
      ended.push([id, { kind: state, atSeconds: Math.max(1, endedSeconds) }, row])
    }
  }
  const newestFirst = ended.toSorted(
    ([, a, rowA], [, b, rowB]) => isOwed(rowB) - isOwed(rowA) || b.atSeconds - a.atSeconds,
  )
  const sent = newestFirst.slice(0, TOMBSTONES_SENT)
  const tombstones = new Map(sent.map(([id, tombstone]) => [id, tombstone]))
  return { records, tombstones, accountKeys }
}

function isOwed({ owed }: DeviceRow): number {
  return owed === undefined ? 0 : 1
}

function takeSnapshot(state: GroupState): PushSnapshot {
  const owed = [...state.devices].flatMap(([id, row]) =>
    row.owed === undefined ? [] : [[id, row.owed] as const],
  )
  return {
    sequence: ownRow(state).record?.sequence ?? 0,
    owed: new Map(owed),
    seeds: state.accountKeys.flatMap((key) => (key.isDistributed ? [] : [key.seed])),
    hashes: state.mergedHashes,
  }
}

/** Clears exactly what the message contained; what changed while it was on its way stays owed. */
export function confirmPush(
  state: GroupState,
  { snapshot, hash }: { readonly snapshot: PushSnapshot; readonly hash: string },
  context: GroupContext,
): GroupStep {
  const devices = new Map(state.devices)
  for (const [id, owed] of snapshot.owed) {
    const { owed: current, ...row } = devices.get(id) ?? { state: 'unregistered' as const }
    if (current === owed) devices.set(id, row)
  }
  const settled: GroupState = {
    ...state,
    devices,
    isPushing: false,
    pushedSequence: Math.max(state.pushedSequence ?? 0, snapshot.sequence),
    accountKeys: state.accountKeys.map((key) => markDistributed(key, snapshot)),
    mergedHashes: [...state.mergedHashes.filter((old) => !snapshot.hashes.includes(old)), hash],
  }
  const seen = dropRetiredKeys(refreshOwnGroup(settled, context.nowMs))
  return { state: seen, effects: createPublication(seen, context) }
}

/** Nobody else writes to this device, and what it wrote to the old keys itself was deleted with this message. */
function dropRetiredKeys(state: GroupState): GroupState {
  const isAlone = registeredIds(state).every((id) => id === state.deviceId)
  const isKnown = (state.pushedSequence ?? 0) >= (ownRow(state).record?.sequence ?? 0)
  if (!isAlone || !isKnown) return state
  const deviceKeys = state.deviceKeys.filter(({ rotatedSeconds }) => rotatedSeconds === undefined)
  return { ...state, deviceKeys }
}

function markDistributed(key: AccountKey, { seeds }: PushSnapshot): AccountKey {
  return seeds.some((seed) => equalBytes(seed, key.seed)) ? { ...key, isDistributed: true } : key
}

function refreshOwnGroup(state: GroupState, nowMs: number): GroupState {
  const active = findActiveKey(state.accountKeys)
  if (state.groupId === undefined || active === undefined) return state
  const group = groupText(state.groupId)
  const seen = {
    linkKey: active.pairs.agreement.publicKey,
    seenAtMs: nowMs,
    expiresAtMs: nowMs + GROUP_TTL_MS,
    isDismissed: false,
  }
  return { ...state, groupsSeen: new Map(state.groupsSeen).set(group, seen) }
}

/**
 * Shows the active key to the world, once all devices can have its seed: before that, messages could come that only this
 * device reads.
 */
export function createPublication(
  state: GroupState,
  { account, randomness, allowsPublishing }: GroupContext,
): readonly GroupEffect[] {
  const active = findActiveKey(state.accountKeys)
  if (!allowsPublishing || !isActiveMember(state)) return []
  if (active === undefined || !active.isDistributed || active.isPublished) return []
  const bytes = encodeOutbox(account, publicKeysOf(active.pairs), randomness)
  return [{ kind: 'publish', bytes, ttlMs: OUTBOX_TTL_MS }]
}
