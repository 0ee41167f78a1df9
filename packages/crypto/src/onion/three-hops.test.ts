/**
 * Three hops and a destination with bytes alone, as `@sotto/protocol/onion` builds them. Threat
 * model, "guard", "middle", "exit": none of them reads what is for another.
 */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import type { AgreementKeyPair } from '../agreement.ts'
import { createAgreementKeyPair } from '../agreement.ts'
import { encodeUtf8 } from '../bytes.ts'
import type { HopKey, OnionCipher } from './index.ts'
import { deriveHopKey, openHop, sealHop } from './index.ts'

const randomness = createSeededRandomness('three hops')
const CIPHERS: readonly OnionCipher[] = ['xchacha20', 'aes-gcm', 'aes-cbc']

interface Layer {
  readonly clientKey: HopKey
  readonly nodeKey: HopKey
}

function createLayer(cipher: OnionCipher, node: AgreementKeyPair): Layer {
  const ephemeral = createAgreementKeyPair(randomness)
  const clientKey = deriveHopKey({ cipher, side: 'client', own: ephemeral, peer: node.publicKey })
  const nodeKey = deriveHopKey({ cipher, side: 'node', own: node, peer: ephemeral.publicKey })
  if (!clientKey || !nodeKey) throw new TypeError('honest keys agree')
  return { clientKey, nodeKey }
}

/** Guard first, destination last. */
function createLayers(ciphers: readonly OnionCipher[]): Layer[] {
  return ciphers.map((cipher) => createLayer(cipher, createAgreementKeyPair(randomness)))
}

function sealAll(layers: readonly Layer[], request: Uint8Array): Uint8Array {
  return layers.reduceRight((inner, layer) => sealHop(layer.clientKey, inner, randomness), request)
}

const request = encodeUtf8('store this')

describe('a request through three hops', () => {
  test.each(CIPHERS)('it reaches the destination when each hop peels its %s layer', (cipher) => {
    const layers = createLayers([cipher, cipher, cipher, cipher])
    let body: Uint8Array | undefined = sealAll(layers, request)
    for (const layer of layers) body = body && openHop(layer.nodeKey, body)
    expect(body).toEqual(request)
  })

  test('it may use another cipher on each layer', () => {
    const layers = createLayers(['aes-gcm', 'xchacha20', 'aes-cbc', 'xchacha20'])
    let body: Uint8Array | undefined = sealAll(layers, request)
    for (const layer of layers) body = body && openHop(layer.nodeKey, body)
    expect(body).toEqual(request)
  })

  test('it opens for no hop out of turn, so that none can skip or go round another', () => {
    const layers = createLayers(['xchacha20', 'aes-gcm', 'xchacha20', 'aes-gcm'])
    const body = sealAll(layers, request)
    for (const layer of layers.slice(1)) expect(openHop(layer.nodeKey, body)).toBeUndefined()
    const [guard, middle] = layers
    const peeled = guard && openHop(guard.nodeKey, body)
    if (!peeled || !guard || !middle) throw new TypeError('the guard opens its layer')
    expect(openHop(guard.nodeKey, peeled)).toBeUndefined()
    expect(openHop(middle.nodeKey, peeled)).toBeDefined()
  })

  test('it has the same size for equally long requests, and nothing else in common', () => {
    const layers = createLayers(['xchacha20', 'xchacha20', 'xchacha20', 'xchacha20'])
    const [a, b] = [sealAll(layers, request), sealAll(layers, encodeUtf8('fetch that'))]
    expect(a.length).toBe(b.length)
    for (let offset = 0; offset + 8 <= a.length; offset += 8) {
      expect(a.subarray(offset, offset + 8)).not.toEqual(b.subarray(offset, offset + 8))
    }
  })
})

describe('a reply', () => {
  test.each(CIPHERS)(
    'it comes back under the request’s %s key, with a nonce of its own',
    (cipher) => {
      const [layer] = createLayers([cipher])
      if (layer === undefined) throw new TypeError('one layer was made')
      const sent = sealHop(layer.clientKey, request, randomness)
      const reply = sealHop(layer.nodeKey, request, randomness)
      expect(reply).not.toEqual(sent)
      expect(openHop(layer.clientKey, reply)).toEqual(request)
    },
  )

  test('it can be forged by no relay, who knows the frames but not the key', () => {
    const [guard, destination] = createLayers(['xchacha20', 'xchacha20'])
    if (!guard || !destination) throw new TypeError('two layers were made')
    const forged = sealHop(guard.nodeKey, encodeUtf8('all is well'), randomness)
    expect(openHop(destination.clientKey, forged)).toBeUndefined()
  })
})
