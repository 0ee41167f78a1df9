/** Who may use which namespace: the rules against the table of what is in use. */
import { describe, expect, it } from 'vitest'
import {
  isNamespace,
  isPublicInbox,
  isPublicOutbox,
  isUnauthenticatedRetrieve,
  isUnrevocableRetrieve,
} from './index.ts'

const ALL = Array.from({ length: 65_536 }, (_, index) => index - 32_768)

describe('namespaces in use', () => {
  it.each([
    [0, 'one-to-one messages', true],
    [2, 'own profile', false],
    [3, 'contacts', false],
    [4, 'conversation states', false],
    [5, 'groups of the account', false],
    [11, 'group messages', false],
    [12, 'group keys', false],
    [13, 'group info', false],
    [14, 'group members', false],
    [21, 'devices', false],
    [-10, 'legacy groups', true],
    [-11, 'kick notices', false],
    [-21, 'published keys', false],
  ])('%i (%s): anybody may store: %s', (namespace, _, isPublic) => {
    expect(isPublicInbox(namespace)).toBe(isPublic)
  })

  it('lets a stranger read published keys and legacy groups, and nothing else that is in use', () => {
    const inUse = [0, 2, 3, 4, 5, 11, 12, 13, 14, 21, -10, -11, -21]
    expect(inUse.filter(isUnauthenticatedRetrieve)).toEqual([-10, -21])
  })

  it('lets a revoked member read kick notices, and nothing else that is in use (trap 23)', () => {
    const inUse = [0, 2, 3, 4, 5, 11, 12, 13, 14, 21, -10, -11, -21]
    expect(inUse.filter(isUnrevocableRetrieve)).toEqual([-11])
  })
})

describe('all namespaces', () => {
  it('are the integers of 16 bits', () => {
    expect(ALL.every(isNamespace)).toBe(true)
    expect([32_768, -32_769, 1.5, Number.NaN, Number.POSITIVE_INFINITY].some(isNamespace)).toBe(
      false,
    )
  })

  it('have public outboxes at −1, −21, −41 and so on, and none at zero or above (trap 23)', () => {
    const outboxes = ALL.filter(isPublicOutbox)
    expect(outboxes.every((namespace) => namespace < 0)).toBe(true)
    expect(outboxes.slice(-3)).toEqual([-41, -21, -1])
    expect(outboxes.length).toBe(Math.floor((32_768 - 1) / 20) + 1)
  })

  it('have unrevocable ones at −11, −111 and so on (trap 23)', () => {
    const unrevocable = ALL.filter(isUnrevocableRetrieve)
    expect(unrevocable.slice(-3)).toEqual([-211, -111, -11])
    expect(unrevocable.every((namespace) => namespace < 0)).toBe(true)
  })

  it('have public inboxes at every tenth number, on both sides of zero', () => {
    expect(ALL.filter(isPublicInbox).every((namespace) => Number.isInteger(namespace / 10))).toBe(
      true,
    )
    expect(ALL.filter(isPublicInbox).length).toBe(6553)
  })

  it('are never inbox and outbox at once, so that nobody but the owner replaces what all can read', () => {
    expect(
      ALL.filter((namespace) => isPublicInbox(namespace) && isPublicOutbox(namespace)),
    ).toEqual([])
  })
})
