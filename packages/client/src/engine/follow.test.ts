/** Following polls again and again until it is stopped. */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { type Result, err, ok } from '@sotto/crypto/result'
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../test/simulated-person.ts'
import { ClientError } from '../errors.ts'
import { POLL_INTERVAL_MS, startFollowing } from './follow.ts'
import type { HistoryEvent } from './receive/received.ts'

type Round = Result<readonly HistoryEvent[], ClientError>

/** That of a conversation stands for any. */
function createEvent(name: string): HistoryEvent {
  return { kind: 'conversation', conversation: createAccount(name).accountId }
}

function nameOf(name: string): string {
  return createAccount(name).accountId
}

function follow(rounds: readonly Round[]) {
  const clock = createFakeClock()
  const messages: string[] = []
  const failures: string[] = []
  let polled = 0
  const following = startFollowing(() => Promise.resolve(rounds[polled++] ?? ok([])), clock, {
    onEvents: (added) => {
      messages.push(...added.map((event) => ('conversation' in event ? event.conversation : '')))
    },
    onFailure: ({ code }) => {
      failures.push(code)
    },
  })
  return { clock, following, messages, failures, countPolls: () => polled }
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
    const following = startFollowing(() => answer.promise, clock, {
      onEvents: (added) => {
        told.push(added.length)
      },
    })
    const stopped = following.stop()
    answer.resolve(ok([createEvent('last')]))
    await stopped
    expect(told).toEqual([1])
    expect(clock.pending).toBe(0)
  })
})
