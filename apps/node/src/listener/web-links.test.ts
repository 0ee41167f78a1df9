/** WebSockets whose other end is gone, without waiting for real time. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import WebSocket from 'ws'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { settle } from '../../test/network/connected-pair.ts'
import { readPort } from '../../test/network/read-port.ts'
import { createOnionFixture } from '../../test/onion/onion-fixture.ts'
import { RateLimit } from './rate-limit.ts'
import { createWebLinks } from './web-links.ts'

async function startLinks(burst = 100) {
  const clock = createFakeClock()
  const rates = { burst, perSecond: 1, perSecondNode: 1, isNode: () => false }
  const rateLimit = new RateLimit({ ...rates, clock })
  const { service } = createOnionFixture()
  const links = createWebLinks({
    rpc: {
      answer: async () => ({ status: 200, body: {} }),
      answerForward: async () => new Uint8Array(),
    },
    onion: service,
    rateLimit,
    clock,
    onMistake: () => undefined,
  })
  const server = createServer().on('upgrade', links.upgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    clock,
    links,
    connect: (autoPong: boolean): WebSocket =>
      new WebSocket(`ws://127.0.0.1:${readPort(server)}/link/v1`, { autoPong }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await links.leave(1000)
      server.close()
    },
  }
}

describe('createWebLinks', () => {
  it('ends a socket that does not answer pings, and keeps one that does', async () => {
    await using fixture = await startLinks()
    const [silent, alive] = [fixture.connect(false), fixture.connect(true)]
    await Promise.all([once(silent, 'open'), once(alive, 'open')])
    const pinged = once(alive, 'ping')
    const ended = once(silent, 'close')
    await fixture.clock.advance(30_000)
    await pinged
    await settle()
    await fixture.clock.advance(30_000)
    await ended
    expect(alive.readyState).toBe(WebSocket.OPEN)
    alive.terminate()
  })

  it('has no timer while there is no socket', async () => {
    await using fixture = await startLinks()
    expect(fixture.clock.pending).toBe(0)
    const socket = fixture.connect(true)
    await once(socket, 'open')
    await settle()
    expect(fixture.clock.pending).toBe(1)
    socket.terminate()
    await settle()
    await fixture.clock.advance(60_000)
    expect(fixture.clock.pending).toBe(0)
  })

  it('refuses upgrades of an address that has no token left', async () => {
    await using fixture = await startLinks(1)
    const first = fixture.connect(true)
    await once(first, 'open')
    const second = fixture.connect(true)
    const [error] = (await once(second, 'error')) as [Error]
    expect(error.message).toContain('429')
    first.terminate()
  })

  it('accepts nobody while it leaves, and cuts off who does not close', async () => {
    await using fixture = await startLinks()
    const socket = fixture.connect(true)
    await once(socket, 'open')
    await settle()
    const left = fixture.links.leave(500)
    await fixture.clock.advance(500)
    await left
    const late = fixture.connect(true)
    const [error] = (await once(late, 'error')) as [Error]
    expect(error.message).toContain('404')
  })
})
