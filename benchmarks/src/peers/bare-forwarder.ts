/**
 * The peer "bare three-hop forwarder": three processes, framed TCP, one X25519 + XChaCha20-Poly1305
 * layer a hop by sodium-native, one sealed reply. It has no link encryption, no directory, no limits
 * and no parsing, so it is the practical limit of a per-request onion in Node.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { openBare, wrapLayer } from './bare-layer.ts'
import { readFrames, writeFrame } from './framed-socket.ts'

interface Hop {
  readonly port: number
  readonly publicKey: Buffer
  readonly child: ChildProcess
}

interface HopMessage {
  readonly port: number
  readonly publicKey: string
}

async function startHop(nextPort: number): Promise<Hop> {
  const child = fork(new URL('./bare-hop.ts', import.meta.url), [String(nextPort)])
  const { port, publicKey } = await new Promise<HopMessage>((resolve) => {
    child.once('message', (message) => resolve(message as HopMessage))
  })
  return { port, publicKey: Buffer.from(publicKey, 'hex'), child }
}

export interface BareForwarder extends AsyncDisposable {
  readonly pids: readonly number[]
  readonly send: (body: Uint8Array) => Promise<Uint8Array>
}

export async function startBareForwarder(): Promise<BareForwarder> {
  const last = await startHop(0)
  const middle = await startHop(last.port)
  const first = await startHop(middle.port)
  const hops = [first, middle, last]
  const socket = connect(first.port, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  const pending = new Map<number, (payload: Buffer) => void>()
  let nextId = 0
  readFrames(socket, (id, payload) => {
    pending.get(id)?.(payload)
    pending.delete(id)
  })
  const send = async (body: Uint8Array): Promise<Uint8Array> => {
    const exit = wrapLayer(last.publicKey, body)
    const inner = wrapLayer(middle.publicKey, exit.packet)
    const outer = wrapLayer(first.publicKey, inner.packet)
    const id = (nextId += 1)
    const sealed = await new Promise<Buffer>((resolve) => {
      pending.set(id, resolve)
      writeFrame(socket, id, outer.packet)
    })
    return openBare(exit.key, sealed)
  }
  return {
    pids: hops.flatMap(({ child }) => child.pid ?? []),
    send,
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await Promise.all(
        hops.map(async ({ child }) => {
          child.kill()
          await once(child, 'exit')
        }),
      )
    },
  }
}
