/**
 * What `sotto device …` does: the account's devices, in words for somebody who has never linked one. The person compares emoji; nothing here
 * confirms for them.
 *
 * @module
 */
import type {
  DeviceList,
  DeviceOrdered,
  Devices,
  DeviceView,
  LinkRequestView,
} from '@sotto/client/engine'
import { describeFailure } from '../describe-failure.ts'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

const SHORT_ID = 8

const MEMBERSHIPS: Readonly<Record<DeviceList['membership'], string>> = {
  unknown: 'Nothing is known of your other devices yet.',
  'in-group': 'This device is linked.',
  'cut-off':
    'The other devices have forgotten this one: it was away for 30 days. Link it again with: sotto device link',
  displaced:
    'Another copy of this device has taken its place. If that was not you, somebody copied it. Go on with: sotto device renew',
  removed: 'This device was removed by another one. To link it again: sotto device renew',
  waiting: 'This device waits to be linked.',
  'groups-visible':
    'Other devices of this account are linked, and this one is not. To ask them: sotto device link',
  'no-group':
    'No devices are linked. To begin, on the device that you use most: sotto settings --forward-secrecy on',
}

export function listDevices(place: AccountPlace): Promise<Outcome> {
  return withMessenger(place, async ({ devices }) => {
    const failure = await devices.refresh()
    if (failure !== undefined) throw failure
    return describeList(devices.list())
  })
}

/** Asks; comparing and confirming is up to the person. */
export function linkDevice(place: AccountPlace, group: string | undefined): Promise<Outcome> {
  return withMessenger(place, async ({ devices }) => {
    const asked = await devices.requestLink(group)
    if (!asked.ok) throw asked.error
    return {
      json: asked.value,
      text: [
        `This device asks to be linked. Its emoji: ${asked.value.emoji}`,
        '',
        'On a device that is linked already, run: sotto device list',
        'Only if it shows the same emoji in the same order, confirm on both:',
        '  there:  sotto device confirm NUMBER',
        '  here:   sotto device confirm',
        'You have ten minutes. If no request shows there, do not confirm here.',
      ].join('\n'),
    }
  })
}

/** With a number on the device that is linked, without one on the device that asked. */
export function confirmDevice(place: AccountPlace, request: string | undefined): Promise<Outcome> {
  const number = request === undefined ? undefined : readNumber(request)
  return order(place, (devices) => devices.confirm(number), {
    json: number === undefined ? {} : { request: number },
    text: number === undefined ? 'Confirmed here.' : 'Confirmed. The other device is let in.',
  })
}

export function refuseDevice(place: AccountPlace, request: string): Promise<Outcome> {
  const number = readNumber(request)
  return withMessenger(place, async ({ devices }) => {
    const failure = (await devices.refresh()) ?? (await devices.refuse(number))
    if (failure !== undefined) throw failure
    return { json: { request: number }, text: 'Refused. It is not shown here any more.' }
  })
}

export function removeDevice(place: AccountPlace, start: string): Promise<Outcome> {
  return withMessenger(place, async ({ devices }) => {
    const failure = await devices.refresh()
    if (failure !== undefined) throw failure
    const device = findDevice(devices.list(), start)
    const text =
      'Removed, and the keys are replaced. What contacts send with keys that they have fetched before can still be read there for two days.'
    return settle(devices, devices.remove(device.id), { json: { removed: device.id }, text })
  })
}

export function leaveDevices(place: AccountPlace): Promise<Outcome> {
  return order(place, (devices) => devices.leave(), {
    json: { left: true },
    text: 'This device is not linked any more, and has given up its keys. Your messages stay here.',
  })
}

export function renameDevice(place: AccountPlace, name: string): Promise<Outcome> {
  return order(place, (devices) => devices.rename(name), {
    json: { description: name },
    text: 'Renamed. Only your own devices see it.',
  })
}

export function renewDevice(place: AccountPlace): Promise<Outcome> {
  return order(place, (devices) => devices.renew(), {
    json: { renewed: true },
    text: 'This device is a new one now. To link it: sotto device link',
  })
}

interface Done {
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
}

function order(
  place: AccountPlace,
  act: (devices: Devices) => DeviceOrdered,
  done: Done,
): Promise<Outcome> {
  return withMessenger(place, async ({ devices }) => {
    const failure = await devices.refresh()
    if (failure !== undefined) throw failure
    return settle(devices, act(devices), done)
  })
}

async function settle(devices: Devices, ordered: DeviceOrdered, done: Done): Promise<Outcome> {
  const result = await ordered
  if (!result.ok) throw result.error
  const { membership } = devices.list()
  const { untold } = result.value
  const later = await describeFailure(untold)
  return {
    json: { ...done.json, membership, shared: untold === undefined },
    text: [
      done.text,
      MEMBERSHIPS[membership],
      ...(later === undefined
        ? []
        : [`Other devices of the account learn it later: ${later.message}`]),
    ].join('\n'),
  }
}

function describeList(list: DeviceList): Outcome {
  const { membership, devices, requests, ownRequest } = list
  const own = ownRequest && `This device’s emoji: ${ownRequest.emoji}`
  return {
    json: list,
    text: [
      MEMBERSHIPS[membership],
      ...(own === undefined ? [] : [own]),
      ...devices.map(layOutDevice),
      ...requests.flatMap(layOutRequest),
      ...(membership === 'in-group' && list.otherGroups.length > 0
        ? [
            'Somebody with your recovery phrase has linked devices beside yours. If that was not you, it is a thief.',
          ]
        : []),
    ].join('\n'),
  }
}

function layOutDevice({ id, isThis, description, type }: DeviceView): string {
  const name = makePrintable(description) || `a device without a name (${makePrintable(type)})`
  return `  ${id.slice(0, SHORT_ID)}  ${name}${isThis ? '  (this one)' : ''}`
}

function layOutRequest(request: LinkRequestView): readonly string[] {
  const { description, emoji, isReplacement } = request
  const name = makePrintable(description) || 'A device without a name'
  return [
    '',
    `${name} asks to be linked. Its emoji: ${emoji}`,
    ...(isReplacement ? ['It has the name of a linked device, which it would replace.'] : []),
    `Same emoji there? sotto device confirm ${request.request}`,
    `Not yours?        sotto device refuse ${request.request}, and keep your recovery phrase safer: whoever asks has it.`,
  ]
}

/** The beginning of an id is enough where it fits one device. */
function findDevice({ devices }: DeviceList, start: string): DeviceView {
  const found = devices.filter(({ id }) => start !== '' && id.startsWith(start.toLowerCase()))
  const [device] = found
  if (device === undefined || found.length > 1)
    throw new CliError(
      'usage',
      'Name one device by the beginning of its id; see “sotto device list”.',
    )
  return device
}

function readNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new CliError('usage', 'A request is a number; “sotto device list” shows it.')
  return Number(text)
}
