/** Open connections per source and in all, with real sockets. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readPort } from '../../test/network/read-port.ts'
import { ConnectionLimit, type ConnectionLimits } from './connection-limit.ts'

async function startLimited(limits: ConnectionLimits) {
  const limit = new ConnectionLimit(limits)
  const accepted: Socket[] = []
  const server = createServer()
  limit.watch(server)
  server.on('connection', (socket) => {
    accepted.push(socket)
    socket.on('error', () => undefined)
    if (!socket.destroyed) socket.write('hello')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = readPort(server)
  return {
    limit,
    /** Resolves with whether the server talks to this connection. */
    async open(
      localAddress: string,
    ): Promise<{ readonly isServed: boolean; readonly socket: Socket }> {
      const socket = connect({ host: '127.0.0.1', port, localAddress })
      const { promise, resolve } = Promise.withResolvers<boolean>()
      socket.on('data', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('close', () => resolve(false))
      return { isServed: await promise, socket }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('ConnectionLimit', () => {
  it('cuts off what one source opens beyond its share, and no other source', async () => {
    await using server = await startLimited({ perSource: 3, total: 100 })
    const served: boolean[] = []
    for (let turn = 0; turn < 5; turn += 1) served.push((await server.open('127.0.0.2')).isServed)
    expect(served).toEqual([true, true, true, false, false])
    expect((await server.open('127.0.0.3')).isServed).toBe(true)
  })

  it('cuts off what all open beyond the total', async () => {
    await using server = await startLimited({ perSource: 3, total: 4 })
    const served: boolean[] = []
    for (let host = 2; host < 8; host += 1) {
      served.push((await server.open(`127.0.0.${host}`)).isServed)
    }
    expect(served).toEqual([true, true, true, true, false, false])
    expect(server.limit.total).toBe(4)
  })

  it('gives a place back when a connection ends', async () => {
    await using server = await startLimited({ perSource: 1, total: 1 })
    const first = await server.open('127.0.0.2')
    expect((await server.open('127.0.0.2')).isServed).toBe(false)
    first.socket.destroy()
    let again = await server.open('127.0.0.2')
    // The server may hear of the end after the next connection arrives.
    for (let turn = 0; turn < 100 && !again.isServed; turn += 1)
      again = await server.open('127.0.0.2')
    expect(again.isServed).toBe(true)
  })
})
