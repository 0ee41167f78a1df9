/** The model can fail in both directions: each rule that is taken away gives an attack, and each attack that is forbidden holds. */
import { describe, expect, it } from 'vitest'
import { checkClaim, type Claim } from './claim.ts'
import { DEVICE_CLAIMS } from './claims-devices.ts'
import { SEED_CLAIMS } from './claims-seed.ts'

const CLAIMS = [...SEED_CLAIMS, ...DEVICE_CLAIMS]

function claimOf(id: string): Claim {
  const claim = CLAIMS.find((other) => other.id === id)
  if (claim === undefined) throw new Error('a claim')
  return claim
}

/** The same search with something else in its setting. */
function findWith(id: string, change: (claim: Claim) => Partial<Claim['setting']>): string {
  const claim = claimOf(id)
  return checkClaim({ ...claim, setting: { ...claim.setting, ...change(claim) } }).outcome.kind
}

describe('claims', () => {
  it('have names of their own, and of both kinds at least a dozen', () => {
    expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length)
    for (const kind of ['holds', 'attack'])
      expect(CLAIMS.filter(({ expected }) => expected === kind).length).toBeGreaterThan(11)
  })

  it('that speak of no message that is ever written would hold for nothing: each is reached', () => {
    // Here the rule keeps such a message from being written; without it, below and in a claim of its own, it is.
    const prevented = new Set(['downgrade-pinned-two-nodes', 'replay-with-time'])
    const holding = CLAIMS.filter(({ id, expected }) => expected === 'holds' && !prevented.has(id))
    for (const claim of holding) {
      const attacker = {
        ...claim.setting.attacker,
        hasSeed: true,
        breaksX25519: true,
        breaksMlKem: true,
      }
      const all = checkClaim({ ...claim, setting: { ...claim.setting, attacker } })
      expect([claim.id, all.outcome.kind]).toEqual([claim.id, 'attack'])
    }
  }, 120_000)
})

describe('a rule that is left out', () => {
  it.each([
    ['downgrade-pinned-two-nodes', { pins: false }],
    ['removed-after-cache', { rotatesOnRemoval: false }],
    ['taken-after-early-erasure', { erasesAfter: {} }],
    ['taken-after-erasure', { erasesAfter: { d1: 40 } }],
    ['replay-with-time', { timesOutboxes: false }],
    ['silence-waits', { waitsForAnswers: false, asksTwo: false }],
    ['removed-writes-to-retired-key', { distrustsRetiredKeys: false }],
    ['taken-recorded-group-device-keys', { erasesDeviceKeysAfter: 99 }],
  ])(
    'of %s is an attack',
    (id, rules) => {
      expect(checkClaim(claimOf(id)).outcome.kind).toBe('holds')
      expect(findWith(id, ({ setting }) => ({ rules: { ...setting.rules, ...rules } }))).toBe(
        'attack',
      )
    },
    120_000,
  )
})

describe('an attack', () => {
  it('comes with the way to it', () => {
    const { outcome } = checkClaim(claimOf('seed-shows-own-key'))
    if (outcome.kind !== 'attack') throw new Error('an attack')
    expect(outcome.trace[0]).toBe('the attacker shows a key of its own')
    expect(outcome.trace.at(-1)).toBe('the sender writes in the form forward-secret')
  })

  it('is none any more without what it needs', () => {
    const withoutSeed = ({ setting }: Claim) => ({
      attacker: { ...setting.attacker, hasSeed: false },
    })
    for (const id of ['seed-shows-own-key', 'seed-first-version', 'downgrade-first-contact'])
      expect([id, findWith(id, withoutSeed)]).toEqual([id, 'holds'])
  })
})
