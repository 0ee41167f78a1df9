/**
 * The state of the account's group of devices (spec 12 §7) on this device: one transaction for each step of the reducer, whichever of several
 * programs takes it. What a step wants from the network is kept for `DeviceKeeper`, what a person is to be told for the end of a round.
 *
 * @module
 */
import { equalBytes, wipeBytes } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import {
  computeRotationSeconds,
  createGroupState,
  decodeGroupState,
  type DeviceDetails,
  deviceIdBytes,
  encodeGroupState,
  findActiveKey,
  findMembership,
  type GroupEffect,
  type GroupEvent,
  type GroupRefusal,
  type GroupState,
  isActiveMember,
  type Membership,
  reduceGroup,
  registeredIds,
} from '@sotto/protocol/session-v2'
import type { AccountKeyParts, AccountKeyRing } from '../secrecy/account-key-ring.ts'
import { describeNotice, type DeviceEvent } from './device-event.ts'

const MS_PER_SECOND = 1000
/** Of a deletion alone: as long as a group's messages live. */
const ORDER_KEPT_MS: number = 30 * 24 * 3_600_000

export interface DeviceGroupParts extends AccountKeyParts {
  readonly account: Account
  readonly ring: AccountKeyRing
  /** How this device shows itself to the others before a person has named it. */
  readonly details: DeviceDetails
}

export type PushEffect = Extract<GroupEffect, { readonly kind: 'push' }>
export type LinkEffect = Extract<GroupEffect, { readonly kind: 'store-link' }>

export class DeviceGroup {
  readonly #parts: DeviceGroupParts
  /** Of this run alone: a message that an earlier one had on its way may not have arrived. */
  #run = { hasFetched: false, isPushing: false }
  #push: PushEffect | undefined
  #link: LinkEffect | undefined
  #events: DeviceEvent[] = []

  constructor(parts: DeviceGroupParts) {
    this.#parts = parts
  }

  get state(): GroupState {
    return this.#parts.history.transaction(() => this.#load().state)
  }

  get membership(): Membership {
    return findMembership(this.state, this.#parts.time.now())
  }

  /** Registered, and the others still count this device in. */
  get isMember(): boolean {
    return isActiveMember(this.state)
  }

  get isAlone(): boolean {
    const { state } = this
    return isActiveMember(state) && registeredIds(state).length === 1
  }

  /** In seconds; nothing for a device that is no member. */
  findNextRotation(): number | undefined {
    const { state } = this
    const active = findActiveKey(state.accountKeys)
    if (active === undefined || !isActiveMember(state)) return undefined
    return computeRotationSeconds({
      active,
      deviceId: deviceIdBytes(state.deviceId),
      deviceCount: registeredIds(state).length,
      nowSeconds: Math.floor(this.#parts.time.now() / MS_PER_SECOND),
    })
  }

  /** Gives why a command was not carried out. */
  step(event: GroupEvent): GroupRefusal | undefined {
    const { account, history, randomness, time } = this.#parts
    const { state, effects, refusal } = history.transaction(() => {
      const { state: before, stored } = this.#load()
      // What the world sees is `OutboxKeeper`, which knows of times and features.
      const context = { account, randomness, nowMs: time.now(), allowsPublishing: false }
      const step = reduceGroup(before, event, context)
      this.#save(step.state, stored)
      this.#keepOrders(step.effects)
      return step
    })
    this.#run = { hasFetched: state.hasFetched, isPushing: state.isPushing }
    for (const effect of effects) this.#take(effect)
    return refusal
  }

  /** What is to be written to the group, once. */
  takePush(): PushEffect | undefined {
    const push = this.#push
    this.#push = undefined
    return push
  }

  takeLink(): LinkEffect | undefined {
    const link = this.#link
    this.#link = undefined
    return link
  }

  takeEvents(): readonly DeviceEvent[] {
    return this.#events.splice(0)
  }

  tell(event: DeviceEvent): void {
    this.#events.push(event)
  }

  #load(): { readonly state: GroupState; readonly stored: Uint8Array } {
    const { history, ring, details, randomness, time } = this.#parts
    const stored = history.deviceGroup.find()
    const known = stored && decodeGroupState(stored, ring.list())
    if (stored !== undefined && known !== undefined)
      return { state: { ...known, ...this.#run }, stored }
    const created = createGroupState(details, { randomness, nowMs: time.now() })
    const bytes = encodeGroupState(created)
    history.deviceGroup.put(bytes)
    return { state: { ...created, accountKeys: ring.list(), ...this.#run }, stored: bytes }
  }

  #save(state: GroupState, stored: Uint8Array): void {
    const { history, ring } = this.#parts
    const bytes = encodeGroupState(state)
    if (!equalBytes(bytes, stored)) history.deviceGroup.put(bytes)
    ring.save(state.accountKeys)
  }

  /** The last word to a group is not owed by any state that is kept. */
  #keepOrders(effects: readonly GroupEffect[]): void {
    const { history, time } = this.#parts
    for (const effect of effects) {
      if (effect.kind === 'push' && effect.snapshot === undefined) {
        const { bytes: data, ttlMs, deleteHashes: hashes } = effect
        history.deviceGroup.putOrder({ data, hashes, endsAtMs: time.now() + ttlMs })
      }
      if (effect.kind === 'delete')
        history.deviceGroup.putOrder({
          hashes: effect.hashes,
          endsAtMs: time.now() + ORDER_KEPT_MS,
        })
    }
  }

  #take(effect: GroupEffect): void {
    if (effect.kind === 'push' && effect.snapshot !== undefined) this.#push = effect
    if (effect.kind === 'store-link') this.#link = effect
    if (effect.kind === 'wipe') for (const seed of effect.seeds) wipeBytes(seed)
    if (effect.kind !== 'notify') return
    const event = describeNotice(effect.notice)
    if (event !== undefined) this.#events.push(event)
  }
}
