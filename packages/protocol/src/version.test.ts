/** Versions that two parties must agree on. */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { DIRECTORY_VERSION, LINK_PROTOCOL, SPEC_VERSIONS } from './version.ts'

describe('versions', () => {
  it('number the documents without a gap', () => {
    const numbers = Object.keys(SPEC_VERSIONS).map((name) => Number(name.slice(0, 2)))
    expect(numbers).toEqual(numbers.map((_, index) => index))
    expect(numbers.length).toBeGreaterThan(1)
  })

  it('are part of the link’s name, so that two versions cannot be confused', () => {
    expect(LINK_PROTOCOL).toBe('sotto-link/1')
    expect(DIRECTORY_VERSION).toBe(1)
  })
})

describe('Clock', () => {
  it('is what the test kit’s clock is, so that every test can take it', () => {
    const clock: Clock = createFakeClock()
    let runs = 0
    const cancel = clock.after(10, () => runs++)
    cancel()
    cancel()
    expect([clock.now() > 0, runs]).toEqual([true, 0])
  })
})
