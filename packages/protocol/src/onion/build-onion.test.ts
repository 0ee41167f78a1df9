/** A whole request from client to destination and back, and what the layers show on the way. */
import { decodeUtf8, encodeHex, encodeUtf8, equalBytes } from '@sotto/crypto/bytes'
import { openHop } from '@sotto/crypto/onion'
import { describe, expect, it } from 'vitest'
import {
  CIPHERS,
  type PathNode,
  createPath,
  createTestRandomness,
  walkPath,
} from '../../test/onion-fixtures.ts'
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { type PeeledLayer, buildOnion, encodeNodeReply, peelLayer, splitPayload } from './index.ts'

const ANY_KEY: unknown = expect.stringMatching(/^[0-9a-f]{64}$/)
const PAYLOAD = '{"method":"info","params":{}}'

function splitDestination(nodes: readonly PathNode[]): {
  readonly hops: readonly PathNode[]
  readonly destination: PathNode & { readonly kind: 'node' }
} {
  const destination = nodes.at(-1)
  if (destination === undefined) throw new Error('no nodes')
  return { hops: nodes.slice(0, -1), destination: { kind: 'node', ...destination } }
}

function outerJson(body: Uint8Array): unknown {
  const frame = splitPayload(body)
  return frame.ok ? frame.value.json : undefined
}

function relayBodies(nodes: readonly PathNode[], guardBody: Uint8Array): readonly Uint8Array[] {
  const bodies = [guardBody]
  for (const { agreement } of nodes.slice(0, -1)) {
    const peeled = peelLayer({ agreement, body: bodies.at(-1) ?? guardBody })
    if (peeled.ok && peeled.value.kind === 'relay') bodies.push(peeled.value.nextBody)
  }
  return bodies
}

describe.each(CIPHERS)('an onion request with %s', (cipher) => {
  it.each([1, 2, 3, 14])('reaches a node over %i hops and its reply comes back', (hopCount) => {
    const randomness = createTestRandomness(`build ${hopCount}`)
    const nodes = createPath(hopCount + 1, randomness)
    const onion = buildOnion({ ...splitDestination(nodes), payload: PAYLOAD, cipher }, randomness)
    const { last, visited } = walkPath(nodes, onion.guardBody)
    expect(visited).toBe(hopCount + 1)
    if (last.kind !== 'final') throw new Error(last.kind)
    expect(decodeUtf8(last.body)).toBe(PAYLOAD)
    expect(last.hopKey.cipher).toBe(cipher)
    const reply = encodeNodeReply({ status: 200, body: { t: 1 } }, last, randomness)
    expect(onion.openReply(reply)).toEqual({ ok: true, value: { status: 200, body: '{"t":1}' } })
  })

  it('reaches a host, which opens the frame with its own key and answers in raw bytes', () => {
    const randomness = createTestRandomness('host')
    const nodes = createPath(3, randomness)
    const [host] = createPath(1, randomness)
    if (host === undefined) throw new Error('no host')
    const onion = buildOnion(
      {
        hops: nodes,
        destination: {
          kind: 'host',
          host: 'files.example.org',
          target: '/oxen/v4/lsrpc',
          x25519: host.x25519,
        },
        payload: encodeUtf8('l2:{}e'),
        cipher,
      },
      randomness,
    )
    const { last } = walkPath(nodes, onion.guardBody)
    if (last.kind !== 'host') throw new Error(last.kind)
    // The host is no node: its "layer" is the payload itself, so what peels here is key and frame alone.
    const opened = peelLayer({ agreement: host.agreement, body: last.frame })
    expect(opened).toMatchObject({ ok: false, error: { text: 'Invalid json', encrypted: true } })
    if (opened.ok || opened.error.hopKey === undefined) throw new Error('not opened')
    const frame = splitPayload(last.frame)
    const plaintext = frame.ok ? openHop(opened.error.hopKey, frame.value.blob) : undefined
    expect(plaintext && decodeUtf8(plaintext)).toBe('l2:{}e')
    const form = { hopKey: opened.error.hopKey, json: false, base64: false }
    const reply = encodeNodeReply({ status: 200, body: '' }, form, randomness)
    const answer = onion.openHostReply(reply)
    expect(answer.ok && decodeUtf8(answer.value)).toBe('{"status":200,"body":""}')
  })
})

describe('the layers of an onion request', () => {
  const randomness = createTestRandomness('layers')
  const nodes = createPath(4, randomness)
  const request = { ...splitDestination(nodes), payload: PAYLOAD, cipher: 'xchacha20' } as const

  it('carry the key of the next layer, the guard’s in the outer JSON (trap 7)', () => {
    const { guardBody } = buildOnion(request, randomness)
    const keys = relayBodies(nodes, guardBody).map((body) => outerJson(body))
    expect(keys).toEqual([
      { ephemeral_key: ANY_KEY, enc_type: 'xchacha20' },
      { ephemeral_key: ANY_KEY, enc_type: 'xchacha20', hop_no: 2 },
      { ephemeral_key: ANY_KEY, enc_type: 'xchacha20', hop_no: 3 },
      { ephemeral_key: ANY_KEY, enc_type: 'xchacha20', hop_no: 4 },
    ])
    expect(new Set(keys.map((json) => JSON.stringify(json))).size).toBe(4)
  })

  it('have no byte string in common, so that no two nodes can recognise one request', () => {
    const { guardBody } = buildOnion(request, randomness)
    const bodies = relayBodies(nodes, guardBody).map(encodeHex)
    const windows = bodies.map((hex) => {
      const ciphertext = hex.slice(8, hex.indexOf('7b22657068'))
      return new Set(ciphertext.match(/.{32}/g))
    })
    for (const [index, window] of windows.entries()) {
      for (const other of windows.slice(index + 1)) {
        expect([...window].filter((part) => other.has(part))).toEqual([])
      }
    }
  })

  it('differ every time, also for the same request', () => {
    const first = buildOnion(request, randomness).guardBody
    const second = buildOnion(request, randomness).guardBody
    expect(first.length).toBe(second.length)
    expect(equalBytes(first, second)).toBe(false)
  })

  it('leave the cipher out when it is aes-gcm, as clients of the network do', () => {
    const { guardBody } = buildOnion({ ...request, cipher: 'aes-gcm' }, randomness)
    expect(relayBodies(nodes, guardBody).map((body) => outerJson(body))[0]).toEqual({
      ephemeral_key: ANY_KEY,
    })
  })

  it('open for nobody but the node that they are for', () => {
    const { guardBody } = buildOnion(request, randomness)
    for (const { agreement } of nodes.slice(1)) {
      expect(peelLayer({ agreement, body: guardBody })).toMatchObject({
        ok: false,
        error: { status: 400, text: 'Invalid ciphertext', encrypted: false },
      })
    }
  })

  it('ask for the reply in the form that the client wants', () => {
    const destination = { ...request.destination, json: true, base64: false }
    const { guardBody } = buildOnion({ ...request, destination }, randomness)
    const { last } = walkPath(nodes, guardBody)
    expect(last).toMatchObject({ kind: 'final', json: true, base64: false, headers: {} })
  })
})

describe('a host destination', () => {
  function peelHost(changes: object): PeeledLayer {
    const randomness = createTestRandomness('host json')
    const [node, host] = createPath(2, randomness)
    if (node === undefined || host === undefined) throw new Error('no path')
    const destination = {
      kind: 'host',
      host: 'files.example.org',
      target: '/oxen/v4/lsrpc',
      x25519: host.x25519,
      ...changes,
    } as const
    const request = { hops: [node], destination, payload: 'x', cipher: 'aes-gcm' } as const
    return walkPath([node], buildOnion(request, randomness).guardBody).last
  }

  it('is https on 443 when nothing is said', () => {
    expect(peelHost({})).toMatchObject({ kind: 'host', protocol: 'https', port: 443 })
  })

  it('keeps a port other than 443 with https, which other clients lose (trap 32)', () => {
    expect(peelHost({ port: 8443 })).toMatchObject({ kind: 'host', protocol: 'https', port: 8443 })
  })

  it('says http and its port', () => {
    expect(peelHost({ protocol: 'http', port: 80 })).toMatchObject({ protocol: 'http', port: 80 })
  })
})

describe('mistakes of ours', () => {
  const randomness = createTestRandomness('mistakes')
  const nodes = createPath(17, randomness)

  it.each([0, 16])('throw: a path of %i nodes', (count) => {
    const { destination } = splitDestination(nodes)
    const request = {
      hops: nodes.slice(0, count),
      destination,
      payload: '',
      cipher: 'aes-gcm',
    } as const
    expect(() => buildOnion(request, randomness)).toThrow(RangeError)
  })

  it('throw: a key of low order, to which everybody could open the layer', () => {
    const zero = toX25519PublicKey(new Uint8Array(32))
    const [node] = nodes
    if (zero === undefined || node === undefined) throw new Error('no key')
    const hops = [{ ...node, x25519: zero }]
    const destination = { kind: 'node', ...node } as const
    expect(() =>
      buildOnion({ hops, destination, payload: '', cipher: 'aes-gcm' }, randomness),
    ).toThrow(RangeError)
  })
})
