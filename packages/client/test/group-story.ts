/**
 * People with devices on one network, and a group of theirs.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { GroupAdmin } from '@sotto/crypto/session'
import { deriveGroupAdmin } from '@sotto/crypto/session'
import type { GroupId } from '@sotto/protocol/config'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { GroupEvent } from '../src/engine/groups/index.ts'
import { toAccountBytes } from '../src/engine/messaging/account-bytes.ts'
import { befriend, createGroupDevice, type GroupDevice } from './group-device.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { unwrap } from './simulated-person.ts'
import type { KeptMessage } from './simulated-store.ts'

export class GroupStory {
  readonly network: SimulatedNetwork
  readonly alice: GroupDevice
  readonly bob: GroupDevice
  readonly carol: GroupDevice
  /** Those that `syncAll` goes through, in this order. */
  readonly devices: GroupDevice[]

  constructor(name: string) {
    this.network = new SimulatedNetwork({ name })
    this.alice = this.addDevice('alice')
    this.bob = this.addDevice('bob')
    this.carol = this.addDevice('carol')
    befriend(this.alice, this.bob, this.carol)
    this.devices = [this.alice, this.bob, this.carol]
  }

  addDevice(name: string): GroupDevice {
    return createGroupDevice(this.network, name)
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.network.settle(promise)
  }

  /** What everybody saw, round after round. */
  async syncAll(rounds = 1): Promise<readonly GroupEvent[]> {
    const events: GroupEvent[] = []
    for (let round = 0; round < rounds; round++)
      for (const device of this.devices) events.push(...(await device.sync()))
    return events
  }

  /** By Alice, and everybody has answered. */
  async createGroup(
    members: readonly AccountId[] = [this.bob.id, this.carol.id],
  ): Promise<GroupId> {
    const created = await this.settle(this.alice.groups.create({ name: 'Hikers', members }))
    // The invited read and answer, the admin notes it, and they read that.
    const [first, ...others] = this.devices
    for (const device of others) await device.sync()
    await first?.sync()
    for (const device of others) await device.sync()
    return unwrap(created)
  }

  /** What the group's swarm has; all its nodes have the same unless a test says otherwise. */
  stored(id: GroupId, namespace: number): readonly KeptMessage[] {
    const [node] = this.network.swarmOf(toAccountBytes(id))
    return node?.store.boxOf(toAccountBytes(id), namespace) ?? []
  }

  /** As a node that asks nobody: what a colluding one, or one that missed a revocation, could do. */
  place(id: GroupId, namespace: number, data: Uint8Array, timestampMs?: number): void {
    const account = toAccountBytes(id)
    const atMs = timestampMs ?? this.network.clock.now()
    const expiryMs = this.network.clock.now() + TTL_MAX_PUBLIC_INBOX_MS
    for (const { store } of this.network.swarmOf(account))
      store.store({ account, namespace, data, timestampMs: atMs, expiryMs, sigTimestampMs: atMs })
  }

  adminOf({ configs }: GroupDevice, id: GroupId): GroupAdmin {
    const seed = configs.groups.groups.find(id)?.adminSeed
    if (seed === undefined || seed === null) throw new TypeError('does not lead the group')
    return deriveGroupAdmin(Uint8Array.from(seed))
  }
}

/** The names of those that a device takes for members, sorted. */
export function membersOf({ groups }: GroupDevice, id: GroupId): readonly AccountId[] {
  return (groups.describe(id)?.members ?? []).map(([member]) => member).toSorted()
}
