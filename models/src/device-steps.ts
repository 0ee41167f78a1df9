/**
 * What a device does in the model: it reads what others told, replaces keys, removes another device, and erases (spec 12 §2, §5, §7). Each
 * step may happen at any time and in any order, unless the device is always on-line.
 *
 * @module
 */
import type { Step } from './explore.ts'
import { findActive, mergeKeys, MOMENTS_PER_TICK, pruneKeys, settle } from './keys.ts'
import {
  type AccountKey,
  createOutbox,
  type Deed,
  type Device,
  type GroupMessage,
  replaceDevice,
  type Setting,
  type World,
} from './world.ts'

export function mayDo(world: World, { limits }: Setting, deed: Deed): boolean {
  return (world.done[deed] ?? 0) < (limits[deed] ?? 0)
}

export function countDeed(world: World, deed: Deed): World {
  return { ...world, done: { ...world.done, [deed]: (world.done[deed] ?? 0) + 1 } }
}

/** What the device knows, to everybody that it counts in; then its active key, to everybody. */
function tell(world: World, device: Device, { rules, devices }: Setting): World {
  const { registered, ended, accountKeys } = device
  const told: GroupMessage = { slots: Object.values(registered), accountKeys, registered, ended }
  const group = devices > 1 ? [...world.group, told] : world.group
  const active = findActive(accountKeys)
  const shown = world.outboxes.at(-1)?.key
  const isShown = active === undefined || active.id === shown || !rules.publishes
  const outboxes = isShown
    ? world.outboxes
    : [...world.outboxes, createOutbox(active.id, world, rules)]
  // What others wrote and this device has not read yet stays to be read.
  const isUpToDate = device.read === world.group.length
  const read = isUpToDate ? group.length : device.read
  return { ...replaceDevice(world, { ...device, read }), group, outboxes }
}

/** Ranks only matter between keys of one moment, where both orders are tried. */
function ranksFor(createdAt: number, keys: readonly AccountKey[]): readonly number[] {
  return keys.some((key) => key.createdAt === createdAt) ? [-1, 1] : [0]
}

function withNewKeys(
  world: World,
  device: Device,
  setting: Setting,
): readonly (readonly [World, Device])[] {
  const now = world.now * MOMENTS_PER_TICK
  const createdAt = device.accountKeys.reduce(
    (latest, key) => (setting.rules.makesYounger ? Math.max(latest, key.createdAt + 1) : latest),
    now,
  )
  const id = `k${world.made.length + 1}`
  const made = [...world.made, { id, by: device.id }]
  const others = world.devices.flatMap(({ accountKeys }) => accountKeys)
  return ranksFor(createdAt, others).map((rank) => {
    const key: AccountKey = { id, createdAt, rank }
    const accountKeys = settle([...device.accountKeys, key])
    return [
      { ...world, made },
      { ...device, accountKeys },
    ] as const
  })
}

function* rotations(world: World, device: Device, setting: Setting): Generator<Step<World>> {
  const active = findActive(device.accountKeys)
  const isDue = active === undefined || active.createdAt <= (world.now - 1) * MOMENTS_PER_TICK
  if (!isDue || !mayDo(world, setting, 'rotate')) return
  for (const [next, changed] of withNewKeys(world, device, setting)) {
    const told = tell(countDeed(next, 'rotate'), changed, setting)
    yield { label: `${device.id} replaces the account key`, next: told }
  }
}

function readGroup(world: World, device: Device, { rules }: Setting): Device {
  let read = device
  for (let index = device.read; index < world.group.length; index++)
    read = readMessage(read, { index, message: world.group[index] }, rules)
  return { ...read, read: world.group.length }
}

function readMessage(
  device: Device,
  { index, message }: { readonly index: number; readonly message: GroupMessage | undefined },
  rules: Setting['rules'],
): Device {
  if (message === undefined || device.isOut) return device
  const opening = device.deviceKeys.find(({ id }) => message.slots.includes(id))
  if (opening === undefined) return { ...device, isOut: message.ended.includes(device.id) }
  // What was written after a device key went, to that key, can be from somebody who should not write any more.
  const isLate = opening.retiredAfter !== undefined && index >= opening.retiredAfter
  if (isLate && rules.distrustsRetiredKeys) return device
  const ended = [...new Set([...device.ended, ...message.ended])].toSorted()
  const told = { ...device.registered, ...message.registered, ...ownRecord(device) }
  const registered = Object.fromEntries(Object.entries(told).filter(([id]) => !ended.includes(id)))
  const accountKeys = mergeKeys(device.accountKeys, message.accountKeys)
  return { ...device, ended, registered, accountKeys }
}

/** Nobody else says what a device's key is. */
function ownRecord({ id, deviceKeys }: Device): Readonly<Record<string, string>> {
  const [current] = deviceKeys
  return current === undefined ? {} : { [id]: current.id }
}

function* readings(world: World, device: Device, setting: Setting): Generator<Step<World>> {
  if (device.read >= world.group.length) return
  const read = readGroup(world, device, setting)
  const active = findActive(read.accountKeys)
  const isShown = active === undefined || active.id === world.outboxes.at(-1)?.key
  const next = replaceDevice(world, read)
  // What was learned is told again, and the active key is shown to the world.
  if (read.isOut || isShown) yield { label: `${device.id} reads the group`, next }
  else
    yield {
      label: `${device.id} reads the group and publishes ${active.id}`,
      next: tell(next, read, setting),
    }
}

function* removals(world: World, device: Device, setting: Setting): Generator<Step<World>> {
  const target = 'd2'
  const isThere = device.id !== target && device.registered[target] !== undefined
  if (!isThere || !mayDo(world, setting, 'remove')) return
  const { [target]: _gone, ...registered } = device.registered
  const ended = [...device.ended, target].toSorted()
  const alone: Device = { ...device, registered, ended }
  const removed = setting.rules.distrustsRetiredKeys ? replaceDeviceKey(alone, world) : alone
  const removal = { at: world.now, keysBefore: world.made.length }
  const started = { ...countDeed(world, 'remove'), removal }
  const changes = setting.rules.rotatesOnRemoval
    ? withNewKeys(started, removed, setting)
    : [[started, removed] as const]
  for (const [next, changed] of changes)
    yield { label: `${device.id} removes ${target}`, next: tell(next, changed, setting) }
}

/** A new device key at the first place; the old ones stay until they are erased. */
function replaceDeviceKey(device: Device, world: World): Device {
  const id = `${device.id}-key${world.now}-${device.deviceKeys.length + 1}`
  const went = { retiredAt: world.now, retiredAfter: world.group.length }
  const deviceKeys = [{ id }, ...device.deviceKeys.map((key) => ({ ...went, ...key }))]
  return { ...device, deviceKeys, registered: { ...device.registered, [device.id]: id } }
}

export function* deviceSteps(world: World, setting: Setting): Generator<Step<World>> {
  if (setting.rules.isAlwaysOnline) return
  for (const device of world.devices) {
    if (device.isOut) continue
    yield* readings(world, device, setting)
    yield* rotations(world, device, setting)
    yield* removals(world, device, setting)
  }
}

/** What time alone does to what a device holds. */
function eraseOutdated(device: Device, now: number, { rules }: Setting): Device {
  const after = rules.erasesDeviceKeysAfter
  const deviceKeys = device.deviceKeys.filter(
    ({ retiredAt }) => retiredAt === undefined || after === undefined || now - retiredAt < after,
  )
  const accountKeys = pruneKeys(device.accountKeys, now, rules.erasesAfter[device.id])
  return { ...device, deviceKeys, accountKeys }
}

/** A whole round of each device in turn, as those do that are never away: read, replace what is due, tell, erase. */
export function liveOneTick(world: World, setting: Setting): World {
  return world.devices.reduce((current, { id }) => liveOneRound(current, id, setting), world)
}

function liveOneRound(world: World, id: string, setting: Setting): World {
  const device = world.devices.find((other) => other.id === id)
  if (device === undefined || device.isOut) return world
  const read = eraseOutdated(readGroup(world, device, setting), world.now, setting)
  const { replacesDeviceKeysEvery: every } = setting.rules
  const isDue = every !== undefined && world.now % every === 0
  const current = isDue ? replaceDeviceKey(read, world) : read
  const settled = replaceDevice(world, current)
  const [rotated] = [...rotations({ ...settled, done: {} }, current, setting)]
  if (rotated !== undefined) return { ...rotated.next, done: world.done }
  return isDue ? tell(settled, current, setting) : settled
}
