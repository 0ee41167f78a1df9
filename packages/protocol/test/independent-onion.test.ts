/**
 * An onion client written with nothing but `node:crypto`, from spec 04 alone, against our nodes; and the frames that
 * another implementation published, against our opener.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { deriveAgreementKeyPair, toX25519PublicKey } from '@sotto/crypto/agreement'
import { decodeHex, decodeUtf8, encodeHex } from '@sotto/crypto/bytes'
import { type OnionCipher, deriveHopKey, openHop } from '@sotto/crypto/onion'
import { describe, expect, it } from 'vitest'
import { combinePayload, encodeNodeReply, splitPayload } from '../src/onion/index.ts'
import { type PathNode, createPath, createTestRandomness, walkPath } from './onion-fixtures.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** The fixed beginning of an X25519 public key in DER (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

function importPublicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
}

function exportPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length)
}

/** Spec 04 §3.2, aes-gcm: the HMAC's key is "LOKI", its message the shared secret. */
function deriveKey(privateKey: KeyObject, peer: Uint8Array): Buffer {
  const shared = diffieHellman({ privateKey, publicKey: importPublicKey(peer) })
  return createHmac('sha256', 'LOKI').update(shared).digest()
}

function seal(key: Buffer, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = [cipher.update(plaintext), cipher.final()]
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()])
}

function open(key: Buffer, ciphertext: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES))
  return Buffer.concat([
    decipher.update(ciphertext.subarray(NONCE_BYTES, -TAG_BYTES)),
    decipher.final(),
  ])
}

function frame(blob: Uint8Array, json: object): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(blob.length)
  return Buffer.concat([length, blob, Buffer.from(JSON.stringify(json))])
}

interface Sealed {
  readonly blob: Buffer
  readonly key: Buffer
  readonly ephemeralKey: string
}

function sealFor(node: PathNode, plaintext: Uint8Array): Sealed {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const key = deriveKey(privateKey, node.x25519)
  const ephemeralKey = exportPublicKey(publicKey).toString('hex')
  return { blob: seal(key, plaintext), key, ephemeralKey }
}

/** The request of spec 04 §4.7, as the clients of the network write it. */
function buildIndependently(
  hops: readonly PathNode[],
  destination: PathNode,
  body: string,
): { readonly guardBody: Buffer; readonly replyKey: Buffer } {
  const innermost = sealFor(destination, frame(Buffer.from(body), { body: null, headers: {} }))
  let layer = innermost
  let next = destination
  for (const hop of hops.toReversed()) {
    const routing = { destination: encodeHex(next.ed25519), ephemeral_key: layer.ephemeralKey }
    layer = sealFor(hop, frame(layer.blob, routing))
    next = hop
  }
  const guardBody = frame(layer.blob, { ephemeral_key: layer.ephemeralKey })
  return { guardBody, replyKey: innermost.key }
}

describe('a client that shares no code with ours', () => {
  const randomness = createTestRandomness('independent')

  it.each([1, 2, 3, 7])(
    'reaches a node over %i hops and reads its reply (traps 4, 5 and 7)',
    (count) => {
      const nodes = createPath(count + 1, randomness)
      const destination = nodes.at(-1)
      if (destination === undefined) throw new Error('no nodes')
      const body = '{"method":"info","params":{}}'
      const request = buildIndependently(nodes.slice(0, -1), destination, body)
      const { last, visited } = walkPath(nodes, Uint8Array.from(request.guardBody))
      expect(visited).toBe(count + 1)
      if (last.kind !== 'final') throw new Error(last.kind)
      expect(decodeUtf8(last.body)).toBe(body)
      const reply = decodeUtf8(encodeNodeReply({ status: 200, body: { t: 1 } }, last, randomness))
      const plaintext = open(request.replyKey, Buffer.from(reply ?? '', 'base64')).toString()
      expect(JSON.parse(plaintext)).toEqual({ status: 200, body: '{"t":1}' })
    },
  )

  it('frames as we do', () => {
    const blob = Buffer.from('blob')
    expect(Uint8Array.from(frame(blob, { a: 1 }))).toEqual(
      combinePayload(Uint8Array.from(blob), { a: 1 }),
    )
  })

  it('sees its frame arrive whole at a host (trap 6)', () => {
    const [node, host] = createPath(2, randomness)
    if (node === undefined || host === undefined) throw new Error('no nodes')
    const inner = sealFor(host, Buffer.from('l2:{}e'))
    const routing = {
      host: 'example.org',
      target: '/oxen/v4/lsrpc',
      ephemeral_key: inner.ephemeralKey,
    }
    const sent = frame(inner.blob, routing)
    const layer = sealFor(node, sent)
    const guardBody = frame(layer.blob, { ephemeral_key: layer.ephemeralKey })
    const { last } = walkPath([node], Uint8Array.from(guardBody))
    expect(last.kind === 'host' && last.frame).toEqual(Uint8Array.from(sent))
  })
})

describe('frames that another implementation published', () => {
  const nodeSecret = '2f4d1c0d28e137777ec0a316e9f4f763e3e66662a6c51994c6315c9ef34b6deb'
  const clientKey = '8167e97672005c669a48858c69895f395ca235219ac3f7a4210022b1f910e652'
  const json = (cipher: string): string =>
    Buffer.from(`{"enc_type": "${cipher}", "ephemeral_key": "${clientKey}"}`).toString('hex')
  const frames: readonly (readonly [OnionCipher, string])[] = [
    [
      'aes-gcm',
      `270000009525d587d188c92a966eef0e7162bef99a6171a124575b998072a8ee7eb265e0b6f0930ed96504${json('aes-gcm')}`,
    ],
    [
      'xchacha20',
      `33000000e440bc244ddcafd947b86fc5a964aa58de54a6d75cc0f0f3840db14b6c1176a8e2e0a04d5fbdf98f23adee1edc8362ab99b10b${json('xchacha20')}`,
    ],
  ]

  it.each(frames)('open with %s: the key is derived as theirs is (trap 5)', (cipher, hex) => {
    const split = splitPayload(decodeHex(hex) ?? new Uint8Array())
    if (!split.ok) throw split.error
    expect(split.value.json).toEqual({ enc_type: cipher, ephemeral_key: clientKey })
    const own = deriveAgreementKeyPair(decodeHex(nodeSecret) ?? new Uint8Array())
    const peer = toX25519PublicKey(decodeHex(clientKey) ?? new Uint8Array())
    if (peer === undefined) throw new Error('no key')
    const key = deriveHopKey({ cipher, side: 'node', own, peer })
    const plaintext = key === undefined ? undefined : openHop(key, split.value.blob)
    expect(plaintext && decodeUtf8(plaintext)).toBe('Hello world')
  })

  it('do not open when the two public keys are hashed in the other order (trap 5)', () => {
    const split = splitPayload(decodeHex(frames[1]?.[1] ?? '') ?? new Uint8Array())
    if (!split.ok) throw split.error
    const own = deriveAgreementKeyPair(decodeHex(nodeSecret) ?? new Uint8Array())
    const peer = toX25519PublicKey(decodeHex(clientKey) ?? new Uint8Array())
    if (peer === undefined) throw new Error('no key')
    const key = deriveHopKey({ cipher: 'xchacha20', side: 'client', own, peer })
    expect(key && openHop(key, split.value.blob)).toBeUndefined()
  })

  it('do not open with the shared secret itself as key of aes-gcm (trap 5)', () => {
    const split = splitPayload(decodeHex(frames[0]?.[1] ?? '') ?? new Uint8Array())
    if (!split.ok) throw split.error
    const privateKey = createPrivateKey({
      key: Buffer.concat([PKCS8_PREFIX, Buffer.from(nodeSecret, 'hex')]),
      format: 'der',
      type: 'pkcs8',
    })
    const peer = Buffer.from(clientKey, 'hex')
    const shared = diffieHellman({ privateKey, publicKey: importPublicKey(peer) })
    const blob = Buffer.from(split.value.blob)
    expect(() => open(shared, blob)).toThrow()
    expect(open(deriveKey(privateKey, peer), blob).toString()).toBe('Hello world')
  })
})
