/** What a person reads about the protection of messages is what the keys on the device bear out. */
import type { SecrecyStatus } from '@sotto/client/engine'
import { describe, expect, it } from 'vitest'
import { layOutStatus } from './show-protection.ts'

const HOUR_MS = 3_600_000
const ON: SecrecyStatus = {
  isOn: true,
  keysHeld: 3,
  isPublished: true,
  nextRotationMs: 1,
  readableIfTakenMs: 25.5 * HOUR_MS,
  erasure: 'early',
  unopened: 0,
  isContested: false,
}

describe('the words of sotto status', () => {
  it('round up what a thief can read, and never down', () => {
    expect(layOutStatus(ON)).toEqual([
      'Forward secrecy is on; others can see its key.',
      'If this device is taken now, what was sealed to its 3 keys in the last 26 hours can be read, and everything that was not sealed to a key.',
    ])
    expect(layOutStatus({ ...ON, readableIfTakenMs: 1 })[1]).toContain('in the last hour can')
  })

  it('say that everything can be read where there are no keys', () => {
    const off = { ...ON, isOn: false, keysHeld: 0, readableIfTakenMs: null }
    expect(layOutStatus(off)).toEqual([
      'Forward secrecy is off.',
      'If this device is taken now, everything that was ever sent to this account can be read.',
    ])
  })

  it('say why the time grows, where keys that should be gone are still there', () => {
    expect(layOutStatus({ ...ON, erasure: 'waits-for-nodes' })[2]).toContain('two nodes')
    expect(layOutStatus({ ...ON, erasure: 'after-sixteen-days' })).toHaveLength(2)
  })

  it('say what waits, and that somebody else has the phrase', () => {
    const lines = layOutStatus({ ...ON, isPublished: false, unopened: 2, isContested: true })
    expect(lines[0]).toContain('cannot see its key yet')
    expect(lines[2]).toBe('2 messages wait for a key.')
    expect(lines[3]).toContain('thief')
  })
})
