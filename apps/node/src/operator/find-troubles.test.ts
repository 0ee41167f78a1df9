import { REASONS } from '@sotto/protocol/directory'
import { describe, expect, it } from 'vitest'
import { findTroubles } from './find-troubles.ts'
import type { TroubleFacts } from './gather-facts.ts'
import type { Standing } from './operator-views.ts'

const STANDING: Standing = {
  state: 'active',
  since: 10,
  creditSeconds: 7200,
  reasons: [],
  reasonsSeen: [],
}

const WELL: TroubleFacts = {
  hasDocument: true,
  freshness: 'fresh',
  documentAge: 0.5,
  runs: 100,
  inState: 90,
  standing: STANDING,
  isElsewhere: false,
  clockOffsetsMs: [-20, 5, 40],
  reachable: 9,
  failing: 1,
  usedBytes: 1000,
  limitBytes: 1_000_000,
  freeBytes: 10_000_000_000,
  equivocations: 0,
  isFilesFull: false,
}

function listCodes(facts: Partial<TroubleFacts>): readonly string[] {
  return findTroubles({ ...WELL, ...facts }).map(({ code }) => code)
}

function stand(standing: Partial<Standing>): Partial<TroubleFacts> {
  return { standing: { ...STANDING, ...standing } }
}

describe('findTroubles', () => {
  it('finds nothing where all is well', () => {
    expect(findTroubles(WELL)).toEqual([])
  })

  it.each<[string, Partial<TroubleFacts>]>([
    ['no_directory', { hasDocument: false, freshness: 'expired' }],
    ['directory_frozen', { documentAge: 5 }],
    ['directory_frozen', { freshness: 'stale', documentAge: 70 }],
    ['directory_frozen', { freshness: 'expired', documentAge: 900 }],
    ['not_admitted', stand({ state: 'unlisted' })],
    ['not_active', stand({ state: 'awaiting' })],
    ['decommissioned', stand({ state: 'decommissioned' })],
    ['left', stand({ state: 'left' })],
    ['clock_out_of_sync', { clockOffsetsMs: [31_000, 40_000, 5] }],
    ['clock_out_of_sync', { clockOffsetsMs: [-31_000, -40_000, 5] }],
    ['disk_full', { usedBytes: 1_000_000 }],
    ['disk_full', { freeBytes: 1000 }],
    ['files_full', { isFilesFull: true }],
    ['address_differs', { isElsewhere: true }],
    ['no_peers', { reachable: 0, failing: 3 }],
    ['authority_lied', { equivocations: 1 }],
    ['proof_missing', stand({ reasons: ['proofMissing'] })],
    ['unreachable', stand({ reasons: ['unreachable'] })],
    ['audit_failed', stand({ reasons: ['auditFailed'] })],
    ['clock_out_of_sync', stand({ reasons: ['clockOff'] })],
    ['software_old', stand({ reasons: ['softwareOld'] })],
    ['address_disputed', stand({ reasons: ['addressDisputed'] })],
    ['key_used_twice', stand({ reasons: ['keyShared'] })],
  ])('finds %s alone in %j', (code, facts) => {
    expect(listCodes(facts)).toEqual([code])
  })

  it.each<[string, Partial<TroubleFacts>]>([
    ['documentAge', { documentAge: 4.9 }],
    ['a minority of odd clocks', { clockOffsetsMs: [99_000, 1, 2] }],
    ['an address that is young', { isElsewhere: true, runs: 2 }],
    ['the first failure of one', { reachable: 1, failing: 9 }],
    ['a reason that only one authority named', stand({ reasonsSeen: ['unreachable'] })],
    ['leaving', stand({ state: 'leaving' })],
  ])('lets %s pass', (_, facts) => {
    expect(listCodes(facts)).toEqual([])
  })

  it('asks a new node for patience before it asks its operator', () => {
    const young = { ...WELL, runs: 2, inState: 2 }
    for (const state of ['unlisted', 'awaiting'] as const) {
      const facts = { ...young, ...stand({ state }) }
      expect(findTroubles(facts)).toMatchObject([{ needsOperator: false }])
      expect(findTroubles({ ...facts, runs: 9, inState: 9 })).toMatchObject([
        { needsOperator: true },
      ])
    }
  })

  it('names the reasons of a node that is out of service, and each code once', () => {
    const facts = {
      ...stand({ state: 'decommissioned', reasons: ['clockOff', 'addressDisputed'] }),
      clockOffsetsMs: [60_000],
    }
    expect(listCodes(facts)).toEqual(['decommissioned', 'clock_out_of_sync', 'address_disputed'])
  })

  it('says which way the clock is off', () => {
    expect(findTroubles({ ...WELL, clockOffsetsMs: [60_400] })[0]?.text).toContain('60 s behind')
    expect(findTroubles({ ...WELL, clockOffsetsMs: [-60_400] })[0]?.text).toContain('60 s ahead of')
  })

  it('has a sentence and an advice for every reason that authorities can give', () => {
    for (const reason of Object.keys(REASONS) as (keyof typeof REASONS)[]) {
      const [trouble] = findTroubles({ ...WELL, ...stand({ reasons: [reason] }) })
      expect(trouble?.text).toMatch(/\.$/u)
      expect(trouble?.advice.length).toBeGreaterThan(5)
    }
  })
})
