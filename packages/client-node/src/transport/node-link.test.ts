/** One WebSocket, many requests: against a server that answers badly in every way (spec 06). */
import { once } from 'node:events'
import {
  FrameDecoder,
  type Frame,
  decodeRequestPayload,
  encodeFailurePayload,
  encodeFrame,
  encodeStatusReply,
} from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { NodeLink } from './node-link.ts'

const BODY = Uint8Array.of(1, 2, 3)
const TIMEOUT_MS = 5000

interface LinkServer extends AsyncDisposable {
  readonly port: number
  /** Frames that arrived. */
  readonly frames: Frame[]
  readonly sockets: WebSocket[]
}

type Answer = (frame: Frame, socket: WebSocket) => void

async function startLinkServer(answer: Answer): Promise<LinkServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/link/v1' })
  await once(server, 'listening')
  const frames: Frame[] = []
  const sockets: WebSocket[] = []
  server.on('connection', (socket) => {
    sockets.push(socket)
    const decoder = new FrameDecoder()
    socket.on('message', (data: Buffer) => {
      const decoded = decoder.push(Uint8Array.from(data))
      for (const frame of decoded.ok ? decoded.value : []) {
        frames.push(frame)
        answer(frame, socket)
      }
    })
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    frames,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate()
      const closed = Promise.withResolvers<void>()
      server.close(() => {
        closed.resolve()
      })
      await closed.promise
    },
  }
}

function respond(id: number, status: number, body: Uint8Array): Uint8Array {
  return encodeFrame({ type: 'response', id, payload: encodeStatusReply({ status, body }) })
}

const echo: Answer = ({ type, id, payload }, socket) => {
  const request = decodeRequestPayload(payload)
  if (type === 'request' && request.ok) socket.send(respond(id, 200, request.value.body))
}

function post(link: NodeLink, body: Uint8Array = BODY, timeoutMs = TIMEOUT_MS) {
  return link.post({ command: 2, body, timeoutMs })
}

describe('a link to a node', () => {
  it('carries a request with its command, and gives status and body of the answer', async () => {
    await using server = await startLinkServer(echo)
    const link = new NodeLink('127.0.0.1', server.port)
    const reply = await post(link)
    expect(reply.status).toBe(200)
    expect([...reply.body]).toEqual([...BODY])
    expect(decodeRequestPayload(server.frames[0]?.payload ?? BODY)).toMatchObject({
      ok: true,
      value: { command: 2 },
    })
    link.close()
  })

  it('carries many requests at once on one connection, answered in any order', async () => {
    const waiting: [Frame, WebSocket][] = []
    await using server = await startLinkServer((frame, socket) => {
      waiting.push([frame, socket])
      if (waiting.length === 20) for (const each of waiting.toReversed()) echo(...each)
    })
    const link = new NodeLink('127.0.0.1', server.port)
    const bodies = Array.from({ length: 20 }, (_, index) => Uint8Array.of(index))
    const replies = await Promise.all(bodies.map((body) => post(link, body)))
    expect(replies.map(({ body }) => body[0])).toEqual(bodies.map(([first]) => first))
    expect(server.sockets).toHaveLength(1)
    link.close()
  })

  it('reads an answer that arrives in pieces, and several in one piece', async () => {
    const waiting: number[] = []
    await using server = await startLinkServer(({ id }, socket) => {
      waiting.push(id)
      if (waiting.length < 2) return
      const answers = Buffer.concat(waiting.map((each) => respond(each, 200, BODY)))
      for (const byte of answers.subarray(0, 20)) socket.send(Uint8Array.of(byte))
      socket.send(answers.subarray(20))
    })
    const link = new NodeLink('127.0.0.1', server.port)
    const replies = await Promise.all([post(link), post(link)])
    expect(replies.map(({ status }) => status)).toEqual([200, 200])
    link.close()
  })

  it('answers a ping', async () => {
    await using server = await startLinkServer((frame, socket) => {
      if (frame.type !== 'request') return
      socket.send(encodeFrame({ type: 'ping', id: 7, payload: new Uint8Array() }))
      echo(frame, socket)
    })
    const link = new NodeLink('127.0.0.1', server.port)
    await post(link)
    await post(link)
    expect(server.frames).toContainEqual(expect.objectContaining({ type: 'pong', id: 7 }))
    link.close()
  })

  it('takes no more requests after a goodbye, and still gets the answer that is due', async () => {
    await using server = await startLinkServer((frame, socket) => {
      socket.send(encodeFrame({ type: 'goodbye', id: 0, payload: new Uint8Array() }))
      echo(frame, socket)
    })
    const link = new NodeLink('127.0.0.1', server.port)
    expect((await post(link)).status).toBe(200)
    expect(link.isClosed).toBe(true)
    await expect(post(link)).rejects.toThrow('closed')
    link.close()
  })
})

describe('a link that fails', () => {
  it.each<[string, Answer]>([
    ['is closed by the node', (_frame, socket) => socket.terminate()],
    [
      'gets a failure',
      ({ id }, socket) =>
        socket.send(encodeFrame({ type: 'failure', id, payload: encodeFailurePayload('busy') })),
    ],
    [
      'gets a response without a status',
      ({ id }, socket) =>
        socket.send(encodeFrame({ type: 'response', id, payload: Uint8Array.of(1) })),
    ],
    ['gets bytes that are no frame', (_frame, socket) => socket.send(new Uint8Array(50))],
    [
      'gets the beginning of an endless frame',
      (_frame, socket) => socket.send(Uint8Array.of(255, 255, 255, 255, 2)),
    ],
    ['gets text', (_frame, socket) => socket.send('hello')],
  ])('rejects the request when it %s', async (_name, answer) => {
    await using server = await startLinkServer(answer)
    const link = new NodeLink('127.0.0.1', server.port)
    await expect(post(link)).rejects.toThrow(Error)
    link.close()
  })

  it('takes no answer for another', async () => {
    await using server = await startLinkServer((frame, socket) => {
      socket.send(respond(frame.id + 1000, 500, new Uint8Array()))
      echo(frame, socket)
    })
    const link = new NodeLink('127.0.0.1', server.port)
    expect((await post(link)).status).toBe(200)
    link.close()
  })

  it('gives up a request in time, tells the node, and goes on with others', async () => {
    await using server = await startLinkServer((frame, socket) => {
      if (frame.id !== 1) echo(frame, socket)
    })
    const link = new NodeLink('127.0.0.1', server.port)
    await expect(post(link, BODY, 50)).rejects.toMatchObject({ name: 'LinkTimeout' })
    expect((await post(link)).status).toBe(200)
    expect(server.frames.map(({ type }) => type)).toContain('cancel')
    link.close()
  })

  it('rejects at once where nobody listens', async () => {
    const server = await startLinkServer(echo)
    await server[Symbol.asyncDispose]()
    const link = new NodeLink('127.0.0.1', server.port)
    await expect(post(link)).rejects.toThrow('closed')
    expect(link.isClosed).toBe(true)
  })

  it('rejects what is under way when it is closed', async () => {
    await using server = await startLinkServer(() => undefined)
    const link = new NodeLink('127.0.0.1', server.port)
    const reply = post(link)
    link.close()
    await expect(reply).rejects.toThrow('closed')
  })
})
