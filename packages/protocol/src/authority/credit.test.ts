/** The arithmetic of credit, number by number. An hour has 30 epochs of two minutes, an epoch 30 parts. */
import { describe, expect, it } from 'vitest'
import {
  CREDIT_INITIAL,
  CREDIT_MAX,
  CREDIT_REQUIRED,
  drainCredit,
  earnCredit,
  restoreCredit,
} from './credit.ts'

const HOUR = 30 * 30

describe('credit', () => {
  it('begins with two hours, ends at two days, and spares a node that has two hours', () => {
    expect(CREDIT_INITIAL).toBe(2 * HOUR)
    expect(CREDIT_MAX).toBe(48 * HOUR)
    expect(CREDIT_REQUIRED).toBe(2 * HOUR)
  })

  it.each([
    [0, 1, 1],
    [1800, 1, 1801],
    [1800, 30, 1830],
    [CREDIT_MAX - 1, 1, CREDIT_MAX],
    [CREDIT_MAX, 1, CREDIT_MAX],
    [CREDIT_MAX - 5, 720, CREDIT_MAX],
  ])('of %i parts grows in %i good epochs to %i', (credit, epochs, expected) => {
    expect(earnCredit(credit, epochs)).toBe(expected)
  })

  it('grows by 48 minutes in a day, and is full after 57 and a half days', () => {
    expect(earnCredit(0, 720)).toBe((48 / 60) * HOUR)
    expect(earnCredit(CREDIT_INITIAL, 57.5 * 720)).toBe(CREDIT_MAX)
    expect(earnCredit(CREDIT_INITIAL, 57.5 * 720 - 1)).toBe(CREDIT_MAX - 1)
  })

  it.each([
    [1800, 1, 1770],
    [1800, 60, 0],
    [1800, 61, -30],
    [29, 1, -1],
    [0, 1, -30],
    [0, 1440, -CREDIT_MAX],
    [CREDIT_MAX, 2 ** 31, -CREDIT_MAX],
  ])('of %i parts is in %i epochs of downtime %i', (credit, epochs, expected) => {
    expect(drainCredit(credit, epochs)).toBe(expected)
  })

  it.each([
    ['at once', 1800, 1, 1740],
    ['after ten epochs', 1800, 10, 1200],
    ['after half its credit', 1800, 30, 0],
    ['after more than half', 1800, 45, 0],
    ['when all is used up', 1800, 60, 0],
    ['of a full account after a day', CREDIT_MAX, 720, 0],
    ['of a full account after twelve hours', CREDIT_MAX, 360, 24 * HOUR],
    ['with an odd number of parts', 1813, 7, 1393],
  ])('on a return %s is what there was less twice the downtime', (_, before, down, expected) => {
    for (const drainedEpochs of [0, 1, down - 1]) {
      const credit = drainCredit(before, drainedEpochs)
      expect(restoreCredit({ credit, drainedEpochs, downEpochs: down })).toBe(expected)
    }
  })
})
