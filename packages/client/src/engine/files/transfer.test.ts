/** Waiting ends when the person does not want it any more, and listens to nothing afterwards. */
import { ok } from '@sotto/crypto/result'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../test/simulated-person.ts'
import { untilCancelled } from './transfer.ts'

function createSignal() {
  const listeners = new Set<() => void>()
  return {
    aborted: false,
    listeners,
    addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
  }
}

describe('a step of a transfer', () => {
  it('gives its result, with a signal or without', async () => {
    expect(await untilCancelled(async () => ok(1), {})).toEqual(ok(1))
    const signal = createSignal()
    expect(await untilCancelled(async () => ok(1), { signal })).toEqual(ok(1))
    expect(signal.listeners.size).toBe(0)
  })

  it('is not begun when it was cancelled before', async () => {
    let begun = 0
    const work = async () => ok(++begun)
    const result = await untilCancelled(work, { signal: { ...createSignal(), aborted: true } })
    expect([codeOf(result), begun]).toEqual(['cancelled', 0])
  })

  it('ends at once when it is cancelled meanwhile, whatever comes of it', async () => {
    const signal = createSignal()
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof ok<number>>>()
    const waiting = untilCancelled(() => promise, { signal })
    for (const listener of signal.listeners) listener()
    expect(codeOf(await waiting)).toBe('cancelled')
    resolve(ok(2))
    expect(signal.listeners.size).toBe(0)
  })

  it('passes on what its work throws', async () => {
    const work = () => Promise.reject(new TypeError('a mistake'))
    await expect(untilCancelled(work, { signal: createSignal() })).rejects.toThrow('a mistake')
  })
})
