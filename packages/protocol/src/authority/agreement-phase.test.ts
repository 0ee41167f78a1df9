/** When authorities do what within an epoch. */
import { describe, expect, it } from 'vitest'
import { type AgreementPhase, findAgreementPhase } from './index.ts'

function phaseAt(sixteenths: number, rounds: number, epochMs = 1600): AgreementPhase {
  return findAgreementPhase({ elapsedMs: (sixteenths * epochMs) / 16, epochMs, rounds })
}

describe('findAgreementPhase', () => {
  it.each<[number, AgreementPhase]>([
    [0, { phase: 'observing' }],
    [7.99, { phase: 'observing' }],
    [8, { phase: 'agreeing', round: 1 }],
    [8.99, { phase: 'agreeing', round: 1 }],
    [9, { phase: 'agreeing', round: 2 }],
    [10.99, { phase: 'agreeing', round: 3 }],
    [11, { phase: 'deciding' }],
    [11.99, { phase: 'deciding' }],
    [12, { phase: 'signing' }],
    [15.99, { phase: 'signing' }],
    [40, { phase: 'signing' }],
  ])('finds the phase at %d sixteenths, with three rounds', (sixteenths, expected) => {
    expect(phaseAt(sixteenths, 3)).toEqual(expected)
  })

  it('has no time left to decide apart when rounds fill the quarter', () => {
    expect(phaseAt(11.99, 4)).toEqual({ phase: 'agreeing', round: 4 })
    expect(phaseAt(12, 4)).toEqual({ phase: 'signing' })
  })

  it('lets nine authorities sign later, because five rounds take longer', () => {
    expect(phaseAt(12.99, 5)).toEqual({ phase: 'agreeing', round: 5 })
    expect(phaseAt(13, 5)).toEqual({ phase: 'signing' })
  })

  it('is observing before the epoch began, for clocks that differ', () => {
    expect(phaseAt(-1, 3)).toEqual({ phase: 'observing' })
  })

  it('begins each round at its very millisecond in epochs of every length', () => {
    for (const epochMs of [512, 16_000, 120_000, 3_600_000]) {
      for (const round of [1, 2, 3, 4]) {
        expect(phaseAt(7 + round, 4, epochMs)).toEqual({ phase: 'agreeing', round })
      }
    }
  })
})
