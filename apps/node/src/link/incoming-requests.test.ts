/** Answering what the other side asks: once each, never beyond the limit. */
import { encodeRequestPayload, FRAME_PAYLOAD_BYTES_MAX, type Frame } from '@sotto/protocol/link'
import { arbitraryBytes, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IncomingRequests, type LinkAnswer, type ReplyHead } from './incoming-requests.ts'

const BODY = Uint8Array.of(1)

function createIncoming(answer: () => Promise<LinkAnswer>, limit = 4) {
  const replies: ReplyHead[] = []
  let settled = 0
  const incoming = new IncomingRequests({
    answer,
    limit,
    reply: (head) => void replies.push(head),
    onSettled: () => (settled += 1),
  })
  return { incoming, replies, settled: () => settled }
}

function ask(id: number): Frame {
  return { type: 'request', id, payload: encodeRequestPayload({ command: 3, body: BODY }) }
}

describe('IncomingRequests', () => {
  it('lets an id be used again after its answer', async () => {
    const { incoming, replies } = createIncoming(() => Promise.resolve(BODY))
    expect(incoming.accept(ask(1))).toBe(true)
    expect(incoming.accept(ask(1))).toBe(false)
    await Promise.resolve()
    await Promise.resolve()
    expect(incoming.accept(ask(1))).toBe(true)
    expect(replies).toEqual([{ type: 'response', id: 1 }])
  })

  it('says when each is settled, also those that nobody wants any more', async () => {
    const gate = Promise.withResolvers<LinkAnswer>()
    const { incoming, replies, settled } = createIncoming(() => gate.promise)
    incoming.accept(ask(1))
    incoming.accept(ask(2))
    incoming.cancel(2)
    incoming.cancel(99)
    expect(incoming.size).toBe(2)
    gate.resolve(BODY)
    await new Promise(setImmediate)
    expect(settled()).toBe(2)
    expect(incoming.size).toBe(0)
    expect(replies).toEqual([{ type: 'response', id: 1 }])
  })

  it('says "failed" in place of an answer that is too long for a frame', async () => {
    const lengths = [FRAME_PAYLOAD_BYTES_MAX, FRAME_PAYLOAD_BYTES_MAX + 1]
    const { incoming, replies, settled } = createIncoming(() =>
      Promise.resolve(new Uint8Array(lengths.shift() ?? 0)),
    )
    incoming.accept(ask(1))
    incoming.accept(ask(2))
    await new Promise(setImmediate)
    expect(settled()).toBe(2)
    expect(replies).toEqual([
      { type: 'response', id: 1 },
      { type: 'failure', id: 2 },
    ])
  })

  it('sends nothing after the connection is gone', async () => {
    const { incoming, replies } = createIncoming(() => Promise.resolve('failed'))
    incoming.accept(ask(1))
    incoming.cancelAll()
    await new Promise(setImmediate)
    expect(replies).toEqual([])
  })

  it('answers any payload with a reply, never a throw', async () => {
    const { incoming, replies } = createIncoming(() => Promise.resolve(BODY), DECODER_RUNS)
    let id = 0
    fc.assert(
      fc.property(arbitraryBytes(20), (payload) => {
        id += 1
        expect(incoming.accept({ type: 'request', id, payload })).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
    await new Promise(setImmediate)
    expect(replies).toHaveLength(id)
  })
})
