/**
 * Devices that were removed or taken: what their keys open, from when on they open nothing more, and what erasing gains (spec 12 §2.2, §2.4,
 * §2.6, §2.7, §5, §7).
 *
 * @module
 */
import { OLD_KEY_KEPT_SECONDS } from '@sotto/protocol/session-v2'
import { type Claim, createSetting, type PartialSetting } from './claim.ts'
import { TICK_HOURS, type Message, type World } from './world.ts'

const HOUR_SECONDS = 3600
const TICK_SECONDS = TICK_HOURS * HOUR_SECONDS
/** Spec 12 §4.1, and an hour for clocks (§2.7): the first tick that is later. */
const CACHE_TICKS = 4
const EARLY_TICKS = CACHE_TICKS + 1
const KEPT_TICKS = OLD_KEY_KEPT_SECONDS / TICK_SECONDS
const TAKEN = { hasSeed: false, nodes: 0, seizes: 'd2', seizesAfterRemoval: true }

/** `d2` is removed by `d1`, and its store is the attacker's at some time after that. */
function createRemoval(differences: PartialSetting): PartialSetting {
  const { limits, attacker, ...others } = differences
  return {
    ticks: 4,
    ...others,
    limits: { rotate: 1, remove: 1, seize: 1, ...limits },
    attacker: { ...TAKEN, ...attacker },
  }
}

function isToKeyOf(maker: string): (message: Message, world: World) => boolean {
  return ({ key }, { made, removal }) => {
    const index = made.findIndex(({ id, by }) => id === key && by === maker)
    return removal !== undefined && index >= removal.keysBefore
  }
}

function isSentAfter(ticks: number): (message: Message, world: World) => boolean {
  return ({ at }, { removal }) => removal !== undefined && at >= removal.at + ticks
}

function isSentBeforeRemoval({ at }: Message, { removal }: World): boolean {
  return removal !== undefined && at < removal.at
}

const REMOVED: readonly Claim[] = [
  {
    id: 'removed-new-keys',
    about: 'message to a key that was made after the removal, with the removed device',
    section: '2.4',
    setting: createSetting(createRemoval({ ticks: 3, limits: { rotate: 2 } })),
    covers: isToKeyOf('d1'),
    expected: 'holds',
  },
  {
    id: 'removed-old-keys',
    about: 'message from before the removal, with the removed device',
    section: '2.4',
    setting: createSetting(createRemoval({})),
    covers: isSentBeforeRemoval,
    expected: 'attack',
  },
  {
    id: 'removed-cached-key',
    about: 'message from after the removal, with the removed device',
    section: '4.1',
    setting: createSetting(createRemoval({ limits: { rotate: 0 } })),
    covers: isSentAfter(0),
    expected: 'attack',
  },
  {
    id: 'removed-after-cache',
    about: 'message from two days after the removal on, with the removed device',
    section: '4.1',
    setting: createSetting(createRemoval({ ticks: 8, limits: { rotate: 0, fetch: 2 } })),
    covers: isSentAfter(CACHE_TICKS + 1),
    expected: 'holds',
  },
  {
    id: 'removed-without-rotation',
    about: 'the same, where a removal makes no new key',
    section: '2.4',
    setting: createSetting(
      createRemoval({
        ticks: 8,
        limits: { rotate: 0, fetch: 2 },
        rules: { rotatesOnRemoval: false },
      }),
    ),
    covers: isSentAfter(CACHE_TICKS + 1),
    expected: 'attack',
  },
  {
    id: 'removed-same-moment',
    about: 'the same, where the new key can be as old as one of the removed device',
    section: '2.2',
    setting: createSetting(
      createRemoval({ ticks: 8, limits: { fetch: 2 }, rules: { makesYounger: false } }),
    ),
    covers: isSentAfter(CACHE_TICKS + 1),
    expected: 'attack',
  },
  {
    id: 'removed-unheard-rotation',
    about:
      'message from two days after the removal on, if the removed device replaces a key before it hears of it',
    section: '7.2',
    setting: createSetting(createRemoval({ ticks: 8, limits: { rotate: 1, fetch: 2 } })),
    covers: isSentAfter(CACHE_TICKS + 1),
    expected: 'attack',
  },
  {
    id: 'removed-writes-to-group',
    about:
      'message from two days after the removal on, if the removed device forges group messages',
    section: '7.4',
    setting: createSetting(createRemoval({ ticks: 6, limits: { rotate: 0, 'forge group': 1 } })),
    covers: isSentAfter(CACHE_TICKS + 1),
    expected: 'attack',
  },
  {
    id: 'removed-writes-to-retired-key',
    about:
      'the same, if who removes replaces its device key and believes nothing new to the old one',
    section: '7.7',
    setting: createSetting(
      createRemoval({
        ticks: 6,
        limits: { rotate: 0, 'forge group': 1 },
        rules: { distrustsRetiredKeys: true },
      }),
    ),
    covers: isSentAfter(CACHE_TICKS + 1),
    expected: 'holds',
  },
]

/** Whoever once believed a key from after the removal, and writes to one from before it. */
function isRolledBack({ form, key }: Message, { made, removal, sender }: World): boolean {
  if (removal === undefined || form !== 'forward-secret') return false
  const isNew = (id: string | undefined): boolean =>
    made.findIndex((making) => making.id === id) >= removal.keysBefore
  return sender.believed.some(isNew) && !isNew(key)
}

/** A node of the swarm shows a key of which the removed device has the seed. */
const REPLAYED: readonly Claim[] = [
  {
    id: 'replay-with-time',
    about:
      'message of a sender who believed a key from after the removal, to one from before it, with the removed device and both nodes',
    section: '2.6',
    setting: createSetting(
      createRemoval({ ticks: 6, limits: { rotate: 0, fetch: 3 }, attacker: { nodes: 2 } }),
    ),
    covers: isRolledBack,
    expected: 'holds',
  },
  {
    id: 'replay-without-time',
    about: 'the same, where outboxes have no time',
    section: '2.6',
    setting: createSetting(
      createRemoval({
        ticks: 6,
        limits: { rotate: 0, fetch: 3 },
        rules: { timesOutboxes: false },
        attacker: { nodes: 2 },
      }),
    ),
    covers: isRolledBack,
    expected: 'attack',
  },
  {
    id: 'replay-first-contact',
    about: 'first message to somebody after the removal, with the removed device and both nodes',
    section: '2.6',
    setting: createSetting(createRemoval({ limits: { rotate: 0 }, attacker: { nodes: 2 } })),
    covers: isSentAfter(1),
    expected: 'attack',
  },
]

function createTheft(differences: PartialSetting): PartialSetting {
  const { limits, attacker, rules, ...others } = differences
  return {
    devices: 1,
    ...others,
    limits: { rotate: 1, seize: 1, ...limits },
    rules: { isAlwaysOnline: true, ...rules },
    attacker: { seizes: 'd1', ...attacker },
  }
}

function isOlderThan(ticks: number): (message: Message, world: World) => boolean {
  return ({ at }, { loot }) => loot.some((taken) => taken.at - at >= ticks)
}

/** Sixteen days and a half beside the cache, and what early erasing makes of it. */
const WINDOW_TICKS = KEPT_TICKS + 1
const EARLY_WINDOW_TICKS = EARLY_TICKS + 1

/** Days become ticks here: what counts is that keys go before device keys. */
const SMALL = { kept: 3, devicesKept: 5, every: 4 } as const

const TAKEN_DEVICES: readonly Claim[] = [
  {
    id: 'taken-after-erasure',
    about: `message older than ${(WINDOW_TICKS * TICK_HOURS) / 24} days, with the only device, always on-line`,
    section: '2.2',
    setting: createSetting(
      createTheft({ ticks: KEPT_TICKS + 6, rules: { erasesAfter: { d1: KEPT_TICKS } } }),
    ),
    covers: isOlderThan(WINDOW_TICKS),
    expected: 'holds',
  },
  {
    id: 'taken-before-erasure',
    about: 'message half a day younger than that, with the same device',
    section: '2.2',
    setting: createSetting(
      createTheft({ ticks: KEPT_TICKS + 6, rules: { erasesAfter: { d1: KEPT_TICKS } } }),
    ),
    covers: isOlderThan(WINDOW_TICKS - 1),
    expected: 'attack',
  },
  {
    id: 'taken-after-early-erasure',
    about: `message older than ${EARLY_WINDOW_TICKS * TICK_HOURS} hours, with the only device, always on-line, erasing early`,
    section: '2.7',
    setting: createSetting(
      createTheft({ ticks: 12, limits: { fetch: 2 }, rules: { erasesAfter: { d1: EARLY_TICKS } } }),
    ),
    covers: isOlderThan(EARLY_WINDOW_TICKS),
    expected: 'holds',
  },
  {
    id: 'taken-before-early-erasure',
    about: 'message half a day younger than that, with the same device',
    section: '2.7',
    setting: createSetting(createTheft({ ticks: 12, rules: { erasesAfter: { d1: EARLY_TICKS } } })),
    covers: isOlderThan(EARLY_WINDOW_TICKS - 1),
    expected: 'attack',
  },
  {
    id: 'taken-early-erasure-in-group',
    about: `message older than ${EARLY_WINDOW_TICKS * TICK_HOURS} hours, with a device that erases early in a group of which another does not`,
    section: '2.7',
    setting: createSetting(
      createTheft({ devices: 2, ticks: 9, rules: { erasesAfter: { d1: EARLY_TICKS } } }),
    ),
    covers: isOlderThan(EARLY_WINDOW_TICKS),
    expected: 'attack',
  },
  {
    id: 'taken-recorded-group',
    about:
      'message to a key that was erased, with a device of a group whose messages a node has kept',
    section: '7.7',
    setting: createSetting(
      createTheft({
        devices: 2,
        ticks: 8,
        rules: { erasesAfter: { d1: SMALL.kept, d2: SMALL.kept } },
      }),
    ),
    covers: isOlderThan(SMALL.kept + 1),
    expected: 'attack',
  },
  {
    id: 'taken-recorded-group-device-keys',
    about: 'message older than device keys, where they are replaced and erased',
    section: '7.7',
    setting: createSetting(
      createTheft({
        devices: 2,
        ticks: 16,
        rules: {
          erasesAfter: { d1: SMALL.kept, d2: SMALL.kept },
          replacesDeviceKeysEvery: SMALL.every,
          erasesDeviceKeysAfter: SMALL.devicesKept,
        },
      }),
    ),
    covers: isOlderThan(SMALL.kept + 1 + SMALL.every + SMALL.devicesKept),
    expected: 'holds',
  },
]

export const DEVICE_CLAIMS: readonly Claim[] = [...REMOVED, ...REPLAYED, ...TAKEN_DEVICES]
