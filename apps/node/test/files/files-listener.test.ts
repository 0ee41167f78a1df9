/** How many transfers at once, and what a client that goes away leaves behind. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { systemRandomness } from '@sotto/crypto/randomness'
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { describe, expect, it } from 'vitest'
import { createFileRoutes } from '../../src/files/file-routes.ts'
import { createFilesListener } from '../../src/files/files-listener.ts'
import { startSweep } from '../../src/files/start-sweep.ts'
import { ConnectionLimit } from '../../src/listener/connection-limit.ts'
import { RateLimit } from '../../src/listener/rate-limit.ts'
import { systemClock } from '../../src/system-clock.ts'
import { sendRaw } from '../network/raw-http.ts'
import { createFiles } from './files-fixture.ts'

async function startListener(transfersMax: number) {
  const files = createFiles({ clock: systemClock })
  const agreement = deriveAgreementKeyPair(systemRandomness.bytes(32))
  const clock = systemClock
  const server = createFilesListener(
    {
      routes: createFileRoutes({
        service: files.service,
        agreement,
        randomness: systemRandomness,
      }),
      rateLimit: new RateLimit({
        burst: 1000,
        perSecond: 1000,
        perSecondNode: 1000,
        isNode: () => false,
        clock,
      }),
      connectionLimit: new ConnectionLimit({ perSource: 100, total: 100 }),
      clock,
      headers: {},
      onMistake: (error) => {
        throw error
      },
      onRefusal: (status) => {
        files.service.tally.noteRefusal(status)
      },
    },
    transfersMax,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    files,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      files[Symbol.dispose]()
    },
  }
}

/** Announces more than it sends. */
async function beginUpload(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  await once(socket, 'connect')
  socket.write('POST /file HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\nbeginning')
  return socket
}

async function waitForStatus(
  port: number,
  status: number,
  localAddress = '127.0.0.1',
): Promise<void> {
  for (;;) {
    const reply = await sendRaw({ port, path: '/file/7', method: 'GET', localAddress })
    if (reply.status === status) return
  }
}

describe('transfers', () => {
  it('are refused beyond so many at once, until one ends', async () => {
    await using listener = await startListener(2)
    const sockets = [
      await beginUpload(listener.port, '127.0.0.8'),
      await beginUpload(listener.port, '127.0.0.9'),
    ]
    await waitForStatus(listener.port, 503)
    for (const socket of sockets) socket.destroy()
    await waitForStatus(listener.port, 404)
  })

  it('of one address take half of the places, and others go on', async () => {
    await using listener = await startListener(4)
    const slow = '127.0.0.9'
    const sockets = [await beginUpload(listener.port, slow), await beginUpload(listener.port, slow)]
    await waitForStatus(listener.port, 503, slow)
    const other = await sendRaw({ port: listener.port, path: '/file', body: 'sealed' })
    expect(other.status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('that break off leave nothing behind', async () => {
    await using listener = await startListener(1)
    const socket = await beginUpload(listener.port)
    socket.destroy()
    await waitForStatus(listener.port, 404)
    expect(listener.files.service.measure().files).toBe(0)
    expect(await listener.files.blobs.names()).toEqual([])
  })
})

describe('sweeping', () => {
  it('comes again and again, also after a mistake, and stops for good', async () => {
    using files = createFiles()
    const mistakes: unknown[] = []
    let sweeps = 0
    const sweep = (): Promise<void> => {
      sweeps += 1
      return sweeps === 1 ? Promise.reject(new Error('a disk')) : Promise.resolve()
    }
    const sweeping = startSweep({
      service: { sweep },
      clock: files.clock,
      onMistake: (error) => mistakes.push(error),
    })
    await files.clock.advance(60_000)
    await files.clock.advance(60_000)
    expect([sweeps, mistakes.length]).toEqual([2, 1])
    await sweeping[Symbol.asyncDispose]()
    await files.clock.advance(600_000)
    expect(sweeps).toBe(2)
    expect(files.clock.pending).toBe(0)
  })
})
