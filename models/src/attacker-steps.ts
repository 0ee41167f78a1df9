/**
 * What the attacker does beyond looking: takes a device, shows a key of its own, writes to the group. Each only where what it has seen
 * suffices for it.
 *
 * @module
 */
import { countDeed, mayDo } from './device-steps.ts'
import type { Step } from './explore.ts'
import { MOMENTS_PER_TICK } from './keys.ts'
import { canSign, EVIL, knowsPublicKeys } from './seen.ts'
import { createOutbox, type GroupMessage, type Setting, type World } from './world.ts'

function* seizures(world: World, setting: Setting): Generator<Step<World>> {
  const { seizes, seizesAfterRemoval = false } = setting.attacker
  const device = world.devices.find(({ id }) => id === seizes)
  if (device === undefined || !mayDo(world, setting, 'seize')) return
  if (seizesAfterRemoval && world.removal === undefined) return
  const loot = {
    device: device.id,
    at: world.now,
    accountKeys: device.accountKeys.map(({ id }) => id),
    deviceKeys: device.deviceKeys.map(({ id }) => id),
    known: Object.values(device.registered),
  }
  const next = { ...countDeed(world, 'seize'), loot: [...world.loot, loot] }
  yield { label: `${device.id} is taken`, next }
}

function* forgedOutboxes(world: World, setting: Setting): Generator<Step<World>> {
  if (!mayDo(world, setting, 'forge outbox') || !canSign(world, setting.attacker)) return
  const outboxes = [...world.outboxes, createOutbox(EVIL, world, setting.rules)]
  yield {
    label: 'the attacker shows a key of its own',
    next: { ...countDeed(world, 'forge outbox'), outboxes },
  }
}

/** A slot needs the public keys of its device, which only members were told. */
function* forgedGroups(world: World, setting: Setting): Generator<Step<World>> {
  if (!mayDo(world, setting, 'forge group') || !canSign(world, setting.attacker)) return
  const everyKey = world.devices.flatMap(({ deviceKeys }) => deviceKeys.map(({ id }) => id))
  const slots = everyKey.filter((key) => knowsPublicKeys(world, setting.attacker, key))
  if (slots.length === 0) return
  const key = { id: EVIL, createdAt: (world.now + 1) * MOMENTS_PER_TICK - 1, rank: 0 }
  const forged: GroupMessage = {
    slots,
    accountKeys: [key],
    registered: {},
    ended: [],
  }
  const next = { ...countDeed(world, 'forge group'), group: [...world.group, forged] }
  yield { label: 'the attacker writes to the group', next }
}

export function* attackerSteps(world: World, setting: Setting): Generator<Step<World>> {
  yield* seizures(world, setting)
  yield* forgedOutboxes(world, setting)
  yield* forgedGroups(world, setting)
}
