/**
 * One account with devices that are linked on a simulated network, and a friend who writes to it.
 *
 * @module
 */
import type { DeviceId } from '@sotto/protocol/session-v2'
import { GROUP_NAMESPACE } from '@sotto/protocol/session-v2'
import type { MessengerEvent } from '../src/engine/index.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from './simulated-person.ts'

export const MINUTE_MS = 60_000

export interface LinkedDevices {
  readonly network: SimulatedNetwork
  /** The account's first device. */
  readonly phone: SimulatedPerson
  readonly friend: SimulatedPerson
  /** Another device that knows the recovery phrase only. */
  restore(): SimulatedPerson
  /** The same, asked for, compared and confirmed on both sides. */
  link(from?: SimulatedPerson): Promise<SimulatedPerson>
  poll(...people: readonly SimulatedPerson[]): Promise<readonly MessengerEvent[]>
  say(from: SimulatedPerson, to: SimulatedPerson, text: string): Promise<void>
}

export async function createLinkedDevices(
  network: SimulatedNetwork = new SimulatedNetwork(),
): Promise<LinkedDevices> {
  const restore = (): SimulatedPerson => createPerson(network, 'bob')
  const [phone, friend] = [restore(), createPerson(network, 'alice')]
  const poll = async (
    ...people: readonly SimulatedPerson[]
  ): Promise<readonly MessengerEvent[]> => {
    const events: MessengerEvent[] = []
    for (const { messenger } of people)
      events.push(...unwrap(await network.settle(messenger.poll())))
    return events
  }
  for (const { messenger } of [phone, friend]) messenger.settings.update({ forwardSecrecy: true })
  await poll(phone, friend)
  return {
    network,
    phone,
    friend,
    restore,
    async link(from = phone) {
      const device = restore()
      await poll(device)
      const asked = unwrap(await network.settle(device.messenger.devices.requestLink()))
      await poll(from)
      const [request] = from.messenger.devices.list().requests
      if (request?.emoji !== asked.emoji) throw new Error('the emoji differ')
      unwrap(await network.settle(from.messenger.devices.confirm(request.request)))
      unwrap(await network.settle(device.messenger.devices.confirm()))
      await poll(from, device, from)
      return device
    },
    poll,
    async say(from, to, text) {
      const message = { to: to.account.accountId, text }
      unwrap(await network.settle(from.messenger.send(message)))
    },
  }
}

export function membershipOf({ messenger }: SimulatedPerson): string {
  return messenger.devices.list().membership
}

export function deviceIdOf({ messenger }: SimulatedPerson): DeviceId {
  const own = messenger.devices.list().devices.find(({ isThis }) => isThis)
  if (own === undefined) throw new Error('the device is not linked')
  return own.id
}

/** What each member of the swarm keeps of what devices say to each other. */
export function groupBoxesOf(network: SimulatedNetwork, { accountBytes }: SimulatedPerson) {
  return network
    .swarmOf(accountBytes)
    .map(({ store }) => store.boxOf(accountBytes, GROUP_NAMESPACE))
}
