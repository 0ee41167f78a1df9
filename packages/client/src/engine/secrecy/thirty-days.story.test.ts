/**
 * The meter of forward secrecy over thirty days (spec 12 §2.7, §4.4, TM-V4): whoever takes the device with everything that ever lay in its
 * swarm reads no further back than the meter said, and not much less.
 */
import { describe, expect, it } from 'vitest'
import { RecordedSwarm } from '../../../test/recorded-swarm.ts'
import {
  createSecretPeople,
  HOUR_MS,
  idOf,
  type SecretPeople,
} from '../../../test/secret-people.ts'

const ROUND_HOURS = 4
const ROUNDS_A_DAY = 24 / ROUND_HOURS
const DAYS = 30
/** What an account reaches that is always on-line. */
const METER_HOURS_MAX = 72
/** Each person writes every twelve hours, and a key may be as much older than what was first sealed to it. */
const OVERSTATED_HOURS_MAX = 12

interface Life {
  readonly people: SecretPeople
  readonly swarm: RecordedSwarm
  round: number
}

interface Reading {
  readonly meterHours: number
  /** Of what opens; nothing that opens is 0 hours old. */
  readonly oldestHours: number
}

async function startLife(erasesKeysEarly: boolean): Promise<Life> {
  const people = await createSecretPeople('alice', 'bob')
  people.bob.messenger.settings.update({ erasesKeysEarly })
  return { people, swarm: new RecordedSwarm(people.network, people.bob), round: 0 }
}

function statusOf({ people }: Life) {
  return people.bob.messenger.protections.status()
}

/** Somebody takes the device now, who kept everything that was in the swarm. */
function takeDevice(life: Life): Reading {
  const { people, swarm } = life
  swarm.record()
  const { opened, withPhrase } = swarm.tryAll()
  expect(withPhrase).toBe(0)
  const nowMs = people.network.clock.now()
  const { readableIfTakenMs } = statusOf(life)
  return {
    meterHours: (readableIfTakenMs ?? Infinity) / HOUR_MS,
    oldestHours: opened.length === 0 ? 0 : (nowMs - Math.min(...opened)) / HOUR_MS,
  }
}

/** Four hours. Twice a day each writes to the other. */
async function liveOneRound(life: Life): Promise<Reading> {
  const { network, alice, bob, poll, say } = life.people
  life.round += 1
  await network.clock.advance(ROUND_HOURS * HOUR_MS)
  await poll(bob)
  const hour = life.round % (ROUNDS_A_DAY / 2)
  if (hour === 1) {
    await poll(alice)
    await say(alice, bob, `from alice in round ${life.round}`)
  }
  if (hour === 2) await say(bob, alice, `from bob in round ${life.round}`)
  return takeDevice(life)
}

async function liveDays(life: Life, days: number): Promise<readonly Reading[]> {
  const readings: Reading[] = []
  for (let round = 0; round < days * ROUNDS_A_DAY; round++) readings.push(await liveOneRound(life))
  return readings
}

/** Not one hour more than it says, and not many less. */
function expectTruth(readings: readonly Reading[]): void {
  for (const { meterHours, oldestHours } of readings) {
    expect(oldestHours).toBeLessThanOrEqual(meterHours)
    expect(meterHours - oldestHours).toBeLessThanOrEqual(OVERSTATED_HOURS_MAX)
  }
}

function mostHours(readings: readonly Reading[]): number {
  return Math.max(...readings.map(({ meterHours }) => meterHours))
}

describe('an account that is always on-line and erases early', () => {
  it('exposes at most 72 hours on every day of thirty, as its meter says, and loses no message', async () => {
    const life = await startLife(true)
    const readings = await liveDays(life, DAYS)
    expectTruth(readings)
    expect(mostHours(readings)).toBeLessThanOrEqual(METER_HOURS_MAX)
    // It is that long because senders may use a key for two days: less would be a lie, or a loss.
    expect(Math.max(...readings.map(({ oldestHours }) => oldestHours))).toBeGreaterThan(48)
    expect(life.people.bob.texts()).toHaveLength(2 * DAYS)
    expect(life.swarm.tryAll().recorded).toBe(4 * DAYS)
    expect(statusOf(life)).toMatchObject({ unopened: 0, erasure: 'early' })
  }, 120_000)

  it('exposes everything of sixteen days without that, and its meter says so', async () => {
    const life = await startLife(false)
    const readings = await liveDays(life, DAYS)
    expectTruth(readings)
    expect(mostHours(readings)).toBeGreaterThan(16 * 24)
    expect(mostHours(readings)).toBeLessThan(17 * 24)
    expect(statusOf(life).erasure).toBe('after-sixteen-days')
  }, 120_000)
})

describe('a meter', () => {
  it('grows with each hour that the device is away, and falls with the first whole round', async () => {
    const life = await startLife(true)
    await liveDays(life, 4)
    const { network, alice, bob, poll, say } = life.people
    const before = takeDevice(life)
    for (let day = 0; day < 5; day++) {
      await network.clock.advance(24 * HOUR_MS)
      await say(alice, bob, `while away, day ${day}`)
      expectTruth([takeDevice(life)])
    }
    expect(takeDevice(life).meterHours).toBeGreaterThanOrEqual(before.meterHours + 120)
    expect(statusOf(life).erasure).toBe('waits-for-nodes')
    await poll(bob)
    expect(bob.texts().filter((text) => text.startsWith('while away'))).toHaveLength(5)
    expect(takeDevice(life).meterHours).toBeLessThan(before.meterHours + 120)
    const readings = await liveDays(life, 4)
    expect(takeDevice(life).meterHours).toBeLessThanOrEqual(METER_HOURS_MAX)
    for (const { meterHours, oldestHours } of readings)
      expect(oldestHours).toBeLessThanOrEqual(meterHours)
    expect(statusOf(life).erasure).toBe('early')
  }, 120_000)

  it('grows while only one node of the swarm answers, says why, and is back when a second does', async () => {
    const life = await startLife(true)
    await liveDays(life, 4)
    const others = life.people.network.swarmOf(life.people.bob.accountBytes).slice(1)
    for (const { faults } of others)
      faults.answer = (request, honest) =>
        request.method === 'retrieve' && request.params.namespace === 0
          ? { status: 500, body: 'no' }
          : honest()
    const alone = await liveDays(life, 6)
    expectTruth(alone)
    expect(mostHours(alone)).toBeGreaterThan(METER_HOURS_MAX + 96)
    expect(statusOf(life).erasure).toBe('waits-for-nodes')
    for (const { faults } of others) delete faults.answer
    const together = await liveDays(life, 1)
    expect(together.at(-1)?.meterHours).toBeLessThanOrEqual(METER_HOURS_MAX)
    expect(statusOf(life).erasure).toBe('early')
  }, 120_000)
})

describe('somebody who was away', () => {
  it('asks for the new key before writing, so that nothing is lost and nothing lasts longer', async () => {
    const life = await startLife(true)
    await liveDays(life, 2)
    const { network, alice, bob, poll, say } = life.people
    for (let round = 0; round < 10 * ROUNDS_A_DAY; round++) {
      await network.clock.advance(ROUND_HOURS * HOUR_MS)
      await poll(bob)
      const { meterHours, oldestHours } = takeDevice(life)
      expect(oldestHours).toBeLessThanOrEqual(meterHours)
      expect(meterHours).toBeLessThanOrEqual(METER_HOURS_MAX)
    }
    await say(alice, bob, 'after ten days')
    await poll(bob)
    expect(bob.texts()).toContain('after ten days')
  }, 120_000)

  it('and uses a key for longer than it may, is not read, which is told, and the meter stays true', async () => {
    const life = await startLife(true)
    await liveDays(life, 2)
    const { network, alice, bob, poll, say } = life.people
    const { published } = alice.history.peerKeys.find(idOf(bob))
    if (published === undefined) throw new Error('a key of his')
    for (let round = 0; round < 4 * ROUNDS_A_DAY; round++) {
      await network.clock.advance(ROUND_HOURS * HOUR_MS)
      await poll(bob)
    }
    // A client that breaks spec 12 §4.1.
    const fetchedAtMs = network.clock.now()
    alice.history.peerKeys.put(idOf(bob), { published: { ...published, fetchedAtMs } })
    await say(alice, bob, 'to a key that is gone')
    await poll(bob)
    expect(bob.texts()).not.toContain('to a key that is gone')
    expect(statusOf(life)).toMatchObject({ unopened: 1 })
    const { meterHours, oldestHours } = takeDevice(life)
    expect(meterHours).toBeLessThanOrEqual(METER_HOURS_MAX)
    expect(oldestHours).toBeLessThanOrEqual(meterHours)
  }, 120_000)
})
