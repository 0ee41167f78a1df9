import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { ChaoticStream, type Fate } from './chaotic-stream.ts'

function createStreams(decide: () => Fate = () => ({ delayMs: 0 })) {
  const clock = createFakeClock()
  const [inner, far] = duplexPair()
  const stream = new ChaoticStream({ inner, clock, decide })
  const received: string[] = []
  far.on('data', (chunk: Buffer) => received.push(chunk.toString()))
  stream.on('error', () => undefined)
  return { clock, stream, inner, far, received }
}

/** Streams pass data on in later turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn()
}

async function write(stream: Duplex, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) stream.write(text)
  await settle()
}

describe('a link without lag', () => {
  it('carries data both ways at once', async () => {
    const { stream, far, received } = createStreams()
    await write(stream, 'one', 'two')
    expect(received.join()).toBe('one,two')
    const back = once(stream, 'data')
    far.write('back')
    expect(String((await back)[0])).toBe('back')
  })

  it('ends when either side ends it', async () => {
    const near = createStreams()
    near.stream.end('last')
    await once(near.far, 'end')
    expect(near.received).toEqual(['last'])
    const far = createStreams()
    far.stream.resume()
    far.far.end()
    await once(far.stream, 'close')
    expect(far.stream.destroyed).toBe(true)
  })

  it('is gone when the connection below is gone', async () => {
    const { stream, inner } = createStreams()
    const closed = once(stream, 'close')
    inner.destroy(new Error('reset by peer'))
    await closed
    expect(stream.destroyed).toBe(true)
  })

  it('stops reading when its reader does', async () => {
    const { stream, far } = createStreams()
    stream.on('data', () => undefined)
    stream.pause()
    const chunk = 'x'.repeat(256 * 1024)
    far.write(chunk)
    far.write(chunk)
    far.write(chunk)
    await settle()
    expect(far.writableLength).toBeGreaterThan(0)
    stream.resume()
    await settle()
    expect(far.writableLength).toBe(0)
  })
})

describe('a link with lag', () => {
  it('delivers after the delay and not before', async () => {
    const { clock, stream, received } = createStreams(() => ({ delayMs: 200 }))
    await write(stream, 'late')
    clock.step(199)
    await settle()
    expect(received).toEqual([])
    clock.step(1)
    await settle()
    expect(received).toEqual(['late'])
  })

  it('keeps the order when a later piece has a shorter way', async () => {
    const delays = [300, 10, 0]
    const { clock, stream, received } = createStreams(() => ({ delayMs: delays.shift() ?? 0 }))
    await write(stream, 'a', 'b', 'c')
    clock.step(299)
    await settle()
    expect(received).toEqual([])
    clock.step(1)
    await settle()
    expect(received.join('')).toBe('abc')
  })

  it('does not delay a piece by those before it', async () => {
    const { clock, stream, received } = createStreams(() => ({ delayMs: 100 }))
    await write(stream, 'a')
    clock.step(50)
    await write(stream, 'b')
    clock.step(50)
    await settle()
    expect(received).toEqual(['a'])
    clock.step(50)
    await settle()
    expect(received).toEqual(['a', 'b'])
  })

  it('delivers what is on its way before its end', async () => {
    const { clock, stream, far, received } = createStreams(() => ({ delayMs: 100 }))
    stream.end('last words')
    await settle()
    expect(far.readableEnded).toBe(false)
    const ended = once(far, 'end')
    clock.step(100)
    await ended
    expect(received).toEqual(['last words'])
  })

  it('loses what is on its way when it is cut', async () => {
    const { clock, stream, received } = createStreams(() => ({ delayMs: 100 }))
    await write(stream, 'lost')
    stream.destroy()
    clock.step(1000)
    await settle()
    expect(received).toEqual([])
  })
})

describe('a link that breaks', () => {
  it('is gone for both ends, with what was to be sent', async () => {
    const fates: Fate[] = [{ delayMs: 0 }, 'cut']
    const { stream, far, received } = createStreams(() => fates.shift() ?? 'cut')
    const closed = once(stream, 'close')
    await write(stream, 'arrives', 'does not')
    await closed
    await settle()
    expect(received).toEqual(['arrives'])
    expect(far.readableEnded || far.destroyed).toBe(true)
  })
})
