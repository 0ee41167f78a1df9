/**
 * Several devices of one account around one swarm, with a clock that a test advances. Effects are carried out at once, so
 * that a test reads as what people do.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { wipeBytes } from '@sotto/crypto/bytes'
import { createSeededRandomness, type SeededRandomness } from '@sotto/testkit/seeded-randomness'
import { findActiveKey } from '../src/session-v2/keys/account-key.ts'
import type { PublicKeys } from '../src/session-v2/keys/key-pairs.ts'
import { decodeOutbox } from '../src/session-v2/keys/outbox.ts'
import { readGroupMessageKind } from '../src/session-v2/devices/open-group.ts'
import {
  createGroupState,
  type GroupContext,
  type GroupEffect,
  type GroupNotice,
  type GroupRefusal,
  type GroupState,
  groupText,
  type IncomingMessage,
  resumeGroupState,
} from '../src/session-v2/devices/group-state.ts'
import { findMembership, type Membership } from '../src/session-v2/devices/membership.ts'
import { type GroupEvent, reduceGroup } from '../src/session-v2/devices/reduce-group.ts'

export class SimulatedDevice {
  state: GroupState
  readonly notices: GroupNotice[] = []
  pushes = 0
  /** While set, stores of this device fail. */
  isOffline = false
  /** While set, stores of this device are on their way until `arrive`. */
  isSlow = false
  #underway: (GroupEffect & { readonly kind: 'push' })[] = []
  readonly #simulation: GroupSimulation
  readonly #seen = new Set<string>()

  constructor(simulation: GroupSimulation, state: GroupState) {
    this.#simulation = simulation
    this.state = state
  }

  get membership(): Membership {
    return findMembership(this.state, this.#simulation.nowMs)
  }

  get activeSeed(): Uint8Array | undefined {
    return findActiveKey(this.state.accountKeys)?.seed
  }

  get group(): string {
    return this.state.groupId === undefined ? '' : groupText(this.state.groupId)
  }

  run(event: GroupEvent): GroupRefusal | undefined {
    const step = reduceGroup(this.state, event, this.#simulation.context)
    this.state = step.state
    for (const effect of step.effects) this.#carryOut(effect)
    return step.refusal
  }

  /** Everything that the swarm has and this device has not read, then the end of the fetch. */
  fetch(): void {
    for (const message of this.#simulation.messages) {
      if (this.#seen.has(message.hash)) continue
      this.#seen.add(message.hash)
      this.run({ kind: 'message', message })
    }
    this.run({ kind: 'fetched' })
    const { outbox } = this.#simulation
    if (outbox !== undefined) this.run({ kind: 'outbox-seen', keys: outbox })
  }

  arrive(): void {
    const underway = this.#underway
    this.#underway = []
    this.isSlow = false
    for (const push of underway) this.#carryOut(push)
  }

  restart(): void {
    this.state = resumeGroupState(this.state)
  }

  #carryOut(effect: GroupEffect): void {
    const simulation = this.#simulation
    switch (effect.kind) {
      case 'push': {
        if (this.isOffline) return void this.run({ kind: 'push-failed' })
        if (this.isSlow) return void this.#underway.push(effect)
        const hash = simulation.store(effect.bytes, effect.ttlMs)
        simulation.delete(effect.deleteHashes)
        this.pushes++
        this.#seen.add(hash)
        if (effect.snapshot) this.run({ kind: 'pushed', snapshot: effect.snapshot, hash })
        return
      }
      case 'delete':
        return simulation.delete(effect.hashes)
      case 'store-link': {
        if (this.isOffline) return void this.run({ kind: 'link-failed' })
        simulation.store(effect.bytes, effect.ttlMs)
        return void this.run({ kind: 'link-stored', updatedSeconds: effect.updatedSeconds })
      }
      case 'publish':
        return simulation.publish(effect.bytes)
      case 'wipe':
        return wipeBytes(...effect.seeds)
      case 'notify':
        this.notices.push(effect.notice)
    }
  }
}

export class GroupSimulation {
  nowMs = 1_800_000_000_000
  allowsPublishing = true
  outbox: PublicKeys | undefined
  published = 0
  readonly account: Account
  readonly randomness: SeededRandomness
  #stored: IncomingMessage[] = []
  #hashes = 0

  constructor(account: Account, seed: string) {
    this.account = account
    this.randomness = createSeededRandomness(seed)
  }

  get context(): GroupContext {
    const { account, randomness, nowMs, allowsPublishing } = this
    return { account, randomness, nowMs, allowsPublishing }
  }

  get messages(): readonly IncomingMessage[] {
    this.#stored = this.#stored.filter(({ expiresAtMs }) => expiresAtMs > this.nowMs)
    return [...this.#stored]
  }

  get groupMessageCount(): number {
    return this.messages.filter(({ bytes }) => readGroupMessageKind(bytes) === 'group').length
  }

  addDevice(description = 'device'): SimulatedDevice {
    return new SimulatedDevice(this, createGroupState({ description, type: 'd' }, this.context))
  }

  /** The device that created the account. */
  addFirst(description = 'first'): SimulatedDevice {
    const device = this.addDevice(description)
    device.run({ kind: 'establish' })
    device.fetch()
    return device
  }

  store(bytes: Uint8Array, ttlMs: number): string {
    const hash = `hash ${++this.#hashes}`
    this.nowMs += 1000
    const message = { bytes, hash, storedAtMs: this.nowMs, expiresAtMs: this.nowMs + ttlMs }
    this.#stored.push(message)
    return hash
  }

  delete(hashes: readonly string[]): void {
    this.#stored = this.#stored.filter(({ hash }) => !hashes.includes(hash))
  }

  publish(bytes: Uint8Array): void {
    const decoded = decodeOutbox(this.account.accountId, bytes)
    if (!decoded.ok) throw decoded.error
    this.outbox = decoded.value
    this.published++
  }

  advance(ms: number): void {
    this.nowMs += ms
  }

  /** Fetches in turns until nobody has anything to say; how many turns that took. */
  settle(devices: readonly SimulatedDevice[]): number {
    for (let turn = 1; turn <= 12; turn++) {
      const before = devices.reduce((sum, { pushes }) => sum + pushes, 0)
      for (const device of devices) device.fetch()
      if (devices.reduce((sum, { pushes }) => sum + pushes, 0) === before) return turn
    }
    throw new Error('devices answer one another for ever')
  }

  /** The whole of linking, with both people doing what they should. */
  link(
    member: SimulatedDevice,
    device: SimulatedDevice,
    others: readonly SimulatedDevice[] = [],
  ): void {
    device.fetch()
    device.run({ kind: 'request-link', group: member.group })
    const request = device.state.ownRequests.at(-1)
    if (request === undefined) throw new Error('no request was made')
    member.fetch()
    const asked = member.state.linkRequests.findLast(({ status }) => status === 'pending')
    if (asked === undefined) throw new Error('no request arrived')
    const { updatedSeconds } = request.record
    device.run({ kind: 'confirm-link', updatedSeconds })
    member.run({ kind: 'accept-request', id: asked.id })
    this.settle([member, device, ...others])
  }
}
