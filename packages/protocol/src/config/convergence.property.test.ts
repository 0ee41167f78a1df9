/** What holds however edits, pushes, losses and merges of several devices fall together (spec 11 §5, §6). */
import { deriveAccount } from '@sotto/crypto/identity'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigSimulation, type ConfigStep } from '../../test/config-simulation.ts'
import { zstdCompression } from '../../test/zstd-compression.ts'
import type { ConfigValue, SharedConfigOptions } from './index.ts'
import { describeAccountConfig } from './index.ts'

const ROUNDS_MAX = 6
const options: SharedConfigOptions = {
  cipher: {
    domain: 'Contacts',
    secrets: [new Uint8Array(32).fill(7)],
    compression: zstdCompression,
  },
}
const groupKey = deriveSigningKeyPair(new Uint8Array(32).fill(8))
const groupOptions: SharedConfigOptions = {
  cipher: { ...options.cipher, domain: 'groups::Info' },
  group: { verifier: groupKey.publicKey, signer: groupKey },
}

const device = fc.nat({ max: 3 })
const key = fc.constantFrom('', 'a', 'b', '\u00ff')
const scalar = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom('', 'x', 'yy'))
const value: fc.Arbitrary<ConfigValue | undefined> = fc.oneof(
  scalar,
  fc.constant(undefined),
  fc.array(scalar, { maxLength: 3 }).map((items) => new Set(items)),
  fc.dictionary(key, scalar, { maxKeys: 2 }).map((entries) => new Map(Object.entries(entries))),
)
const set: fc.Arbitrary<ConfigStep> = fc.record({
  kind: fc.constant('set'),
  device,
  path: fc.array(key, { minLength: 1, maxLength: 3 }),
  value,
})
const poll: fc.Arbitrary<ConfigStep> = fc.record(
  {
    kind: fc.constant('poll'),
    device,
    places: fc.array(fc.nat({ max: 9 }), { maxLength: 8 }),
  },
  { requiredKeys: ['kind', 'device'] },
)
const push: fc.Arbitrary<ConfigStep> = fc.record({
  kind: fc.constant('push'),
  device,
  fate: fc.constantFrom('confirmed', 'lost', 'unconfirmed'),
})
const restart: fc.Arbitrary<ConfigStep> = fc.record({ kind: fc.constant('restart'), device })
const garbage: fc.Arbitrary<ConfigStep> = fc.record({
  kind: fc.constant('garbage'),
  bytes: fc.uint8Array({ maxLength: 120 }),
})
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: set },
    { weight: 4, arbitrary: push },
    { weight: 4, arbitrary: poll },
    { weight: 1, arbitrary: restart },
    { weight: 1, arbitrary: garbage },
  ),
  { maxLength: 40 },
)

function expectAgreement(simulation: ConfigSimulation): void {
  expect(simulation.settle(ROUNDS_MAX)).toBeLessThan(ROUNDS_MAX)
  const [first, ...others] = simulation.devices.map((each) => {
    const pushed = each.push()
    return { data: each.data, pushed, hashes: [...each.activeHashes].toSorted() }
  })
  for (const other of others) {
    expect([other.data, other.hashes]).toEqual([first?.data, first?.hashes])
    expect(other.pushed.ok && other.pushed.value.messages).toEqual(
      first?.pushed.ok === true ? first.pushed.value.messages : 'a push',
    )
  }
}

describe('devices that share a configuration', () => {
  it('come to identical bytes, whatever is changed at once, lost, repeated or damaged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), steps, (deviceCount, taken) => {
        const simulation = new ConfigSimulation(options, deviceCount)
        for (const step of taken) simulation.run(step)
        expectAgreement(simulation)
      }),
      { numRuns: 2000 },
    )
  })

  it('come to identical bytes when revisions are signed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 3 }), steps, (deviceCount, taken) => {
        const simulation = new ConfigSimulation(groupOptions, deviceCount)
        for (const step of taken) simulation.run(step)
        expectAgreement(simulation)
      }),
      { numRuns: 150 },
    )
  })

  it('come to identical bytes through the envelope of an account', () => {
    const account = deriveAccount(new Uint8Array(16).fill(9))
    const wrapped = describeAccountConfig(account, 'Contacts', zstdCompression)
    fc.assert(
      fc.property(steps, (taken) => {
        const simulation = new ConfigSimulation(wrapped, 3)
        for (const step of taken) simulation.run(step)
        expectAgreement(simulation)
      }),
      { numRuns: 30 },
    )
  })

  it('lose no change of a thing that only one of them changes, if they read before they write', () => {
    const change = fc.tuple(device, fc.nat({ max: 5 }), fc.nat({ max: 9 }), fc.boolean())
    const turn = fc.tuple(change, fc.constantFrom('confirmed', 'lost', 'unconfirmed', 'offline'))
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        const simulation = new ConfigSimulation(options, 4)
        const expected = new Map<string, number>()
        for (const [[at, name, number, isNested], fate] of turns) {
          const path = [...(isNested ? ['shared'] : []), `${at}-${name}`]
          simulation.run({ kind: 'set', device: at, path, value: number })
          expected.set(path.join('/'), number)
          if (fate === 'offline') continue
          simulation.run({ kind: 'poll', device: at })
          simulation.run({ kind: 'push', device: at, fate })
        }
        expectAgreement(simulation)
        for (const [path, number] of expected) {
          expect(simulation.devices[0]?.find(path.split('/'))).toBe(number)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
