/** What a client seals for a host, the host opens, and the other way round; and nobody else's bytes. */
import { createAgreementKeyPair } from '@sotto/crypto/agreement'
import type { OnionCipher } from '@sotto/crypto/onion'
import { systemRandomness } from '@sotto/crypto/randomness'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildOnion,
  decodeV4Reply,
  encodeV4Request,
  openHostRequest,
  peelLayer,
  type V4Request,
} from './index.ts'

const NODE = createAgreementKeyPair(systemRandomness)
const HOST = createAgreementKeyPair(systemRandomness)
const { publicKey: ed25519 } = deriveSigningKeyPair(new Uint8Array(32))
const REQUEST: V4Request = {
  method: 'POST',
  endpoint: '/file',
  headers: { 'x-fs-ttl': '60' },
  body: Uint8Array.of(1, 2, 3),
}

/** What the last node of a path of one brings to the host. */
function sendToHost(cipher: OnionCipher, request = REQUEST) {
  const onion = buildOnion(
    {
      hops: [{ ed25519, x25519: NODE.publicKey }],
      destination: {
        kind: 'host',
        host: 'files.example',
        target: '/oxen/v4/lsrpc',
        x25519: HOST.publicKey,
      },
      payload: encodeV4Request(request),
      cipher,
    },
    systemRandomness,
  )
  const layer = peelLayer({ agreement: NODE, body: onion.guardBody })
  if (!layer.ok || layer.value.kind !== 'host') throw new Error('a layer for a host')
  return { onion, body: layer.value.frame }
}

describe('a host', () => {
  it.each(['xchacha20', 'aes-gcm', 'aes-cbc'] as const)(
    'opens what is sealed to it under %s',
    (cipher) => {
      const { onion, body } = sendToHost(cipher)
      const opened = openHostRequest({ agreement: HOST, body }, systemRandomness)
      expect(opened?.request).toEqual(REQUEST)
      const reply = { code: 201, headers: { 'content-type': 'a/b' }, body: Uint8Array.of(9) }
      const sealed = opened?.sealReply(reply) ?? new Uint8Array()
      const answer = onion.openHostReply(sealed)
      expect(answer.ok && decodeV4Reply(answer.value)).toEqual({ ok: true, value: reply })
    },
  )

  it('does not open what is sealed to another', () => {
    const { body } = sendToHost('xchacha20')
    expect(openHostRequest({ agreement: NODE, body }, systemRandomness)).toBeUndefined()
  })

  it('seals an answer to one request that no other client opens', () => {
    const [first, second] = [sendToHost('xchacha20'), sendToHost('xchacha20')]
    const opened = openHostRequest({ agreement: HOST, body: first.body }, systemRandomness)
    const sealed = opened?.sealReply({ code: 200, headers: {}, body: new Uint8Array() })
    expect(first.onion.openHostReply(sealed ?? '').ok).toBe(true)
    expect(second.onion.openHostReply(sealed ?? '').ok).toBe(false)
  })

  it('never throws, and opens nothing that was changed', () => {
    const { body: sample } = sendToHost('xchacha20')
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(300), arbitraryMutation(sample)), (body) => {
        const opened = openHostRequest({ agreement: HOST, body }, systemRandomness)
        // The routing that the client wrote for the node is not part of what is sealed to the host.
        if (opened !== undefined) expect(opened.request).toEqual(REQUEST)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
