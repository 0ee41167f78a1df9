/** Frames of one turn in one write. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FrameDecoder, type Frame } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { FrameWriter } from './frame-writer.ts'

function createRecorder(): { readonly writes: Uint8Array[]; readonly writer: FrameWriter } {
  const writes: Uint8Array[] = []
  return { writes, writer: new FrameWriter({ write: (bytes) => void writes.push(bytes) }) }
}

function decodeAll(writes: readonly Uint8Array[]): readonly Frame[] {
  const decoder = new FrameDecoder()
  return writes.flatMap((bytes) => {
    const frames = decoder.push(bytes)
    if (!frames.ok) throw frames.error
    return frames.value
  })
}

describe('FrameWriter', () => {
  it('writes what one turn produced at once, so that many requests share a record', async () => {
    const { writes, writer } = createRecorder()
    for (let id = 1; id <= 20; id += 1) {
      writer.write({ type: 'request', id }, Uint8Array.of(1), new Uint8Array(id))
    }
    expect(writes).toEqual([])
    await nextTurn()
    expect(writes).toHaveLength(1)
    const frames = decodeAll(writes)
    expect(frames.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(frames.map(({ payload }) => payload.length)).toEqual(frames.map(({ id }) => id + 1))
  })

  it('writes later turns separately', async () => {
    const { writes, writer } = createRecorder()
    writer.write({ type: 'ping', id: 0 })
    await nextTurn()
    writer.write({ type: 'pong', id: 0 })
    await nextTurn()
    expect(writes).toHaveLength(2)
  })

  it('does not copy large payloads together, and keeps their order', async () => {
    const { writes, writer } = createRecorder()
    const large = new Uint8Array(300_000).fill(7)
    writer.write({ type: 'response', id: 1 }, large)
    writer.write({ type: 'response', id: 2 }, Uint8Array.of(9))
    await nextTurn()
    expect(writes).toContain(large)
    expect(decodeAll(writes).map(({ id, payload }) => [id, payload.length])).toEqual([
      [1, 300_000],
      [2, 1],
    ])
  })

  it('can be flushed before the turn ends, and then writes nothing twice', async () => {
    const { writes, writer } = createRecorder()
    writer.write({ type: 'goodbye', id: 0 })
    expect(writer.waitingBytes).toBe(9)
    writer.flush()
    await nextTurn()
    expect(writes).toHaveLength(1)
    expect(writer.waitingBytes).toBe(0)
  })
})
