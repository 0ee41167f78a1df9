/**
 * Two ends of one connection in memory, and a side that speaks the link protocol badly on purpose.
 *
 * @module
 */
import { duplexPair, type Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Frame, FrameDecoder, encodeFrame } from '@sotto/protocol/link'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import type { LinkAnswerer } from '../../src/link/incoming-requests.ts'
import { LinkConnection, type LinkLimits } from '../../src/link/link-connection.ts'

const LIMITS: LinkLimits = { requestsMax: 8, bufferedBytesMax: 1024 * 1024 }
const SETTLE_TURNS = 12

/** Lets everything that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await nextTurn()
}

export interface RawEnd {
  readonly socket: Duplex
  readonly received: Frame[]
  send(frame: Omit<Frame, 'payload'> & { readonly payload?: Uint8Array }): void
  sendBytes(bytes: Uint8Array): void
}

export interface HalfPair {
  readonly clock: FakeClock
  readonly link: LinkConnection
  readonly raw: RawEnd
  /** Whether the link's own socket is gone. */
  isClosed(): boolean
}

function createRawEnd(socket: Duplex): RawEnd {
  const received: Frame[] = []
  const decoder = new FrameDecoder()
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    const frames = decoder.push(chunk)
    // Views into one chunk of the socket: a copy is what tests can compare.
    for (const frame of frames.ok ? frames.value : []) {
      received.push({ ...frame, payload: Uint8Array.from(frame.payload) })
    }
  })
  return {
    socket,
    received,
    send: (frame) => void socket.write(encodeFrame({ payload: new Uint8Array(), ...frame })),
    sendBytes: (bytes) => void socket.write(bytes),
  }
}

/** A link whose other end the test plays itself. */
export function createHalfPair(
  answer: LinkAnswerer = ({ body }) => Promise.resolve(body),
  limits: Partial<LinkLimits> = {},
): HalfPair {
  const [own, other] = duplexPair({ allowHalfOpen: false })
  const clock = createFakeClock()
  const link = new LinkConnection({ socket: own, clock, answer, limits: { ...LIMITS, ...limits } })
  let isClosed = false
  void link.closed.then(() => (isClosed = true))
  return { clock, link, raw: createRawEnd(other), isClosed: () => isClosed }
}

/** Two links that talk to each other. */
export function createPair(answer: LinkAnswerer): {
  readonly clock: FakeClock
  readonly first: LinkConnection
  readonly second: LinkConnection
} {
  const [one, two] = duplexPair({ allowHalfOpen: false })
  const clock = createFakeClock()
  const parts = { clock, answer, limits: LIMITS }
  return {
    clock,
    first: new LinkConnection({ socket: one, ...parts }),
    second: new LinkConnection({ socket: two, ...parts }),
  }
}
