/**
 * The state of the model: one account with its devices, its swarm, and one person who writes to it (spec 12 §2 to §5, §7). It is plain
 * data with names in place of keys; what the attacker can compute from it is `seen.ts`.
 *
 * @module
 */

/** Half a day: the life of an account key, and the unit of everything here. */
export const TICK_HOURS = 12
const MOMENT = 0.01

export interface AccountKey {
  readonly id: string
  /** In thousandths of a tick, so that one key can be a moment younger than another. */
  readonly createdAt: number
  /** In ticks. */
  readonly rotatedAt?: number
  /** Where the seed stands in the order of bytes, which decides between keys of one moment. */
  readonly rank: number
}

export interface DeviceKey {
  readonly id: string
  readonly retiredAt?: number
  /** How many group messages there were then. */
  readonly retiredAfter?: number
}

/** By which device, or by the attacker. */
export interface Making {
  readonly id: string
  readonly by: string
}

export interface Removal {
  readonly at: number
  /** How many keys had been made before. */
  readonly keysBefore: number
}

export interface Device {
  readonly id: string
  /** It has heard that it was removed. */
  readonly isOut: boolean
  readonly accountKeys: readonly AccountKey[]
  /** The newest first. */
  readonly deviceKeys: readonly DeviceKey[]
  /** Whom it counts as registered, with the key that it seals to. */
  readonly registered: Readonly<Record<string, string>>
  readonly ended: readonly string[]
  /** How many group messages it has read. */
  readonly read: number
}

export interface GroupMessage {
  /** Device keys with a slot. */
  readonly slots: readonly string[]
  readonly accountKeys: readonly AccountKey[]
  readonly registered: Readonly<Record<string, string>>
  readonly ended: readonly string[]
}

export interface Outbox {
  readonly key: string
  /** In ticks and thousandths; absent without the field of spec 12 §2.6. */
  readonly issuedAt?: number
}

export type Form = 'forward-secret' | 'without-secrecy' | 'first-version'

export interface Message {
  readonly form: Form
  /** The account key that it was sealed to. */
  readonly key?: string
  readonly at: number
}

/** What the sender keeps of the account's keys (spec 12 §4.1). */
export interface SenderMemory {
  readonly key?: string
  readonly fetchedAt?: number
  readonly issuedAt?: number
  readonly empty?: {
    readonly firstAt: number
    readonly lastAt: number
    readonly nodes: readonly string[]
  }
  /** Every key that it ever believed, for claims to speak of. */
  readonly believed: readonly string[]
}

/** What somebody took from a device, as it was then. */
export interface Loot {
  readonly device: string
  readonly at: number
  readonly accountKeys: readonly string[]
  readonly deviceKeys: readonly string[]
  /** Public keys of other devices, which nobody outside of the group knows. */
  readonly known: readonly string[]
}

export interface World {
  readonly now: number
  readonly made: readonly Making[]
  readonly devices: readonly Device[]
  readonly group: readonly GroupMessage[]
  /** All that were ever shown; a swarm node can keep them. The last is the current one. */
  readonly outboxes: readonly Outbox[]
  readonly sender: SenderMemory
  readonly messages: readonly Message[]
  readonly loot: readonly Loot[]
  readonly removal?: Removal
  /** How often each bounded thing was done. */
  readonly done: Readonly<Record<string, number>>
}

/** Which rules hold, what the attacker may do, and how far is looked. */
export interface Setting {
  readonly devices: number
  readonly ticks: number
  /** How often at most: what a device or the attacker does. What is not named never happens. */
  readonly limits: Readonly<Partial<Record<Deed, number>>>
  readonly rules: Rules
  readonly attacker: Attacker
}

export type Deed = 'rotate' | 'remove' | 'fetch' | 'send' | 'seize' | 'forge outbox' | 'forge group'

export interface Rules {
  readonly publishes: boolean
  /** Spec 12 §2.6: outboxes carry their time, and an older one counts as none. */
  readonly timesOutboxes: boolean
  /** Spec 12 §4.3. Without it one empty answer is believed. */
  readonly pins: boolean
  /** Spec 12 §4.3. Without it one node is asked. */
  readonly asksTwo: boolean
  /** Spec 12 §4.2: nothing is sent in a lesser form because nobody answered. */
  readonly waitsForAnswers: boolean
  /** Spec 12 §2.4: a removal and a new key are one step. */
  readonly rotatesOnRemoval: boolean
  /** Spec 12 §2.2: a new key is younger than every other. */
  readonly makesYounger: boolean
  /** Ticks after which a replaced key is erased; never if absent (spec 12 §2.2, §2.7). By device. */
  readonly erasesAfter: Readonly<Record<string, number>>
  /** Every so many ticks a device that is always on-line replaces its device key. */
  readonly replacesDeviceKeysEvery?: number
  /** Ticks after which a retired device key is erased (spec 12 §7.7). */
  readonly erasesDeviceKeysAfter?: number
  /** Not a rule of spec 12: who removes a device replaces its own device key in the same step, and nothing new is taken from a later message that only a retired one opens. */
  readonly distrustsRetiredKeys: boolean
  /** Every device replaces its key, is read and erases in every tick, as one that is always on-line does. */
  readonly isAlwaysOnline: boolean
}

export interface Attacker {
  /** The recovery phrase, from the beginning: what is recorded does not care when it came. */
  readonly hasSeed: boolean
  /** Which device can be taken, at any time that the system allows. */
  readonly seizes?: string
  /** Taken only after it was removed. */
  readonly seizesAfterRemoval?: boolean
  /** How many of the two nodes that a sender asks are its own. */
  readonly nodes: number
  readonly breaksX25519?: boolean
  readonly breaksMlKem?: boolean
}

export const OUR_RULES: Rules = {
  publishes: true,
  timesOutboxes: true,
  pins: true,
  asksTwo: true,
  waitsForAnswers: true,
  rotatesOnRemoval: true,
  makesYounger: true,
  erasesAfter: {},
  distrustsRetiredKeys: false,
  isAlwaysOnline: false,
}

export function createWorld({ devices, rules }: Setting): World {
  const ids = Array.from({ length: devices }, (_, index) => `d${index + 1}`)
  const registered = Object.fromEntries(ids.map((id) => [id, `${id}-key1`]))
  const accountKeys: readonly AccountKey[] = [{ id: 'k1', createdAt: 0, rank: 0 }]
  const first: GroupMessage = {
    slots: Object.values(registered),
    accountKeys,
    registered,
    ended: [],
  }
  return {
    now: 0,
    made: [{ id: 'k1', by: 'd1' }],
    devices: ids.map((id) => ({
      id,
      isOut: false,
      accountKeys,
      deviceKeys: [{ id: `${id}-key1` }],
      registered,
      ended: [],
      read: devices > 1 ? 1 : 0,
    })),
    group: devices > 1 ? [first] : [],
    outboxes: rules.publishes ? [createOutbox('k1', { now: 0, outboxes: [] }, rules)] : [],
    sender: { believed: [] },
    messages: [],
    loot: [],
    done: {},
  }
}

/** Later than the one before, also within a tick (spec 12 §2.6). */
export function createOutbox(
  key: string,
  { now, outboxes }: Pick<World, 'now' | 'outboxes'>,
  rules: Rules,
): Outbox {
  const issuedAt = outboxes.reduce(
    (latest, outbox) => Math.max(latest, (outbox.issuedAt ?? 0) + MOMENT),
    now,
  )
  return { key, ...(rules.timesOutboxes && { issuedAt }) }
}

export function replaceDevice(world: World, device: Device): World {
  const devices = world.devices.map((other) => (other.id === device.id ? device : other))
  return { ...world, devices }
}
