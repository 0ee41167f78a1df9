/** Requests that wait for an answer. */
import { err, ok } from '@sotto/crypto/result'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { PendingRequests } from './pending-requests.ts'

function createPending() {
  const clock = createFakeClock()
  const timedOut: number[] = []
  const pending = new PendingRequests({ clock, onTimeout: (id) => void timedOut.push(id) })
  return { clock, timedOut, pending }
}

describe('PendingRequests', () => {
  it('gives each request an id of its own and never zero', () => {
    const { pending } = createPending()
    const ids = Array.from({ length: 100 }, () => pending.start(1000).id)
    expect(new Set(ids).size).toBe(100)
    expect(ids).not.toContain(0)
  })

  it('resolves a request with its own answer, in whatever order answers come', async () => {
    const { pending } = createPending()
    const [first, second] = [pending.start(1000), pending.start(1000)]
    pending.settle(second.id, ok(Uint8Array.of(2)))
    pending.settle(first.id, ok(Uint8Array.of(1)))
    expect(await first.answer).toEqual(ok(Uint8Array.of(1)))
    expect(await second.answer).toEqual(ok(Uint8Array.of(2)))
    expect(pending.size).toBe(0)
  })

  it('gives up after the time limit and says so once', async () => {
    const { clock, timedOut, pending } = createPending()
    const { id, answer } = pending.start(5000)
    await clock.advance(4999)
    expect(pending.size).toBe(1)
    await clock.advance(1)
    expect(await answer).toEqual(err({ kind: 'timeout' }))
    expect(timedOut).toEqual([id])
    expect(pending.settle(id, ok(new Uint8Array()))).toBe(false)
  })

  it('leaves no timer behind when an answer comes', () => {
    const { clock, pending } = createPending()
    const { id } = pending.start(5000)
    pending.settle(id, err({ kind: 'refused' }))
    expect(clock.pending).toBe(0)
  })

  it('fails all at once when the link ends', async () => {
    const { clock, timedOut, pending } = createPending()
    const answers = [pending.start(1000), pending.start(1000)].map(({ answer }) => answer)
    pending.failAll('unreachable')
    expect(await Promise.all(answers)).toEqual([
      err({ kind: 'unreachable' }),
      err({ kind: 'unreachable' }),
    ])
    expect(clock.pending).toBe(0)
    expect(timedOut).toEqual([])
  })
})
