/** Following polls again and again until it is stopped. */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../test/simulated-person.ts'
import { ClientError } from '../errors.ts'
import { type Following, startFollowing } from './follow.ts'
import {
  BACKGROUND_PAUSE_MAX_MS,
  BACKGROUND_PAUSE_MIN_MS,
  OFFLINE_PAUSE_MAX_MS,
  POLL_INTERVAL_MS,
} from './poll-plan.ts'
import type { HistoryEvent } from './receive/received.ts'

type Round = Result<readonly HistoryEvent[], ClientError>

/** The clock is read as exactly as this. */
const STEP_MS = 1000
const NO_NETWORK: Round = err(new ClientError('path_failed'))

/** That of a conversation stands for any. */
function createEvent(name: string): HistoryEvent {
  return { kind: 'conversation', conversation: createAccount(name).accountId }
}

function nameOf(name: string): string {
  return createAccount(name).accountId
}

/** Of the network, unless it is said to be silent. */
function follow(rounds: readonly Round[], listener: { onState?: (state: string) => void } = {}) {
  const clock = createFakeClock()
  const messages: string[] = []
  const failures: string[] = []
  const network = { isSilent: false, answers: 0 }
  let polled = 0
  const poll = (): Promise<Round> => {
    if (network.isSilent) return Promise.resolve((polled++, NO_NETWORK))
    network.answers++
    return Promise.resolve(rounds[polled++] ?? ok([]))
  }
  const states: string[] = []
  const randomness = createSeededRandomness('follow')
  const following = startFollowing(
    { poll, heard: network, clock, randomness },
    {
      onState: (state) => {
        states.push(state)
        listener.onState?.(state)
      },
      onEvents: (added) => {
        messages.push(...added.map((event) => ('conversation' in event ? event.conversation : '')))
      },
      onFailure: ({ code }) => {
        failures.push(code)
      },
    },
  )
  return { clock, following, messages, failures, network, states, countPolls: () => polled }
}

describe('following', () => {
  it('polls at once and then every five seconds', async () => {
    const { clock, following, countPolls } = follow([])
    await clock.advance(0)
    expect(countPolls()).toBe(1)
    await clock.advance(POLL_INTERVAL_MS - 1)
    expect(countPolls()).toBe(1)
    await clock.advance(1)
    expect(countPolls()).toBe(2)
    await clock.advance(3 * POLL_INTERVAL_MS)
    expect(countPolls()).toBe(5)
    await following.stop()
  })

  it('tells what each round brought, and nothing of rounds that brought nothing', async () => {
    const first = ok([createEvent('a'), createEvent('b')])
    const { clock, following, messages } = follow([first, ok([]), ok([createEvent('c')])])
    await clock.advance(0)
    await clock.advance(2 * POLL_INTERVAL_MS)
    expect(messages).toEqual(['a', 'b', 'c'].map(nameOf))
    await following.stop()
  })

  it('goes on after a failed round', async () => {
    const failed = err(new ClientError('no_guard'))
    const { clock, following, messages, failures } = follow([failed, ok([createEvent('later')])])
    await clock.advance(0)
    await clock.advance(POLL_INTERVAL_MS)
    expect(failures).toEqual(['no_guard'])
    expect(messages).toEqual([nameOf('later')])
    await following.stop()
  })

  it('leaves nothing behind when it is stopped', async () => {
    const { clock, following, countPolls } = follow([])
    await clock.advance(0)
    await following.stop()
    expect(clock.pending).toBe(0)
    await clock.advance(10 * POLL_INTERVAL_MS)
    expect(countPolls()).toBe(1)
  })

  it('waits for the round that is under way, and begins no other', async () => {
    const clock = createFakeClock()
    const answer = Promise.withResolvers<Round>()
    const told: number[] = []
    const parts = { clock, heard: { answers: 1 }, randomness: createSeededRandomness('follow') }
    const following = startFollowing(
      { ...parts, poll: () => answer.promise },
      {
        onEvents: (added) => {
          told.push(added.length)
        },
      },
    )
    const stopped = following.stop()
    answer.resolve(ok([createEvent('last')]))
    await stopped
    expect(told).toEqual([1])
    expect(clock.pending).toBe(0)
  })
})

describe('following in the background', () => {
  it('polls every one to two minutes, never at the same distance', async () => {
    const { clock, following, countPolls } = follow([])
    await clock.advance(0)
    following.enter('background')
    expect(following.state).toBe('background')
    const distances = await measureDistances(clock, countPolls, 20)
    for (const ms of distances) {
      expect(ms).toBeGreaterThanOrEqual(BACKGROUND_PAUSE_MIN_MS)
      expect(ms).toBeLessThanOrEqual(BACKGROUND_PAUSE_MAX_MS + STEP_MS)
    }
    expect(new Set(distances).size).toBeGreaterThan(5)
    await following.stop()
    expect(clock.pending).toBe(0)
  })

  it('polls at once when somebody looks again, and then every five seconds', async () => {
    const { clock, following, states, countPolls } = follow([])
    await clock.advance(0)
    following.enter('background')
    following.enter('foreground')
    await clock.advance(0)
    expect(countPolls()).toBe(2)
    await clock.advance(2 * POLL_INTERVAL_MS)
    expect(countPolls()).toBe(4)
    expect(states).toEqual(['background', 'foreground'])
    await following.stop()
  })

  it('changes nothing when somebody looks who looked before', async () => {
    const { clock, following, countPolls } = follow([])
    await clock.advance(0)
    await clock.advance(POLL_INTERVAL_MS - 1)
    following.enter('foreground')
    await clock.advance(0)
    expect(countPolls()).toBe(1)
    await clock.advance(1)
    expect(countPolls()).toBe(2)
    await following.stop()
  })
})

describe('following without a network', () => {
  async function goOffline() {
    const followed = follow([])
    await followed.clock.advance(0)
    followed.network.isSilent = true
    await followed.clock.advance(POLL_INTERVAL_MS)
    return followed
  }

  it('asks less and less often, up to a bound, and never gives up', async () => {
    const { clock, following, states, countPolls } = await goOffline()
    expect(states).toEqual(['offline'])
    const distances = await measureDistances(clock, countPolls, 12)
    const early = distances.slice(0, 3).reduce((sum, ms) => sum + ms, 0)
    expect(early).toBeLessThan(80_000)
    for (const ms of distances.slice(6)) {
      expect(ms).toBeGreaterThanOrEqual(OFFLINE_PAUSE_MAX_MS / 2)
      expect(ms).toBeLessThanOrEqual(OFFLINE_PAUSE_MAX_MS + STEP_MS)
    }
    await following.stop()
    expect(clock.pending).toBe(0)
  })

  it('is back with the first answer of anybody', async () => {
    const { clock, following, states, network, countPolls } = await goOffline()
    network.isSilent = false
    await clock.advance(2 * POLL_INTERVAL_MS)
    expect(states).toEqual(['offline', 'foreground'])
    const polls = countPolls()
    await clock.advance(2 * POLL_INTERVAL_MS)
    expect(countPolls()).toBe(polls + 2)
    await following.stop()
  })

  it('polls at once when it is woken, and goes on with short pauses', async () => {
    const { clock, following, countPolls } = await goOffline()
    await measureDistances(clock, countPolls, 8)
    const polls = countPolls()
    following.wake()
    await clock.advance(0)
    expect(countPolls()).toBe(polls + 1)
    const [next] = await measureDistances(clock, countPolls, 1)
    expect(next).toBeLessThanOrEqual(4 * POLL_INTERVAL_MS + STEP_MS)
    await following.stop()
  })

  it('stays on line while rounds fail that somebody answered', async () => {
    const failed: Round = err(new ClientError('path_failed'))
    const { clock, following, states, countPolls } = follow([failed, failed, failed, failed])
    await clock.advance(0)
    await clock.advance(3 * POLL_INTERVAL_MS)
    expect(countPolls()).toBe(4)
    expect(states).toEqual([])
    await following.stop()
  })
})

describe('waking', () => {
  it('during a round brings one more round, however often', async () => {
    const clock = createFakeClock()
    const answers = [Promise.withResolvers<Round>(), Promise.withResolvers<Round>()]
    let polled = 0
    const following: Following = startFollowing(
      {
        poll: () => answers[polled++]?.promise ?? Promise.resolve(ok([])),
        heard: { answers: 0 },
        clock,
        randomness: createSeededRandomness('follow'),
      },
      { onEvents: () => undefined },
    )
    for (let index = 0; index < 5; index++) following.wake()
    expect(polled).toBe(1)
    answers[0]?.resolve(ok([]))
    // The round ends, and then the next one is due.
    await clock.advance(0)
    await clock.advance(0)
    expect(polled).toBe(2)
    answers[1]?.resolve(ok([]))
    await clock.advance(0)
    await clock.advance(0)
    expect(polled).toBe(2)
    await following.stop()
  })

  it('after the end does nothing', async () => {
    const { clock, following, countPolls } = follow([])
    await clock.advance(0)
    await following.stop()
    following.wake()
    following.enter('background')
    following.enter('foreground')
    await clock.advance(OFFLINE_PAUSE_MAX_MS)
    expect(countPolls()).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it('leaves no timer when whoever hears of a state stops it there', async () => {
    const stopping: { following?: Following } = {}
    const followed = follow([], { onState: () => void stopping.following?.stop() })
    stopping.following = followed.following
    await followed.clock.advance(0)
    followed.following.enter('background')
    await followed.clock.advance(BACKGROUND_PAUSE_MAX_MS)
    expect(followed.countPolls()).toBe(1)
    expect(followed.clock.pending).toBe(0)
  })
})

/** How long it takes from round to round. */
async function measureDistances(
  clock: ReturnType<typeof createFakeClock>,
  countPolls: () => number,
  rounds: number,
): Promise<readonly number[]> {
  const distances: number[] = []
  let lastMs = clock.now()
  while (distances.length < rounds) {
    const polls = countPolls()
    await clock.advance(STEP_MS)
    if (countPolls() === polls) continue
    distances.push(clock.now() - lastMs)
    lastMs = clock.now()
  }
  return distances
}
