/**
 * What a device does for the account's group of devices with each round (spec 12 §7.3, §7.4): messages of the group are read before all others,
 * and what is owed to it is written after a whole fetch. Who decides is the reducer, what a person wants `Devices`.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { ok, type Result } from '@sotto/crypto/result'
import {
  findActiveKey,
  GROUP_NAMESPACE,
  OUTBOX_NAMESPACE,
  readGroupMessageKind,
} from '@sotto/protocol/session-v2'
import type { ClientError } from '../../errors.ts'
import type { DeviceSettings } from '../actions/device-settings.ts'
import type { NamespacePage } from '../messaging/retrieve-pages.ts'
import type { OutboxKeeper } from '../secrecy/outbox-keeper.ts'
import type { OwnSwarmParts } from '../swarm/call-own-swarm.ts'
import type { DeviceGroup, DeviceGroupParts, PushEffect } from './device-group.ts'
import { deleteFromGroup, writeGroup } from './write-group.ts'

const TOLD = 'devices:told-membership'
const SECONDS_PER_DAY = 86_400
const MS_PER_SECOND = 1000
const BYTE_MAX = 255
/** Spec 12 §7.7. */
const DEVICE_KEY_DAYS = 7
/** Spec 12 §7.7. Devices that were linked on one day do not all write on another. */
const DEVICE_KEY_SPREAD = 0.2
/** Founding a group beside one that a single node withholds would part the account's devices. */
const WITNESSES = 2

export interface DeviceKeeperParts extends DeviceGroupParts, OwnSwarmParts {
  readonly group: DeviceGroup
  readonly outbox: OutboxKeeper
  readonly settings: DeviceSettings
}

export class DeviceKeeper {
  readonly #parts: DeviceKeeperParts

  constructor(parts: DeviceKeeperParts) {
    this.#parts = parts
  }

  /** What one member of the swarm gave; before its other messages, whose keys may be in it. */
  take(pages: readonly NamespacePage[]): void {
    const { group, history, outbox } = this.#parts
    for (const { namespace, messages } of pages) {
      if (namespace === OUTBOX_NAMESPACE) outbox.note(messages)
      if (namespace !== GROUP_NAMESPACE) continue
      for (const { hash, data, timestampMs, expiryMs } of messages) {
        if (history.arrivals.isSeen(hash)) continue
        const message = { hash, bytes: data, storedAtMs: timestampMs, expiresAtMs: expiryMs }
        history.transaction(() => {
          group.step({ kind: 'message', message })
          // A request may come before the key that opens it; all else is decided by one reading.
          if (readGroupMessageKind(data) === 'group') history.arrivals.markSeen(hash, expiryMs)
        })
      }
    }
  }

  /** After the last page. `completeMembers` were read to their ends. */
  async settle(completeMembers: number): Promise<void> {
    const { group } = this.#parts
    if (completeMembers > 0) {
      this.#follow(completeMembers)
      this.#tellMembership()
    }
    const push = group.takePush()
    if (push !== undefined) await this.#push(push)
    await this.#carryOutOrders()
  }

  /** Carries out what follows from the settings and the time. */
  #follow(completeMembers: number): void {
    const { group, settings } = this.#parts
    const isWanted = settings.current.forwardSecrecy
    if (!isWanted && group.isAlone) group.step({ kind: 'leave-group' })
    if (this.#isDeviceKeyDue()) group.step({ kind: 'rotate-device-keys' })
    group.step({ kind: 'fetched' })
    const isFirst = isWanted && group.membership === 'no-group' && completeMembers >= WITNESSES
    if (!isFirst) return
    group.step({ kind: 'start-group' })
    group.step({ kind: 'fetched' })
  }

  #isDeviceKeyDue(): boolean {
    const { group, time } = this.#parts
    if (!group.isMember) return false
    const [current] = group.state.deviceKeys
    if (current === undefined) return false
    const share = (sha256(current.seed)[0] ?? 0) / BYTE_MAX
    const days = DEVICE_KEY_DAYS * (1 - DEVICE_KEY_SPREAD + 2 * DEVICE_KEY_SPREAD * share)
    return time.now() / MS_PER_SECOND >= current.createdSeconds + days * SECONDS_PER_DAY
  }

  #tellMembership(): void {
    const { group, history } = this.#parts
    const { membership } = group
    const before = history.state.find(TOLD)
    if (before === membership) return
    history.state.put(TOLD, membership)
    if (membership === 'cut-off') group.tell({ kind: 'this_device', became: 'cut_off' })
  }

  /** A key is shown to the world in the same request that gives it to the other devices, after it. */
  async #push({ bytes, ttlMs, deleteHashes, snapshot }: PushEffect): Promise<void> {
    const { group, history, outbox, settings, time } = this.#parts
    if (snapshot === undefined) return
    const active = findActiveKey(group.state.accountKeys)
    const isWanted = settings.current.forwardSecrecy && active?.isPublished === false
    const isGiven = snapshot.seeds.some((seed) => active && equalBytes(seed, active.seed))
    const publication = isWanted && isGiven ? outbox.preparePublication(active) : undefined
    const written = await writeGroup(
      { data: bytes, ttlMs, deleteHashes, ...(publication && { publish: publication.compose }) },
      this.#parts,
    )
    if (!written.ok) {
      group.step({ kind: 'push-failed' })
      return
    }
    const hash = written.value
    history.transaction(() => {
      history.arrivals.markSeen(hash, time.now() + ttlMs)
      publication?.confirm()
      group.step({ kind: 'pushed', snapshot, hash })
    })
  }

  async #carryOutOrders(): Promise<void> {
    const { history, time } = this.#parts
    const { deviceGroup } = history
    for (const { id, data, hashes, endsAtMs } of deviceGroup.listOrders()) {
      const ttlMs = endsAtMs - time.now()
      const done = ttlMs <= 0 || (await this.#carryOut({ data, hashes, ttlMs })).ok
      if (done) deviceGroup.eraseOrder(id)
    }
  }

  #carryOut(order: {
    readonly data: Uint8Array | undefined
    readonly hashes: readonly string[]
    readonly ttlMs: number
  }): Promise<Result<unknown, ClientError>> {
    const { data, hashes, ttlMs } = order
    return data === undefined
      ? deleteFromGroup(hashes, this.#parts)
      : writeGroup({ data, ttlMs, deleteHashes: hashes }, this.#parts)
  }

  /** Asks to be linked; resolves when a group can have received it. */
  async storeLink(): Promise<Result<void, ClientError>> {
    const { group } = this.#parts
    const link = group.takeLink()
    if (link === undefined) return ok(undefined)
    const { bytes, ttlMs, updatedSeconds } = link
    const written = await writeGroup({ data: bytes, ttlMs }, this.#parts)
    group.step(written.ok ? { kind: 'link-stored', updatedSeconds } : { kind: 'link-failed' })
    return written.ok ? ok(undefined) : written
  }
}
