/** Members end with the same messages, in whatever order messages and changes reach them (spec 10 §8.2). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryDatedChange,
  arbitraryMessages,
  type DatedChange,
  MINUTE_MS,
} from '../../test/change-fixtures.ts'
import { MemberModel, sortChanges } from '../../test/member-model.ts'
import { NOW_MS } from '../../test/rpc-fixtures.ts'
import { type DatedMessage, findFate } from './message-fate.ts'

const RUNS = 2000
/** After every random time of the fixtures. */
const AFTER_MS = NOW_MS + 6 * MINUTE_MS
const arbitraryChanges = fc.array(arbitraryDatedChange, { maxLength: 6 })

type Arrival = (member: MemberModel) => void

/** Each record once, in a random order, directly or late. */
function arbitraryArrivals(
  messages: readonly DatedMessage[],
  changes: readonly DatedChange[],
): fc.Arbitrary<readonly Arrival[]> {
  const records = [
    ...messages.map((message) => (isLate: boolean): Arrival => {
      return (member) => (isLate ? member.admitMessage(message) : member.storeDirectly(message))
    }),
    ...changes.map((change) => (isLate: boolean): Arrival => {
      return (member) => (isLate ? member.admitChange(change) : member.applyDirectly(change))
    }),
  ]
  const shuffled = fc.shuffledSubarray(records, { minLength: records.length })
  const ways = fc.array(fc.boolean(), { minLength: records.length, maxLength: records.length })
  return fc
    .tuple(shuffled, ways)
    .map(([order, late]) => order.map((arrive, index) => arrive(late[index] === true)))
}

function isLive(message: DatedMessage, changes: readonly DatedChange[], nowMs: number): boolean {
  const fate = findFate(message, sortChanges(changes))
  return 'expiryMs' in fate && fate.expiryMs > nowMs
}

function listLive(
  messages: readonly DatedMessage[],
  changes: readonly DatedChange[],
): Readonly<Record<string, number>> {
  const fates = messages.map((message) => ({ message, fate: findFate(message, changes) }))
  return Object.fromEntries(
    fates.flatMap(({ message: { hash }, fate }) =>
      'expiryMs' in fate && fate.expiryMs > AFTER_MS ? [[hash, fate.expiryMs]] : [],
    ),
  )
}

describe('the members of a swarm', () => {
  it('have the same messages with the same ends after every order of arrival, direct or late', () => {
    const arbitraryCase = fc
      .tuple(arbitraryMessages, arbitraryChanges)
      .chain(([messages, changes]) =>
        fc.record({
          messages: fc.constant(messages),
          changes: fc.constant(changes),
          arrivals: arbitraryArrivals(messages, changes),
        }),
      )
    fc.assert(
      fc.property(arbitraryCase, ({ messages, changes, arrivals }) => {
        const member = new MemberModel()
        for (const arrive of arrivals) arrive(member)
        expect(member.listLive(AFTER_MS)).toEqual(listLive(messages, sortChanges(changes)))
      }),
      { numRuns: RUNS },
    )
  })
})

const arbitraryMessage = arbitraryMessages.map(([message]) => {
  if (message === undefined) throw new TypeError('there is at least one message')
  return message
})

describe('a change', () => {
  it('never brings back what was gone before it, whatever it is and whenever it becomes known', () => {
    fc.assert(
      fc.property(
        arbitraryMessage,
        arbitraryChanges,
        arbitraryDatedChange,
        (message, known, change) => {
          const before = known.filter(({ atMs }) => atMs < change.atMs)
          if (isLive(message, before, change.atMs)) return
          expect(isLive(message, [...before, change], change.atMs)).toBe(false)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('never brings back what was deleted, even if it was made before the deletion', () => {
    fc.assert(
      fc.property(
        arbitraryMessage,
        arbitraryChanges,
        arbitraryDatedChange,
        (message, known, change) => {
          if (!('isDeleted' in findFate(message, sortChanges(known)))) return
          expect(isLive(message, [...known, change], AFTER_MS)).toBe(false)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('does nothing to a message that is stored later', () => {
    fc.assert(
      fc.property(arbitraryMessage, arbitraryChanges, (message, changes) => {
        const last = Math.max(NOW_MS, ...changes.map(({ atMs }) => atMs))
        const storedMs = last + 1
        const again = { ...message, storedMs, firstExpiryMs: storedMs + MINUTE_MS }
        expect(findFate(again, sortChanges(changes))).toEqual({ expiryMs: again.firstExpiryMs })
      }),
    )
  })

  it('that is known twice does the same as once', () => {
    fc.assert(
      fc.property(arbitraryMessage, arbitraryChanges, (message, changes) => {
        const sorted = sortChanges(changes)
        const twice = sorted.flatMap((change) => [change, change])
        expect(isLive(message, twice, AFTER_MS)).toBe(isLive(message, sorted, AFTER_MS))
        if (isLive(message, sorted, AFTER_MS)) {
          expect(findFate(message, twice)).toEqual(findFate(message, sorted))
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('may be applied again to the end that it left, as when older changes are forgotten', () => {
    fc.assert(
      fc.property(arbitraryMessage, arbitraryChanges, (message, changes) => {
        const sorted = sortChanges(changes)
        const fate = findFate(message, sorted)
        if (!('expiryMs' in fate)) return
        const settled = { ...message, firstExpiryMs: fate.expiryMs }
        expect(isLive(settled, sorted, AFTER_MS)).toBe(fate.expiryMs > AFTER_MS)
        if (fate.expiryMs > AFTER_MS) expect(findFate(settled, sorted)).toEqual(fate)
      }),
      { numRuns: RUNS },
    )
  })
})
