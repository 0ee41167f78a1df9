/**
 * Onion requests under each of the three ciphers and each of their names, spec 04, against clients, relays,
 * destinations and hosts that share no code with ours.
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { buildOnion, encodeNodeReply } from '../src/onion/index.ts'
import { CIPHERS, createPath, createTestRandomness, walkPath } from './onion-fixtures.ts'
import {
  CIPHER_NAMES,
  type LayerKey,
  buildTheirs,
  deriveNodeKey,
  joinFrame,
  openLayer,
  peelTheirs,
  sealLayer,
  splitFrame,
} from './reference-onion.ts'

const randomness = createTestRandomness('independent onion ciphers')
/** Nothing, the edges of a cipher block, and about a full message. */
const BODY_SIZES = [0, 1, 15, 16, 17, 159, 160, 161, 102_400]

function bodyOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => 0x20 + (index % 90))
}

function expectReply(last: ReturnType<typeof walkPath>['last'], replyKey: LayerKey): void {
  if (last.kind !== 'final') throw new Error(last.kind)
  const reply = encodeNodeReply({ status: 200, body: { t: 1 } }, last, randomness)
  const plaintext = openLayer(replyKey, Buffer.from(Buffer.from(reply).toString(), 'base64'))
  expect(JSON.parse(plaintext.toString())).toEqual({ status: 200, body: '{"t":1}' })
}

describe('a client of another implementation', () => {
  const nodes = createPath(4, randomness)

  it.each(CIPHER_NAMES)(
    'reaches our nodes when it says %s, and reads the reply (traps 4, 5 and 7)',
    (name, cipher) => {
      const request = buildTheirs(nodes, bodyOf(40), [{ name, cipher }])
      const { last, visited } = walkPath(nodes, request.guardBody)
      expect(visited).toBe(4)
      expect(last.kind === 'final' && Buffer.from(last.body)).toEqual(Buffer.from(bodyOf(40)))
      expectReply(last, request.replyKey)
    },
  )

  it.each(BODY_SIZES)('sends %i bytes under each cipher', (size) => {
    for (const cipher of CIPHERS) {
      const request = buildTheirs(nodes, bodyOf(size), [{ name: cipher, cipher }])
      const { last } = walkPath(nodes, request.guardBody)
      expect(last.kind === 'final' && Buffer.from(last.body).equals(bodyOf(size))).toBe(true)
    }
  })

  it('may use another cipher on each layer: the reply has the innermost one', () => {
    const namings = CIPHER_NAMES.map(([name, cipher]) => ({ name, cipher }))
    for (let first = 0; first < namings.length; first++) {
      const rotated = [...namings.slice(first), ...namings.slice(0, first)]
      const request = buildTheirs(nodes, bodyOf(17), rotated)
      const { last, visited } = walkPath(nodes, request.guardBody)
      expect(visited).toBe(4)
      expect(request.replyKey.cipher).toBe(namings[first]?.cipher)
      expectReply(last, request.replyKey)
    }
  })
})

describe('a client of ours', () => {
  const nodes = createPath(4, randomness)
  const [guard, second, third, destination] = nodes
  if (!guard || !second || !third || !destination) throw new TypeError('four nodes')
  const hops = [guard, second, third]

  it.each(CIPHERS)('reaches nodes of another implementation with %s', (cipher) => {
    for (const size of BODY_SIZES) {
      const built = buildOnion(
        { hops, destination: { kind: 'node', ...destination }, payload: bodyOf(size), cipher },
        randomness,
      )
      let body = built.guardBody
      const keys = new Set<unknown>()
      for (const [index, node] of hops.entries()) {
        const { blob, json, outer } = peelTheirs(node, body)
        const { destination: next, ...opening } = json
        // The next layer's key and cipher, and nothing else that would tell hops apart (trap 7).
        const names = cipher === 'aes-gcm' ? [] : ['enc_type']
        expect(Object.keys(opening).toSorted()).toEqual([...names, 'ephemeral_key'].toSorted())
        expect(next).toBe(encodeHex(nodes[index + 1]?.ed25519 ?? new Uint8Array()))
        keys.add(outer['ephemeral_key'])
        body = Uint8Array.from(joinFrame({ blob, json: opening }))
      }
      const final = peelTheirs(destination, body)
      expect(keys.add(final.outer['ephemeral_key']).size).toBe(4)
      expect(final.blob.equals(bodyOf(size))).toBe(true)
      expect(final.json).toEqual({ headers: {} })
    }
  })

  it.each(CIPHERS)(
    'opens a reply that another implementation sealed with %s (trap 4)',
    (cipher) => {
      const built = buildOnion(
        { hops: [guard], destination: { kind: 'node', ...destination }, payload: '{}', cipher },
        randomness,
      )
      const { blob, json } = peelTheirs(guard, built.guardBody)
      const { layer } = peelTheirs(destination, joinFrame({ blob, json }))
      for (const body of ['', '{"t":1}', 'x'.repeat(200_000), 'quote " and \\ and\nline']) {
        const sealed = sealLayer(layer, Buffer.from(JSON.stringify({ status: 421, body })))
        const base64 = sealed.toString('base64')
        const forms = [base64, Uint8Array.from(sealed), JSON.stringify({ result: base64 })]
        for (const form of forms) {
          expect(built.openReply(form)).toEqual({ ok: true, value: { status: 421, body } })
        }
      }
      const elsewhere = sealLayer(
        { ...layer, key: Buffer.alloc(32, 9) },
        Buffer.from('{"status":200}'),
      )
      expect(built.openReply(elsewhere.toString('base64')).ok).toBe(false)
    },
  )

  it.each(CIPHERS)('sends a host the frame that it can open itself, with %s (trap 6)', (cipher) => {
    const [host] = createPath(1, randomness)
    if (host === undefined) throw new TypeError('one host')
    const target = '/oxen/v4/lsrpc'
    const { x25519 } = host
    const built = buildOnion(
      {
        hops: [guard, second],
        destination: { kind: 'host', host: 'example.org', target, x25519 },
        payload: 'l2:{}e',
        cipher,
      },
      randomness,
    )
    const atGuard = peelTheirs(guard, built.guardBody)
    const atLast = peelTheirs(second, joinFrame(atGuard))
    expect(atLast.json).toMatchObject({ host: 'example.org', target, method: 'POST' })
    // The last node passes on the whole plaintext; its JSON is what the host decrypts with.
    const received = splitFrame(joinFrame(atLast))
    const layer = deriveNodeKey(host, received.json)
    expect(openLayer(layer, received.blob).toString()).toBe('l2:{}e')
    const reply = Uint8Array.from(sealLayer(layer, Buffer.from('l12:{"code":200}e')))
    const opened = built.openHostReply(reply)
    expect(opened.ok && Buffer.from(opened.value).toString()).toBe('l12:{"code":200}e')
  })
})
