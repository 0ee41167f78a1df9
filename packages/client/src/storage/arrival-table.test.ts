/** Nothing is opened twice, and nothing is passed over. */
import { describe, expect, it } from 'vitest'
import { ALICE, ME, NOW_MS } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'

describe('seen hashes', () => {
  it('are remembered until the swarm has forgotten the message', () => {
    const { arrivals } = new History(openSqlite())
    arrivals.markSeen('a', NOW_MS)
    arrivals.markSeen('a', NOW_MS - 5)
    expect(arrivals.isSeen('a')).toBe(true)
    expect(arrivals.isSeen('b')).toBe(false)
    arrivals.forgetSeen(NOW_MS, 10)
    expect(arrivals.isSeen('a')).toBe(true)
    arrivals.forgetSeen(NOW_MS + 1, 10)
    expect(arrivals.isSeen('a')).toBe(false)
  })

  it('are bounded; what expires first goes first', () => {
    const { arrivals } = new History(openSqlite())
    for (const [index, hash] of ['a', 'b', 'c'].entries()) arrivals.markSeen(hash, NOW_MS + index)
    arrivals.forgetSeen(NOW_MS, 2)
    expect(['a', 'b', 'c'].map((hash) => arrivals.isSeen(hash))).toEqual([false, true, true])
  })
})

describe('positions', () => {
  it('are kept for each node, account and namespace', () => {
    const { arrivals } = new History(openSqlite())
    const place = { node: 'n', account: ME, namespace: 0 }
    arrivals.putCursor(place, 'first')
    arrivals.putCursor(place, 'second')
    arrivals.putCursor({ ...place, namespace: 3 }, 'third')
    expect(arrivals.findCursor(place)).toBe('second')
    expect(arrivals.findCursor({ ...place, node: 'm' })).toBeUndefined()
    expect(arrivals.findCursor({ ...place, account: ALICE })).toBeUndefined()
    arrivals.eraseCursor(place)
    expect(arrivals.findCursor(place)).toBeUndefined()
    expect(arrivals.findCursor({ ...place, namespace: 3 })).toBe('third')
  })

  it('go back to the beginning for one account on all nodes, or for one of its namespaces', () => {
    const { arrivals } = new History(openSqlite())
    const places = [ME, ALICE].flatMap((account) =>
      ['n', 'm'].flatMap((node) => [13, 14].map((namespace) => ({ node, account, namespace }))),
    )
    const kept = () => places.filter((place) => arrivals.findCursor(place) !== undefined)
    for (const place of places) arrivals.putCursor(place, 'somewhere')
    arrivals.eraseCursors(ME, 13)
    expect(kept()).toEqual(places.filter((place) => place.account !== ME || place.namespace === 14))
    arrivals.eraseCursors(ME)
    expect(kept()).toEqual(places.filter(({ account }) => account === ALICE))
  })

  it('go back with the transaction that they belong to', () => {
    const history = new History(openSqlite())
    const place = { node: 'n', account: ME, namespace: 0 }
    const work = (): void => {
      history.arrivals.putCursor(place, 'lost')
      throw new Error('no')
    }
    expect(() => {
      history.transaction(work)
    }).toThrow('no')
    expect(history.arrivals.findCursor(place)).toBeUndefined()
  })
})
