/** The sender's memory of published keys, against time and against nodes that say nothing is there. */
import { describe, expect, it } from 'vitest'
import { countUp } from '../../../test/session-v2-fixtures.ts'
import { expandAccountSeed, publicKeysOf } from './key-pairs.ts'
import {
  agePeerKeys,
  type FetchOutcome,
  isNewPeerKey,
  type PeerKeys,
  planSending,
  recordPeerFetch,
} from './peer-keys.ts'

const NOW = 1_800_000_000_000
const HOUR = 3_600_000
const KEYS = publicKeysOf(expandAccountSeed(countUp(0, 32)))
const OTHER = publicKeysOf(expandAccountSeed(countUp(1, 32)))
const FOUND: FetchOutcome = { kind: 'found', keys: KEYS, node: 'a' }
const FETCHED = recordPeerFetch({}, FOUND, NOW)

function plan(peer: PeerKeys, afterMs: number, allowsFirstVersion = true): string {
  return planSending(peer, { nowMs: NOW + afterMs, allowsFirstVersion }).kind
}

function empty(peer: PeerKeys, node: string, afterMs: number): PeerKeys {
  return recordPeerFetch(peer, { kind: 'empty', node }, NOW + afterMs)
}

describe('agePeerKeys', () => {
  it.each([
    [0, 'fresh'],
    [24 * HOUR - 1, 'fresh'],
    [24 * HOUR, 'stale'],
    [48 * HOUR, 'stale'],
    [48 * HOUR + 1, 'expired'],
    [-49 * HOUR, 'expired'],
  ])('says of a key fetched %i ms ago that it is %s', (afterMs, age) => {
    expect(agePeerKeys(FETCHED, NOW + afterMs)).toBe(age)
  })

  it('believes an answer without a key for an hour', () => {
    const peer = empty({}, 'a', 0)
    expect(agePeerKeys({}, NOW)).toBe('unknown')
    expect(agePeerKeys(peer, NOW + HOUR - 1)).toBe('absent')
    expect(agePeerKeys(peer, NOW + HOUR)).toBe('unknown')
  })
})

describe('recordPeerFetch', () => {
  it('keeps what is held when a fetch fails or finds nothing', () => {
    expect(recordPeerFetch(FETCHED, { kind: 'failed' }, NOW + HOUR)).toBe(FETCHED)
    expect(empty(FETCHED, 'a', HOUR).published).toEqual(FETCHED.published)
  })

  it('forgets empty answers as soon as a key is found', () => {
    const peer = recordPeerFetch(empty(FETCHED, 'a', 1), FOUND, NOW + 2)
    expect(peer).toEqual({ published: { keys: KEYS, fetchedAtMs: NOW + 2 } })
  })

  it('remembers few nodes, however many answer', () => {
    let peer: PeerKeys = {}
    for (let node = 0; node < 50; node++) peer = empty(peer, `node ${node}`, node)
    expect(peer.empty?.nodes).toHaveLength(8)
  })
})

describe('an outbox with its time (spec 12 §2.6)', () => {
  const SECONDS = NOW / 1000
  function fetched(peer: PeerKeys, issuedAtSeconds: number | undefined, afterMs = 0): PeerKeys {
    const keys = { ...OTHER, ...(issuedAtSeconds !== undefined && { issuedAtSeconds }) }
    return recordPeerFetch(peer, { kind: 'found', keys, node: 'liar' }, NOW + afterMs)
  }
  const HELD = recordPeerFetch(
    {},
    { kind: 'found', keys: { ...KEYS, issuedAtSeconds: SECONDS - 60 }, node: 'a' },
    NOW,
  )

  it('believes no message older than the newest it saw: its key may be erased, or stolen', () => {
    const peer = fetched(HELD, SECONDS - 61)
    expect(peer.published).toEqual(HELD.published)
    expect(peer.empty?.nodes).toEqual(['liar'])
    expect(fetched(HELD, SECONDS - 59).published?.keys).toEqual(OTHER)
    expect(fetched(HELD, SECONDS - 61, 1000 * HOUR).published).toEqual(HELD.published)
  })

  it('takes the time away only from a key that may not be used any more', () => {
    expect(fetched(HELD, undefined, 48 * HOUR).published).toEqual(HELD.published)
    expect(fetched(HELD, undefined, 49 * HOUR).published?.keys).toEqual(OTHER)
  })

  it('believes nothing that no swarm keeps so long', () => {
    expect(fetched({}, SECONDS - 32 * 86_400).published).toBeUndefined()
    expect(fetched({}, SECONDS - 30 * 86_400).published?.keys).toEqual(OTHER)
  })

  it('lets a recipient whose clock was two hours ahead put it right', () => {
    const ahead = fetched({}, SECONDS + 7200)
    expect(ahead.published?.issuedAtSeconds).toBe(SECONDS)
    expect(fetched(ahead, SECONDS + 10, 10_000).published?.fetchedAtMs).toBe(NOW + 10_000)
  })
})

describe('isNewPeerKey', () => {
  it('tells a new key from the one that is held', () => {
    expect(isNewPeerKey({}, KEYS)).toBe(true)
    expect(isNewPeerKey(FETCHED, KEYS)).toBe(false)
    expect(isNewPeerKey(FETCHED, OTHER)).toBe(true)
  })
})

describe('planSending', () => {
  it('uses a key for two days and asks for a newer one on the second', () => {
    const at = (afterMs: number) =>
      planSending(FETCHED, { nowMs: NOW + afterMs, allowsFirstVersion: true })
    expect(at(HOUR)).toEqual({ kind: 'forward-secret', keys: KEYS, refetch: false })
    expect(at(30 * HOUR)).toEqual({ kind: 'forward-secret', keys: KEYS, refetch: true })
    expect(at(49 * HOUR)).toEqual({ kind: 'fetch-first' })
  })

  it('waits for an answer about a recipient of whom nothing is known', () => {
    expect(plan({}, 0)).toBe('fetch-first')
    expect(plan(recordPeerFetch({}, { kind: 'failed' }, NOW), 0)).toBe('fetch-first')
  })

  it('falls back for a recipient who never published a key, to the first version while it is allowed', () => {
    const peer = empty(empty({}, 'a', 0), 'b', 0)
    expect(plan(peer, 1)).toBe('first-version')
    expect(plan(peer, 1, false)).toBe('without-secrecy')
    expect(plan(peer, HOUR)).toBe('fetch-first')
  })

  it('takes the word of one node only where there is no other, or it stays alone for an hour', () => {
    const lone = empty({}, 'a', 0)
    expect(plan(lone, 1)).toBe('fetch-first')
    const conditions = { nowMs: NOW + 1, allowsFirstVersion: true }
    expect(planSending(lone, { ...conditions, witnesses: 1 }).kind).toBe('first-version')
    expect(planSending(lone, { ...conditions, witnesses: 9 }).kind).toBe('fetch-first')
    expect(plan(empty(lone, 'a', HOUR), HOUR)).toBe('first-version')
  })

  it('takes no node’s word for a lost key (pitfall 5.20)', () => {
    const liar = empty(FETCHED, 'a', 50 * HOUR)
    expect(plan(liar, 50 * HOUR)).toBe('fetch-first')
    const patient = empty(empty(liar, 'a', 51 * HOUR), 'a', 60 * HOUR)
    expect(plan(patient, 60 * HOUR)).toBe('fetch-first')
  })

  it('gives up forward secrecy after two nodes agreed for an hour, and never the second version', () => {
    const soon = empty(empty(FETCHED, 'a', 50 * HOUR), 'b', 50 * HOUR + 1)
    expect(plan(soon, 50 * HOUR + 2)).toBe('fetch-first')
    const agreed = empty(soon, 'b', 51 * HOUR)
    expect(plan(agreed, 51 * HOUR)).toBe('without-secrecy')
    expect(plan(agreed, 51 * HOUR, true)).toBe('without-secrecy')
    expect(plan(agreed, 52 * HOUR)).toBe('fetch-first')
  })

  it('uses a held key until it expires, whatever nodes say meanwhile', () => {
    const denied = empty(empty(FETCHED, 'a', HOUR), 'b', 3 * HOUR)
    expect(plan(denied, 3 * HOUR)).toBe('forward-secret')
  })
})
