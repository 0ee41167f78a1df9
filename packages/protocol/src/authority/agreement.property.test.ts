/**
 * Agreement against an adversary who holds up to `faultsMax` authorities: whatever it does, all honest authorities count
 * the same votes, and theirs are among them (spec 08 §3.3).
 */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SimulationOptions, simulateAgreement } from '../../test/agreement-simulation.ts'
import { EPOCH, NETWORK } from '../../test/authority-fixtures.ts'
import { type AgreementOutcome, encodeVote, findFaultsMax, isEquivocation } from './index.ts'

const RUNS = 2500
/** A few seconds alone, more on a busy machine. */
const TIMEOUT_MS = 120_000

const arbitrarySimulation: fc.Arbitrary<SimulationOptions> = fc
  .tuple(fc.integer(), fc.integer({ min: 3, max: 7 }), fc.nat({ max: 3 }))
  .map(([seed, authorities, hostile]) => {
    const faultsMax = findFaultsMax(authorities)
    return { seed, authorities, hostile: Math.min(hostile, faultsMax), faultsMax }
  })

/** What must be the same everywhere. Which two of three votes an author is shown with may differ. */
function showOutcome({ votes, equivocations, malformed }: AgreementOutcome): object {
  return {
    votes: votes.map((vote) => encodeHex(encodeVote(vote))),
    liars: equivocations.map(({ author }) => encodeHex(author)),
    malformed: malformed.map(encodeHex),
  }
}

function countDisagreements(runs: number, options: (seed: number) => SimulationOptions): number {
  let count = 0
  for (let seed = 1; seed <= runs; seed++) {
    const shown = simulateAgreement(options(seed)).outcomes.map((each) =>
      JSON.stringify(showOutcome(each)),
    )
    if (new Set(shown).size > 1) count++
  }
  return count
}

describe('all honest authorities', { timeout: TIMEOUT_MS }, () => {
  it('conclude with the same votes, their own among them, whatever the others do', () => {
    const seen = { equivocations: 0, malformed: 0, hostileVotes: 0 }
    fc.assert(
      fc.property(arbitrarySimulation, (options) => {
        const { outcomes, honestKeys, verify } = simulateAgreement(options)
        const [first] = outcomes
        if (first === undefined) throw new Error('nobody is honest')
        for (const outcome of outcomes) {
          expect(showOutcome(outcome)).toEqual(showOutcome(first))
          const authors = outcome.votes.map(({ authority }) => encodeHex(authority))
          expect(authors).toEqual(authors.toSorted())
          expect(authors).toEqual(expect.arrayContaining(honestKeys.map(encodeHex)))
          for (const evidence of outcome.equivocations) {
            expect(isEquivocation(evidence, { network: NETWORK, epoch: EPOCH, verify })).toBe(true)
          }
        }
        seen.equivocations += first.equivocations.length
        seen.malformed += first.malformed.length
        seen.hostileVotes += first.votes.length - honestKeys.length
      }),
      { numRuns: RUNS },
    )
    // The adversary must have got somewhere: else this would show that it does nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 50)
  })

  it('are divided by the same adversary when there is one round too few', () => {
    const options = (seed: number): SimulationOptions => ({
      seed,
      authorities: 5,
      hostile: 2,
      faultsMax: 1,
    })
    expect(countDisagreements(500, options)).toBeGreaterThan(0)
  })

  it('are never divided by more liars than honest ones, as long as there are rounds for them', () => {
    const options = (seed: number): SimulationOptions => ({
      seed,
      authorities: 6,
      hostile: 4,
      faultsMax: 4,
    })
    expect(countDisagreements(500, options)).toBe(0)
  })
})
