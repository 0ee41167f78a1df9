import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listFormerOwners } from './former-owners.ts'
import { findSwarm, INVALID_SWARM_ID } from './swarm-mapping.ts'

function sortIds(ids: readonly bigint[]): readonly bigint[] {
  return [...new Set(ids)].toSorted((a, b) => (a < b ? -1 : Number(a > b)))
}

const ringIds = fc
  .uniqueArray(fc.bigInt({ min: 0n, max: INVALID_SWARM_ID - 1n }), { minLength: 1, maxLength: 9 })
  .map(sortIds)

describe('listFormerOwners', () => {
  it('names the swarm itself when no id has changed', () => {
    expect(listFormerOwners([0n, 100n], [0n, 100n], 100n)).toContain(100n)
  })

  it('names the neighbours of a new swarm', () => {
    const quarter = 2n ** 62n
    const former = [0n, quarter, 2n * quarter, 3n * quarter]
    const id = quarter + quarter / 2n
    expect(listFormerOwners(former, sortIds([...former, id]), id)).toEqual([quarter, 2n * quarter])
  })

  it('names a dissolved neighbour', () => {
    const quarter = 2n ** 62n
    const former = [0n, quarter, 2n * quarter, 3n * quarter]
    const now = [0n, 2n * quarter, 3n * quarter]
    expect(listFormerOwners(former, now, 0n)).toEqual([0n, quarter])
    expect(listFormerOwners(former, now, 2n * quarter)).toEqual([quarter, 2n * quarter])
    expect(listFormerOwners(former, now, 3n * quarter)).toEqual([3n * quarter])
  })

  it('names a neighbour across the end of the ring', () => {
    const top = INVALID_SWARM_ID - 1n
    expect(listFormerOwners([10n, top], [10n, 2n ** 63n], 10n)).toEqual([10n, top])
  })

  it('names all when one swarm is left, and nobody when there was none', () => {
    expect(listFormerOwners([1n, 2n, 3n], [7n], 7n)).toEqual([1n, 2n, 3n])
    expect(listFormerOwners([], [7n, 9n], 7n)).toEqual([])
  })

  it('names the former owner of every point that the swarm has now', () => {
    fc.assert(
      fc.property(
        ringIds,
        ringIds,
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 40 }),
        (former, now, points) => {
          // Points at the edges of parts are where an error of one would show.
          const edges = [...former, ...now].flatMap((id) => [id, id + 1n, id - 1n, id + 2n ** 62n])
          for (const each of [...points, ...edges]) {
            const point = BigInt.asUintN(64, each)
            const owner = findSwarm(now, point) ?? 0n
            expect(listFormerOwners(former, now, owner)).toContain(findSwarm(former, point))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('names nobody whose part does not meet the swarm’s', () => {
    fc.assert(
      fc.property(ringIds, ringIds, (former, now) => {
        for (const id of now) {
          for (const owner of listFormerOwners(former, now, id)) expect(former).toContain(owner)
        }
        const same = listFormerOwners(now, now, now[0] ?? 0n)
        expect(same).toEqual(now.slice(0, 1))
      }),
    )
  })
})
