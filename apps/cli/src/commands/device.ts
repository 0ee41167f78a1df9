/**
 * `sotto device …`: the account's devices. The work is in `../messages/manage-devices.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { type Outcome, type Print, printOutcome } from '../output.ts'
import {
  type MessageCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
} from './shared-options.ts'

type Place = ReturnType<typeof findPlace>

interface Order {
  /** With its argument. */
  readonly usage: string
  readonly about: string
  readonly act: (place: Place, argument: string) => Promise<Outcome>
}

const ORDERS: readonly Order[] = [
  {
    usage: 'list',
    about: 'show the devices that are linked, and those that ask to be',
    act: async (place) => {
      const { listDevices } = await import('../messages/manage-devices.ts')
      return listDevices(place)
    },
  },
  {
    usage: 'link [group]',
    about: 'ask the devices that are linked to let this one in',
    act: async (place, group) => {
      const { linkDevice } = await import('../messages/manage-devices.ts')
      return linkDevice(place, group === '' ? undefined : group)
    },
  },
  {
    usage: 'confirm [number]',
    about: 'say that both devices show the same emoji: with a number there, without one here',
    act: async (place, number) => {
      const { confirmDevice } = await import('../messages/manage-devices.ts')
      return confirmDevice(place, number === '' ? undefined : number)
    },
  },
  {
    usage: 'refuse <number>',
    about: 'do not let a device in',
    act: async (place, number) => {
      const { refuseDevice } = await import('../messages/manage-devices.ts')
      return refuseDevice(place, number)
    },
  },
  {
    usage: 'remove <id>',
    about: 'take a device out for good, and replace the keys that it knows',
    act: async (place, id) => {
      const { removeDevice } = await import('../messages/manage-devices.ts')
      return removeDevice(place, id)
    },
  },
  {
    usage: 'leave',
    about: 'take this device out; its messages stay here',
    act: async (place) => {
      const { leaveDevices } = await import('../messages/manage-devices.ts')
      return leaveDevices(place)
    },
  },
  {
    usage: 'rename <name>',
    about: 'name this device; only your own devices see it',
    act: async (place, name) => {
      const { renameDevice } = await import('../messages/manage-devices.ts')
      return renameDevice(place, name)
    },
  },
  {
    usage: 'renew',
    about: 'make this a new device, after it was removed or copied',
    act: async (place) => {
      const { renewDevice } = await import('../messages/manage-devices.ts')
      return renewDevice(place)
    },
  },
]

export function createDeviceCommand(print: Print): Command {
  const device = new Command('device').description(
    'the devices of this account that share its keys',
  )
  for (const { usage, about, act } of ORDERS) {
    const command = addJson(addNetwork(addHome(device.command(usage)))).description(about)
    command.action(async () => {
      const options = command.opts<MessageCommandOptions>()
      const outcome = await act(findPlace(options), command.args[0] ?? '')
      printOutcome(outcome, options, print)
    })
  }
  return device
}
