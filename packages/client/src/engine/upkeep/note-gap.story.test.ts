/** Whoever was away for longer than a swarm keeps messages is told so, once, and can look it up. */
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '../../../test/history-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import {
  codeOf,
  createPerson,
  type SimulatedPerson,
  unwrap,
} from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { ROUND_MESSAGES_MAX } from '../messaging/limits.ts'
import { type GapEvent, noteGap } from './note-gap.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60_000

function createPair() {
  const network = new SimulatedNetwork()
  const alice = createPerson(network, 'alice')
  const bob = createPerson(network, 'bob')
  const pollGaps = async (person: SimulatedPerson = bob): Promise<readonly GapEvent[]> =>
    unwrap(await network.settle(person.messenger.poll())).filter((event) => event.kind === 'gap')
  const send = async (text: string): Promise<void> => {
    const to = bob.account.accountId
    unwrap(await network.settle(alice.messenger.send({ to, text })))
  }
  /** What is older than a swarm keeps is gone from all of its members. */
  const expire = (): void => {
    for (const { store } of network.swarmOf(bob.accountBytes)) {
      const box = store.boxOf(bob.accountBytes)
      const kept = box.filter(({ expiryMs }) => expiryMs > network.clock.now())
      box.splice(0, box.length, ...kept)
    }
  }
  const beAway = async (ms: number): Promise<void> => {
    await network.clock.advance(ms)
    expire()
  }
  return { network, alice, bob, pollGaps, send, beAway }
}

describe('a device that comes back', () => {
  it('after 13 days has lost nothing, and nothing is said', async () => {
    const { bob, pollGaps, send, beAway } = createPair()
    expect(await pollGaps()).toEqual([])
    await send('just after you left')
    await beAway(13 * DAY_MS)
    expect(await pollGaps()).toEqual([])
    expect(bob.texts()).toEqual(['just after you left'])
    expect(bob.messenger.conversations.gaps()).toEqual([])
  })

  it('after 15 days is told from when to when messages may have been lost', async () => {
    const { network, bob, pollGaps, send, beAway } = createPair()
    await pollGaps()
    const leftAtMs = network.clock.now()
    await send('just after you left')
    await network.clock.advance(2 * DAY_MS)
    await send('two days later')
    await beAway(13 * DAY_MS)
    const [gap, ...others] = await pollGaps()
    expect(others).toEqual([])
    expect(bob.texts()).toEqual(['two days later'])
    // Nodes and paths take a moment, so times are not exact.
    expect(Math.abs((gap?.fromMs ?? 0) - leftAtMs)).toBeLessThan(MINUTE_MS)
    const lengthMs = (gap?.toMs ?? 0) - (gap?.fromMs ?? 0)
    expect(Math.abs(lengthMs - DAY_MS)).toBeLessThan(MINUTE_MS)
  })

  it('is told once, and finds it in its history after a restart', async () => {
    const { bob, pollGaps, beAway } = createPair()
    await pollGaps()
    await beAway(15 * DAY_MS)
    const told = await pollGaps()
    expect(told).toHaveLength(1)
    await beAway(DAY_MS)
    expect(await pollGaps()).toEqual([])
    expect(bob.restart().conversations.gaps()).toEqual(
      told.map(({ fromMs, toMs }) => ({ fromMs, toMs })),
    )
  })

  it('for the first time is told nothing: it never had what was before', async () => {
    const { pollGaps, beAway } = createPair()
    await beAway(40 * DAY_MS)
    expect(await pollGaps()).toEqual([])
  })

  it('counts as away while rounds fail', async () => {
    const { network, bob, pollGaps, beAway } = createPair()
    await pollGaps()
    for (let days = 0; days < 15; days += 5) {
      network.isOffline = true
      await beAway(5 * DAY_MS)
      expect(codeOf(await network.settle(bob.messenger.poll()))).not.toBe('success')
    }
    network.isOffline = false
    expect(await pollGaps()).toHaveLength(1)
  })

  it('is told by following as well', async () => {
    const { network, bob, pollGaps, beAway } = createPair()
    await pollGaps()
    await beAway(15 * DAY_MS)
    const told = Promise.withResolvers<readonly string[]>()
    const following = bob.messenger.follow({
      onEvents: (events) => {
        told.resolve(events.map(({ kind }) => kind))
      },
    })
    expect(await network.settle(told.promise)).toEqual(['gap'])
    await network.settle(following.stop())
  })

  it('is complete only when it has read to the end of what waits', async () => {
    const { network, alice, bob, pollGaps } = createPair()
    await pollGaps()
    await network.clock.advance(13 * DAY_MS)
    const { accountBytes } = bob
    const timestampMs = network.clock.now()
    const expiryMs = timestampMs + TTL_MAX_PUBLIC_INBOX_MS
    for (const { store } of network.swarmOf(accountBytes))
      for (let index = 0; index < ROUND_MESSAGES_MAX + 1; index++) {
        const data = new TextEncoder().encode(`${alice.account.accountId} ${index}`)
        store.store({
          account: accountBytes,
          namespace: 0,
          data,
          timestampMs,
          expiryMs,
          sigTimestampMs: timestampMs,
        })
      }
    await pollGaps()
    // What was left behind when the device went away again was thirteen days old already.
    await network.clock.advance(2 * DAY_MS)
    let gaps = await pollGaps()
    for (let rounds = 0; gaps.length === 0 && rounds < 3; rounds++) gaps = await pollGaps()
    expect(gaps).toHaveLength(1)
  })
})

describe('noting a gap', () => {
  const complete = (...timesMs: readonly number[]): readonly (readonly GapEvent[])[] => {
    const history = new History(openSqlite())
    return timesMs.map((timeMs) => noteGap(history, timeMs))
  }

  it('has its bound exactly where a swarm forgets', () => {
    const end = NOW_MS + TTL_MAX_PUBLIC_INBOX_MS
    expect(complete(NOW_MS, end)).toEqual([[], []])
    expect(complete(NOW_MS, end + 1)).toEqual([
      [],
      [{ kind: 'gap', fromMs: NOW_MS, toMs: NOW_MS + 1 }],
    ])
  })

  it('begins at most a minute early, as not every round is written down', () => {
    const end = NOW_MS + TTL_MAX_PUBLIC_INBOX_MS + 2 * MINUTE_MS
    const [, , [gap] = []] = complete(NOW_MS, NOW_MS + MINUTE_MS - 1, end)
    expect(gap?.fromMs).toBe(NOW_MS)
    const [, , [later] = []] = complete(NOW_MS, NOW_MS + MINUTE_MS, end)
    expect(later?.fromMs).toBe(NOW_MS + MINUTE_MS)
  })

  it('goes on from the right time after one that was wrong', () => {
    const wrong = NOW_MS + 90 * DAY_MS
    expect(complete(wrong, NOW_MS, NOW_MS + 13 * DAY_MS)).toEqual([[], [], []])
    expect(complete(wrong, NOW_MS, NOW_MS + 15 * DAY_MS).at(-1)).toHaveLength(1)
  })

  it('keeps all gaps, oldest first', () => {
    const history = new History(openSqlite())
    for (const days of [0, 20, 40]) noteGap(history, NOW_MS + days * DAY_MS)
    expect(history.gaps.list()).toEqual([
      { fromMs: NOW_MS, toMs: NOW_MS + 6 * DAY_MS },
      { fromMs: NOW_MS + 20 * DAY_MS, toMs: NOW_MS + 26 * DAY_MS },
    ])
  })
})
