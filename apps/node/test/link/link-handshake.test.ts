/** Who is let into a peer link, and with what (spec 06 §2, TM-N2). */
import { once } from 'node:events'
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { systemRandomness } from '@sotto/crypto/randomness'
import { COMMANDS, encodeRequestFrame } from '@sotto/protocol/link'
import { LINK_PROTOCOL } from '@sotto/protocol/version'
import { describe, expect, it } from 'vitest'
import { dialPeer } from '../../src/link/dial-peer.ts'
import { createPeerTlsOptions, PEER_KEY_EXCHANGE } from '../../src/link/peer-tls.ts'
import { systemClock } from '../../src/system-clock.ts'
import {
  createHttpsCredentials,
  createLinkCredentials,
  type TlsCredentials,
} from '../../src/tls/self-signed-certificate.ts'
import { readPort } from '../network/read-port.ts'
import { createIdentity, createRecord, startLinkNodes } from './link-fixture.ts'

const DIAL = { clock: systemClock, timeoutMs: 5000 }

function createCertificate(name: string): TlsCredentials {
  return createLinkCredentials(createIdentity(name).signing, systemRandomness)
}

interface Attempt {
  readonly outcome: 'answered' | 'closed'
  readonly received: number
}

/** Connects, asks for a ping, and tells whether anything at all came back. */
async function attempt(port: number, options: object): Promise<Attempt> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  let received = 0
  const { promise, resolve } = Promise.withResolvers<Attempt['outcome']>()
  socket.on('secureConnect', () =>
    socket.write(encodeRequestFrame(1, { command: COMMANDS.ping, body: Uint8Array.of(1) })),
  )
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
    resolve('answered')
  })
  socket.on('error', () => undefined)
  socket.on('close', () => resolve('closed'))
  const outcome = await promise
  socket.destroy()
  return { outcome, received }
}

/** A listener that plays a node with some certificate. */
async function startImpostor(options: TlsOptions) {
  const accepted: TLSSocket[] = []
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined)
    accepted.push(socket)
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: readPort(server),
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('the handshake of two nodes', () => {
  it('negotiates TLS 1.3 and the hybrid group, so that recordings do not open later', async () => {
    await using nodes = await startLinkNodes()
    const [a, b] = [nodes.at(0), nodes.at(1)]
    const socket = await dialPeer(b.record, { ...DIAL, certificate: a.certificate })
    if (typeof socket === 'string') throw new Error(socket)
    expect(socket.getProtocol()).toBe('TLSv1.3')
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: PEER_KEY_EXCHANGE })
    expect(PEER_KEY_EXCHANGE).toBe('X25519MLKEM768')
    expect(socket.alpnProtocol).toBe(LINK_PROTOCOL)
    expect(socket.isSessionReused()).toBe(false)
    socket.destroy()
  })
})

describe('a node that listens', () => {
  it('answers nobody whose key the directory does not list', async () => {
    await using nodes = await startLinkNodes()
    const options = createPeerTlsOptions(createCertificate('stranger'))
    expect(await attempt(nodes.at(0).record.ports.peer, options)).toEqual({
      outcome: 'closed',
      received: 0,
    })
    expect(nodes.at(0).refused.count).toBe(1)
  })

  it.each([
    ['without a certificate', {}],
    ['with a P-256 certificate', createHttpsCredentials(systemRandomness)],
  ])('answers nobody %s', async (_name, credentials) => {
    await using nodes = await startLinkNodes()
    const tls = {
      minVersion: 'TLSv1.3',
      ecdhCurve: PEER_KEY_EXCHANGE,
      ALPNProtocols: [LINK_PROTOCOL],
    }
    const result = await attempt(nodes.at(0).record.ports.peer, { ...tls, ...credentials })
    expect(result.received).toBe(0)
  })

  it.each([
    ['X25519 alone', { ecdhCurve: 'X25519' }],
    ['TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ecdhCurve: 'X25519' }],
    ['another protocol', { ALPNProtocols: ['h2'] }],
    ['no protocol', { ALPNProtocols: undefined }],
  ])('answers no node that offers %s', async (_name, weaker) => {
    await using nodes = await startLinkNodes()
    const options = { ...createPeerTlsOptions(nodes.at(1).certificate), ...weaker }
    expect((await attempt(nodes.at(0).record.ports.peer, options)).received).toBe(0)
  })

  it('answers a listed node, so that the refusals above are not for another reason', async () => {
    await using nodes = await startLinkNodes()
    const options = createPeerTlsOptions(nodes.at(1).certificate)
    expect((await attempt(nodes.at(0).record.ports.peer, options)).outcome).toBe('answered')
  })
})

describe('a node that dials', () => {
  it('refuses whoever answers at the address with another key', async () => {
    await using impostor = await startImpostor(createPeerTlsOptions(createCertificate('impostor')))
    const wanted = createRecord(createIdentity('wanted'), impostor.port)
    const certificate = createCertificate('dialler')
    expect(await dialPeer(wanted, { ...DIAL, certificate })).toBe('wrong_key')
  })

  it('refuses a listed node that is not the one it dialled', async () => {
    await using nodes = await startLinkNodes({ count: 3 })
    const moved = { ...nodes.at(1).record, ports: nodes.at(2).record.ports }
    expect(await dialPeer(moved, { ...DIAL, certificate: nodes.at(0).certificate })).toBe(
      'wrong_key',
    )
  })

  it.each([
    ['a P-256 certificate', createHttpsCredentials(systemRandomness), {}],
    ['X25519 alone', createCertificate('wanted'), { ecdhCurve: 'X25519' }],
    ['no link protocol', createCertificate('wanted'), { ALPNProtocols: undefined }],
  ])('refuses %s', async (_name, credentials, weaker) => {
    const options = { ...createPeerTlsOptions(credentials), ...weaker }
    await using impostor = await startImpostor(options)
    const wanted = createRecord(createIdentity('wanted'), impostor.port)
    const socket = await dialPeer(wanted, { ...DIAL, certificate: createCertificate('dialler') })
    expect(['wrong_key', 'unreachable']).toContain(socket)
  })
})
