/**
 * Onion requests that fail: with which status and text, and whether a node can be made to connect where it must not.
 */

import { createCipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { hostname } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../foreign/foreign-rpc.ts'
import { type WireNode, first, useNetwork } from './wire-network.ts'
import {
  CIPHERS,
  type Layer,
  ONION_PATH,
  encodeGuardBody,
  frame,
  sealFinal,
  sealLayer,
  sealRelay,
  sendOnion,
  wrapPath,
} from './wire-onion.ts'

const network = useNetwork()
const INFO = JSON.stringify({ method: 'info', params: {} })
const UNKNOWN = 'ab'.repeat(32)
const SERVER_KEY = sealLayer('09'.padEnd(64, '0'), Buffer.alloc(0)).key

async function expectAlive(node: WireNode): Promise<void> {
  const final = sealFinal(node, INFO)
  const answer = await sendOnion(network, node, encodeGuardBody(final), final)
  expect(answer).toMatchObject({ guardStatus: 200, status: 200 })
}

describe('a next node that nobody knows', () => {
  it('is named by the guard', async () => {
    const [guard, destination] = network.nodes
    if (!guard || !destination) throw new Error('too few nodes')
    const final = sealFinal(destination, INFO)
    const outer = sealRelay(guard, UNKNOWN, final)
    expect(await sendOnion(network, guard, encodeGuardBody(outer), final)).toMatchObject({
      guardStatus: 502,
      guardText: `Next node not found: ${UNKNOWN}`,
    })
  })

  it('is named by any hop, and may be the destination (trap 8)', async () => {
    const [guard, middle, exit, destination] = network.nodes
    if (!guard || !middle || !exit || !destination) throw new Error('too few nodes')
    const final = sealFinal(destination, INFO)
    const third = sealRelay(exit, UNKNOWN, final)
    const outer = wrapPath([guard, middle], exit, third)
    expect(await sendOnion(network, guard, encodeGuardBody(outer), final)).toMatchObject({
      guardStatus: 502,
      guardText: `Next node not found: ${UNKNOWN}`,
    })
  })
})

describe('a ciphertext that cannot be opened', () => {
  const send = async (path: readonly WireNode[], ciphertext: Buffer, key: Json) => {
    const last = first(network.nodes)
    const broken: Layer = { ciphertext, key, open: (sealed) => sealed }
    const body = encodeGuardBody(wrapPath(path, last, broken))
    return sendOnion(network, path[0] ?? last, body, broken)
  }
  const key = (cipher: string) => ({ ...SERVER_KEY, enc_type: cipher })

  // No multiple of the block size, or one ciphertext in 256 would have right padding.
  it.each(CIPHERS)('is said to be invalid, in plain text: %s', async (cipher) => {
    for (const size of [0, 1, 27, 57, 1001]) {
      const answer = await send([], randomBytes(size), key(cipher))
      expect(answer).toMatchObject({ guardStatus: 400, guardText: 'Invalid ciphertext' })
    }
  })

  it('is said to be invalid by a hop further on', async () => {
    const answer = await send(network.nodes.slice(1, 3), randomBytes(200), SERVER_KEY)
    expect(answer).toMatchObject({ guardStatus: 400, guardText: 'Invalid ciphertext' })
  })

  it.each(CIPHERS)('in one bit is refused: %s', async (cipher) => {
    const node = first(network.nodes)
    const final = sealFinal(node, INFO, { headers: {} }, cipher)
    for (const index of [0, 16, final.ciphertext.length - 1]) {
      const ciphertext = Buffer.from(final.ciphertext)
      ciphertext[index] = (ciphertext[index] ?? 0) ^ 1
      const reply = await network.post(node, ONION_PATH, encodeGuardBody({ ...final, ciphertext }))
      // Only aes-cbc has no tag: there a changed bit is a changed text.
      if (cipher === 'aes-cbc') expect(reply.status).toBeLessThan(500)
      else expect(reply).toMatchObject({ status: 400, text: 'Invalid ciphertext' })
    }
  })

  it('for another node is invalid', async () => {
    const [node, other] = network.nodes
    if (!node || !other) throw new Error('too few nodes')
    const final = sealFinal(other, INFO)
    expect(await sendOnion(network, node, encodeGuardBody(final), final)).toMatchObject({
      guardStatus: 400,
      guardText: 'Invalid ciphertext',
    })
  })

  it.each(['00'.repeat(32), `01${'00'.repeat(31)}`, `ecffff${'ff'.repeat(28)}7f`])(
    'under an ephemeral key of small order is refused: %s',
    async (ephemeral) => {
      const answer = await send([], randomBytes(64), { ephemeral_key: ephemeral })
      expect(answer.guardStatus).toBe(400)
      await expectAlive(first(network.nodes))
    },
  )
})

describe('an outer frame that is none', () => {
  const good = () => sealFinal(first(network.nodes), INFO)
  const length = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return bytes
  }

  const broken: readonly (readonly [string, () => Uint8Array])[] = [
    ['nothing', () => Buffer.alloc(0)],
    ['one byte', () => Buffer.from([1])],
    ['three bytes', () => Buffer.from([1, 0, 0])],
    ['a length and nothing', () => length(0)],
    [
      'a length beyond the body',
      () => Buffer.concat([length(1000), Buffer.alloc(10), Buffer.from('{}')]),
    ],
    ['a length one beyond the body', () => Buffer.concat([length(11), Buffer.alloc(10)])],
    ['the greatest length', () => Buffer.concat([length(0xffff_ffff), Buffer.alloc(10)])],
    ['no JSON', () => frame(good().ciphertext, '')],
    ['broken JSON', () => frame(good().ciphertext, '{"ephemeral_key":')],
    ['JSON that is no object', () => frame(good().ciphertext, '[]')],
    ['JSON null', () => frame(good().ciphertext, 'null')],
    ['no ephemeral key', () => frame(good().ciphertext, {})],
    ['an ephemeral key that is a number', () => frame(good().ciphertext, { ephemeral_key: 5 })],
    ['a short ephemeral key', () => frame(good().ciphertext, { ephemeral_key: 'abcd' })],
    [
      'an ephemeral key that is not hex',
      () => frame(good().ciphertext, { ephemeral_key: 'zz'.repeat(32) }),
    ],
    ['an unknown encryption type', () => encodeGuardBody(good(), { enc_type: 'rot13' })],
    ['an encryption type that is a number', () => encodeGuardBody(good(), { enc_type: 1 })],
  ]
  it.each(broken)('is refused as such: %s', async (_, build) => {
    const reply = await network.post(first(network.nodes), ONION_PATH, build())
    expect({ status: reply.status, text: reply.text }).toEqual({
      status: 400,
      text: expect.stringMatching(/^Error parsing onion request: ./),
    })
  })

  it('is refused however it is cut off', async () => {
    const node = first(network.nodes)
    const whole = encodeGuardBody(good())
    const sizes = Array.from({ length: 60 }, (_, i) => Math.floor((i * whole.length) / 60))
    const replies = await Promise.all(
      sizes.map((size) => network.post(node, ONION_PATH, whole.subarray(0, size))),
    )
    expect(replies.map((reply) => reply.status)).toEqual(sizes.map(() => 400))
    await expectAlive(node)
  })
})

describe('a layer that opens but says nothing sensible', () => {
  const node = () => first(network.nodes)
  const send = (plaintext: Uint8Array) => {
    const layer = sealLayer(node().x25519, plaintext)
    return sendOnion(network, node(), encodeGuardBody(layer), layer)
  }

  it.each(['', '{', '{"headers":', 'headers'])(
    'gets "Invalid json" under its own key: %j',
    async (json) => {
      expect(await send(frame(Buffer.from(INFO), json))).toMatchObject({
        status: 400,
        body: 'Invalid json',
      })
    },
  )

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['two bytes', Buffer.from([1, 2])],
    ['a length beyond the end', Buffer.from([255, 0, 0, 0, 1, 2, 3])],
    ['an empty object', frame(Buffer.from(INFO), {})],
    ['a list', frame(Buffer.from(INFO), '[]')],
    [
      'a destination of no sense',
      frame(Buffer.from(INFO), { destination: 5, ephemeral_key: UNKNOWN }),
    ],
    ['a destination without a key', frame(Buffer.from(INFO), { destination: UNKNOWN })],
    ['a host that is a number', frame(Buffer.from(INFO), { host: 5, target: '/oxen/v4/lsrpc' })],
    ['a host without a target', frame(Buffer.from(INFO), { host: 'example.org' })],
    [
      'bytes that are no UTF-8',
      Buffer.concat([frame(Buffer.from(INFO), '{"headers":"'), Buffer.from([255, 34, 125])]),
    ],
  ])('is refused and does no harm: %s', async (_, plaintext) => {
    const answer = await send(plaintext)
    const status = answer.guardStatus === 200 ? Number(answer.status) : answer.guardStatus
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    await expectAlive(node())
  })
})

describe('a request for a server', () => {
  let port = 0
  let connections = 0
  const canary = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  beforeAll(async () => {
    canary.listen({ port: 0, host: '::' })
    await once(canary, 'listening')
    port = (canary.address() as AddressInfo).port
  })
  afterAll(async () => {
    canary.close()
    await once(canary, 'close')
  })

  const send = (json: Json, hops: number) => {
    const path = network.nodes.slice(0, hops)
    const exit = path.at(-1) ?? first(network.nodes)
    const request = { method: 'POST', ...SERVER_KEY, ...json }
    const inner = sealLayer(exit.x25519, frame(randomBytes(80), request))
    const outer = wrapPath(path.slice(0, -1), exit, inner)
    return sendOnion(network, first(network.nodes), encodeGuardBody(outer), inner)
  }

  it.each([
    '/',
    '',
    '/evil',
    '/evil/lsrpc',
    '/oxen/v4/other',
    '/oxen/v4/lsrpc/',
    '/oxen/v4/lsrpc?x=1',
    '/loki/v3/lsrpc?',
    'oxen/v4/lsrpc',
    '/OXEN/v4/lsrpc',
    'http://127.0.0.1/oxen/v4/lsrpc',
  ])('is told under its own key that the target is invalid: %j (trap 6)', async (target) => {
    for (const hops of [1, 3]) {
      const answer = await send({ host: 'localhost', protocol: 'http', port, target }, hops)
      expect(answer).toMatchObject({ status: 400, body: 'Invalid url' })
    }
    expect(connections).toBe(0)
  })

  it('is one for a server even when it names a next node', async () => {
    const answer = await send({ host: 'localhost', destination: UNKNOWN, target: '/x' }, 1)
    expect(answer).toMatchObject({ status: 400, body: 'Invalid url' })
  })

  const hosts = [
    '127.0.0.1',
    '127.1',
    '127.0.1.1',
    '127.255.255.254',
    '0.0.0.0',
    '0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '::1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '::ffff:7f00:1',
    '[::ffff:a00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'x.localhost',
    'ip6-localhost',
    hostname(),
    '１２７.0.0.1',
    '127。0。0。1',
    'user@127.0.0.1',
    'example.org@127.0.0.1',
    '127.0.0.1#',
    '127.0.0.1/',
    '127.0.0.1:22',
    '127.0.0.1\r\nX: y',
    '127.0.0.1\u0000.example.org',
    ' 127.0.0.1',
    '',
  ]
  it.each(hosts)(
    'never makes a node connect to this machine or a private network: %j',
    async (host) => {
      for (const protocol of ['http', 'https']) {
        const answer = await send({ host, protocol, port, target: '/oxen/v4/lsrpc' }, 1)
        const status = answer.guardStatus === 200 ? Number(answer.status) : answer.guardStatus
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(600)
      }
      expect(connections).toBe(0)
    },
  )

  it.each([
    { protocol: 'ftp' },
    { protocol: 'file' },
    { protocol: 5 },
    { port: -1 },
    { port: 65_536 },
    { port: '80' },
    { port: 0 },
  ])('never makes a node connect in another way: %j', async (json) => {
    const answer = await send({ host: '127.0.0.1', target: '/oxen/v4/lsrpc', ...json }, 1)
    const status = answer.guardStatus === 200 ? Number(answer.status) : answer.guardStatus
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    expect(connections).toBe(0)
  })
})

describe('garbage', () => {
  const ROUNDS = 2000
  const SEED = Buffer.alloc(16, 42)

  /** The same bytes in every run. */
  function createNoise() {
    const stream = createCipheriv('aes-128-ctr', SEED, Buffer.alloc(16))
    return (size: number) => stream.update(Buffer.alloc(size))
  }

  it('of 2,000 kinds over one connection is answered each time, and the node answers on', async () => {
    const node = first(network.nodes)
    const noise = createNoise()
    const good = encodeGuardBody(sealFinal(node, INFO))
    const statuses = new Map<number, number>()
    for (let round = 0; round < ROUNDS; round++) {
      const size = noise(2).readUInt16LE() % 700
      const flipped = Buffer.from(good)
      const at = noise(2).readUInt16LE() % flipped.length
      flipped[at] = noise(1)[0] ?? 0
      const kinds = [noise(size), frame(noise(size), SERVER_KEY), flipped]
      const body = kinds[round % kinds.length] ?? good
      const reply = await network.post(node, ONION_PATH, body, { from: '127.0.9.1' })
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
    }
    const seen = [...statuses.keys()]
    expect(seen.filter((status) => ![200, 400, 429, 502].includes(status))).toEqual([])
    // The limit of one address lets at least its first burst through to the decoder.
    expect(statuses.get(400) ?? 0).toBeGreaterThan(300)
    await expectAlive(node)
  })
})
