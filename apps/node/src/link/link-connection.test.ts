/** One link: requests both ways, limits, silence, farewell, and peers that break the rules (spec 06 §3). */
import { err } from '@sotto/crypto/result'
import {
  COMMANDS,
  encodeFailurePayload,
  encodeRequestPayload,
  FRAME_BODY_BYTES_MAX,
} from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { createHalfPair, createPair, settle } from '../../test/network/connected-pair.ts'
import type { LinkAnswer } from './incoming-requests.ts'

const BODY = Uint8Array.of(1, 2, 3)
const PING = { command: COMMANDS.ping, body: BODY }

function request(id: number, body: Uint8Array = BODY) {
  const payload = encodeRequestPayload({ command: COMMANDS.ping, body })
  return { type: 'request', id, payload } as const
}

describe('requests on a link', () => {
  it('go both ways on one socket and come back with their own answers', async () => {
    const { first, second } = createPair(({ body }) => Promise.resolve(body))
    const answers = await Promise.all(
      [1, 2, 3, 4].flatMap((value) =>
        [first, second].map((link) =>
          link.request({ command: COMMANDS.ping, body: Uint8Array.of(value) }, 1000),
        ),
      ),
    )
    expect(answers.map((answer) => answer.ok && answer.value[0])).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
  })

  it('are answered in any order', async () => {
    const { link, raw } = createHalfPair()
    const answers = [link.request(PING, 1000), link.request(PING, 1000)]
    await settle()
    const [one, two] = raw.received
    raw.send({ type: 'response', id: two?.id ?? 0, payload: Uint8Array.of(2) })
    raw.send({ type: 'response', id: one?.id ?? 0, payload: Uint8Array.of(1) })
    expect((await Promise.all(answers)).map((answer) => answer.ok && answer.value[0])).toEqual([
      1, 2,
    ])
  })

  it('time out by the clock, and the peer is told that nobody waits', async () => {
    const { clock, link, raw } = createHalfPair()
    const answer = link.request(PING, 5000)
    await clock.advance(5000)
    expect(await answer).toEqual(err({ kind: 'timeout' }))
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['request', 'cancel'])
    expect(raw.received[1]?.id).toBe(raw.received[0]?.id)
  })

  it('are refused when the peer says so', async () => {
    const { link, raw } = createHalfPair()
    const answer = link.request(PING, 1000)
    await settle()
    const id = raw.received[0]?.id ?? 0
    raw.send({ type: 'failure', id, payload: encodeFailurePayload('not_ready') })
    expect(await answer).toEqual(err({ kind: 'refused' }))
  })

  it('fail when the connection ends, because nobody knows what became of them', async () => {
    const { link, raw } = createHalfPair()
    const answer = link.request(PING, 60_000)
    await settle()
    raw.socket.end()
    expect(await answer).toEqual(err({ kind: 'unreachable' }))
    expect(link.isUsable).toBe(false)
    expect(await link.request(PING, 1000)).toEqual(err({ kind: 'unreachable' }))
  })

  it('beyond the limit fail at once instead of filling memory', async () => {
    const { link } = createHalfPair(undefined, { requestsMax: 2 })
    const waiting = [link.request(PING, 1000), link.request(PING, 1000)]
    expect(await link.request(PING, 1000)).toEqual(err({ kind: 'unreachable' }))
    link.destroy()
    await Promise.all(waiting)
  })

  it('ignore answers that nobody waits for (spec 06 §3.4)', async () => {
    const { link, raw, isClosed } = createHalfPair()
    for (const type of ['response', 'failure', 'cancel', 'pong'] as const) {
      raw.send({ type, id: 99, payload: type === 'failure' ? Uint8Array.of(1) : new Uint8Array() })
    }
    await settle()
    expect(isClosed()).toBe(false)
    expect(link.isUsable).toBe(true)
  })
})

describe('the peer’s requests', () => {
  it('are answered once each', async () => {
    const { raw } = createHalfPair()
    raw.send(request(7, Uint8Array.of(5)))
    await settle()
    expect(raw.received).toMatchObject([{ type: 'response', id: 7, payload: Uint8Array.of(5) }])
  })

  it('get the failure that the answerer chose', async () => {
    const { raw } = createHalfPair(() => Promise.resolve('unknown_command'))
    raw.send(request(7))
    await settle()
    const payload = encodeFailurePayload('unknown_command')
    expect(raw.received).toMatchObject([{ type: 'failure', id: 7, payload }])
  })

  it('without a command are malformed, and the link lives on', async () => {
    const { raw, isClosed } = createHalfPair()
    raw.send({ type: 'request', id: 7 })
    await settle()
    const payload = encodeFailurePayload('malformed')
    expect(raw.received).toMatchObject([{ type: 'failure', id: 7, payload }])
    expect(isClosed()).toBe(false)
  })

  it('beyond the limit are refused as busy: a flood cannot hold more than that', async () => {
    const gate = Promise.withResolvers<LinkAnswer>()
    const { raw } = createHalfPair(() => gate.promise, { requestsMax: 4 })
    for (let id = 1; id <= 10; id += 1) raw.send(request(id))
    await settle()
    const busy = encodeFailurePayload('busy')
    expect(raw.received.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10])
    expect(raw.received.every(({ payload }) => payload[0] === busy[0])).toBe(true)
    gate.resolve(BODY)
    await settle()
    expect(raw.received.slice(6).map(({ id, type }) => [id, type])).toEqual(
      [1, 2, 3, 4].map((id) => [id, 'response']),
    )
  })

  it('that were cancelled are finished but not answered', async () => {
    const gate = Promise.withResolvers<LinkAnswer>()
    const { raw } = createHalfPair(() => gate.promise)
    raw.send(request(7))
    raw.send({ type: 'cancel', id: 7 })
    await settle()
    gate.resolve(BODY)
    await settle()
    expect(raw.received).toEqual([])
  })

  it('stop being read while the peer does not read the answers', async () => {
    let asked = 0
    const { raw } = createHalfPair(
      () => {
        asked += 1
        return Promise.resolve(new Uint8Array(200_000))
      },
      { requestsMax: 1000, bufferedBytesMax: 1_000_000 },
    )
    raw.socket.pause()
    for (let id = 1; id <= 200; id += 1) {
      raw.send(request(id))
      await settle()
    }
    expect(asked).toBeLessThan(20)
  })
})

describe('a peer that breaks the rules', () => {
  it.each([
    ['garbage', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 2, 3)],
    ['a length below five', Uint8Array.of(0, 0, 0, 4, 1, 0, 0, 0, 1)],
    ['an unknown type', Uint8Array.of(0, 0, 0, 5, 99, 0, 0, 0, 1)],
    ['a request with id zero', Uint8Array.of(0, 0, 0, 6, 1, 0, 0, 0, 0, 3)],
    ['a ping with payload', Uint8Array.of(0, 0, 0, 6, 5, 0, 0, 0, 0, 3)],
  ])('is cut off for %s', async (_name, bytes) => {
    const { raw, isClosed } = createHalfPair()
    raw.sendBytes(bytes)
    await settle()
    expect(isClosed()).toBe(true)
  })

  it('is cut off at the announcement of a frame that is too large, not after its bytes', async () => {
    const { raw, isClosed } = createHalfPair()
    const header = Buffer.alloc(4)
    header.writeUInt32BE(FRAME_BODY_BYTES_MAX + 1)
    raw.sendBytes(header)
    await settle()
    expect(isClosed()).toBe(true)
  })

  it('is cut off for using an id that is under way', async () => {
    const { raw, isClosed } = createHalfPair(() => new Promise(() => undefined))
    raw.send(request(7))
    raw.send(request(7))
    await settle()
    expect(isClosed()).toBe(true)
  })

  it('is waited for when it sent half a frame, and cut off after its silence', async () => {
    const { clock, raw, isClosed } = createHalfPair()
    raw.sendBytes(Uint8Array.of(0, 0, 0, 100, 1))
    await settle()
    expect(isClosed()).toBe(false)
    await clock.advance(70_000)
    await settle()
    expect(isClosed()).toBe(true)
  })
})

describe('silence', () => {
  it('is broken by a ping after 30 s, and ends the link 10 s later (spec 06 §3.5)', async () => {
    const { clock, link, raw, isClosed } = createHalfPair()
    void link.request(PING, 600_000)
    await clock.advance(30_000)
    await clock.advance(30_000)
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['request', 'ping'])
    await clock.advance(9999)
    expect(isClosed()).toBe(false)
    await clock.advance(1)
    await settle()
    expect(isClosed()).toBe(true)
  })

  it('is not silence when the peer answers the ping', async () => {
    const { clock, link, raw, isClosed } = createHalfPair()
    void link.request(PING, 600_000)
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(60_000)
      raw.send({ type: 'pong', id: 0 })
      await settle()
      await clock.advance(10_000)
      await settle()
    }
    expect(isClosed()).toBe(false)
  })

  it('is the end of a link that nobody waits on, without a ping', async () => {
    const { clock, link, raw, isClosed } = createHalfPair()
    await clock.advance(60_000)
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['goodbye'])
    expect(link.isUsable).toBe(false)
    expect(isClosed()).toBe(false)
    raw.send({ type: 'goodbye', id: 0 })
    await settle()
    expect(isClosed()).toBe(true)
  })

  it('does not end a link on which the other side waits for an answer', async () => {
    const { clock, link, raw, isClosed } = createHalfPair(() => new Promise(() => undefined))
    raw.send(request(7))
    await settle()
    await clock.advance(30_000)
    await clock.advance(30_000)
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['ping'])
    raw.send({ type: 'pong', id: 0 })
    await settle()
    await clock.advance(10_000)
    expect(link.isUsable).toBe(true)
    expect(isClosed()).toBe(false)
  })

  it('of both sides closes a link for good, and refuses no request that comes before', async () => {
    const { clock, first, second } = createPair(({ body }) => Promise.resolve(body))
    await clock.advance(29_000)
    expect(await first.request(PING, 1000)).toMatchObject({ ok: true })
    await clock.advance(29_000)
    expect(await second.request(PING, 1000)).toMatchObject({ ok: true })
    await clock.advance(60_000)
    await Promise.all([first.closed, second.closed])
    expect(first.isUsable || second.isUsable).toBe(false)
  })

  it('of ours is a pong for every ping', async () => {
    const { raw } = createHalfPair()
    raw.send({ type: 'ping', id: 42 })
    await settle()
    expect(raw.received).toMatchObject([{ type: 'pong', id: 42 }])
  })
})

describe('farewell', () => {
  it('lets both sides finish what is under way', async () => {
    const gates = [Promise.withResolvers<LinkAnswer>(), Promise.withResolvers<LinkAnswer>()]
    let turn = 0
    const { first, second } = createPair(() => {
      const gate = gates[turn % 2]
      turn += 1
      return gate?.promise ?? Promise.resolve('failed')
    })
    const answers = [first.request(PING, 1000), second.request(PING, 1000)]
    await settle()
    const stopped = first.stop()
    await settle()
    expect(await second.request(PING, 1000)).toEqual(err({ kind: 'unreachable' }))
    for (const gate of gates) gate.resolve(BODY)
    expect((await Promise.all(answers)).map((answer) => answer.ok)).toEqual([true, true])
    await stopped
    await second.closed
  })

  it('is said to the peer only when a retired link is idle', async () => {
    const { link, raw } = createHalfPair()
    const answer = link.request(PING, 60_000)
    link.retire()
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['request'])
    expect(link.isUsable).toBe(false)
    raw.send({ type: 'response', id: raw.received[0]?.id ?? 0 })
    await answer
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['request', 'goodbye'])
  })

  it('still answers what the peer sent before it heard it', async () => {
    const { link, raw } = createHalfPair()
    const stopped = link.stop()
    raw.send(request(7))
    await settle()
    expect(raw.received.map(({ type }) => type)).toEqual(['goodbye', 'response'])
    raw.send({ type: 'goodbye', id: 0 })
    await stopped
  })

  it('does not wait for ever for a peer that says nothing', async () => {
    const { clock, link, isClosed } = createHalfPair()
    const stopped = link.stop()
    await clock.advance(3000)
    await stopped
    expect(isClosed()).toBe(true)
  })

  it('leaves no timer behind', async () => {
    const { clock, link, raw } = createHalfPair()
    const answer = link.request(PING, 60_000)
    await settle()
    raw.socket.end()
    await answer
    expect(clock.pending).toBe(0)
  })
})
