/** One hop of an onion request: the error table of spec 04 §6.1 to the letter, and where requests go. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { COMMANDS, encodeStatusReply, type StatusReply } from '@sotto/protocol/link'
import { combinePayload, decodeNodeReply, splitPayload } from '@sotto/protocol/onion'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdentity } from '../link/link-fixture.ts'
import { craftLayer, craftRequest, type CraftedLayer } from './craft-onion.ts'
import { createOnionFixture } from './onion-fixture.ts'

const RPC = encodeUtf8('{"method":"info","params":{}}')

function text({ status, body }: StatusReply): [number, string] {
  return [status, Buffer.from(body).toString()]
}

/** A refusal that only the client can read: it travels as a success (spec 04 §6.1). */
function openSealed(reply: StatusReply, { hopKey }: CraftedLayer) {
  expect(reply.status).toBe(200)
  const opened = decodeNodeReply(reply.body, hopKey)
  return opened.ok ? opened.value : undefined
}

describe('at the destination', () => {
  it.each(['xchacha20', 'aes-gcm', 'aes-cbc'] as const)(
    'executes the request and seals the reply: %s',
    async (cipher) => {
      const { own, service, executed } = createOnionFixture()
      const layer = craftRequest(
        own.agreement.publicKey,
        { blob: RPC, json: { headers: {} } },
        { cipher },
      )
      const reply = await service.relay(layer.body)
      expect(executed).toEqual(['{"method":"info","params":{}}'])
      expect(openSealed(reply, layer)).toEqual({ status: 200, body: '{"answer":42}' })
    },
  )

  it('answers base64 of a twice encoded body unless asked otherwise (trap 4)', async () => {
    const { own, service } = createOnionFixture()
    const layer = craftRequest(own.agreement.publicKey, { blob: RPC, json: { headers: null } })
    const reply = await service.relay(layer.body)
    expect(Buffer.from(reply.body).toString()).toMatch(/^[A-Za-z0-9+/]+=*$/u)
    expect(typeof openSealed(reply, layer)?.body).toBe('string')
    const json = { headers: null, json: true, base64: false }
    const other = craftRequest(own.agreement.publicKey, { blob: RPC, json })
    const raw = await service.relay(other.body)
    expect(Buffer.from(raw.body).toString()).not.toMatch(/^[A-Za-z0-9+/]+=*$/u)
    expect(openSealed(raw, other)).toEqual({ status: 200, body: { answer: 42 } })
  })

  it('passes statuses of the RPC inside, so that relays cannot read them', async () => {
    const { own, service } = createOnionFixture({ reply: { status: 421, body: { snodes: [] } } })
    const layer = craftRequest(own.agreement.publicKey, { blob: RPC, json: { headers: {} } })
    expect(openSealed(await service.relay(layer.body), layer)?.status).toBe(421)
  })

  it('answers 503 sealed while there is no directory', async () => {
    const { own, service, executed } = createOnionFixture({ isReady: false })
    const layer = craftRequest(own.agreement.publicKey, { blob: RPC, json: { headers: {} } })
    const reply = await service.relay(layer.body)
    expect(openSealed(reply, layer)).toEqual({ status: 503, body: 'Snode not ready' })
    expect(executed).toEqual([])
  })
})

describe('between nodes', () => {
  const BLOB = Uint8Array.of(9, 9, 9)
  const KEY = 'ab'.repeat(32)

  it('sends the next node its blob with the key that stands in this layer (trap 7)', async () => {
    const { own, otherKey, service, asked } = createOnionFixture()
    const json = { destination: otherKey, ephemeral_key: KEY, enc_type: 'xchacha20' }
    const { body } = craftRequest(own.agreement.publicKey, { blob: BLOB, json })
    expect(await service.relay(body)).toEqual({ status: 200, body: Uint8Array.of(1, 2, 3) })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ command: COMMANDS.onionRelay, timeoutMs: 30_000 })
    const next = splitPayload(asked[0]?.body ?? new Uint8Array())
    expect(next.ok && next.value.json).toEqual({
      ephemeral_key: KEY,
      enc_type: 'xchacha20',
      hop_no: 2,
    })
    expect(next.ok && next.value.blob).toEqual(BLOB)
  })

  it('passes status and bytes of the next node back untouched', async () => {
    const answer = encodeStatusReply({ status: 502, body: encodeUtf8('Next node not found: x') })
    const { own, otherKey, service } = createOnionFixture({ answer })
    const json = { destination: otherKey, ephemeral_key: KEY }
    const { body } = craftRequest(own.agreement.publicKey, { json })
    expect(text(await service.relay(body))).toEqual([502, 'Next node not found: x'])
  })

  it('names the node that it does not know, plain (trap 8)', async () => {
    const { own, service, asked } = createOnionFixture()
    const unknown = 'CD'.repeat(32)
    const json = { destination: unknown, ephemeral_key: KEY }
    const { body } = craftRequest(own.agreement.publicKey, { json })
    expect(text(await service.relay(body))).toEqual([
      502,
      `Next node not found: ${unknown.toLowerCase()}`,
    ])
    expect(asked).toEqual([])
  })

  it.each([
    ['timeout', 504, 'Request time out'],
    ['unreachable', 504, 'Request time out'],
    ['refused', 500, 'Invalid response from snode'],
  ] as const)('answers for a next node that is %s: %i, plain', async (kind, status, words) => {
    const { own, otherKey, service } = createOnionFixture({ answer: kind })
    const json = { destination: otherKey, ephemeral_key: KEY }
    const { body } = craftRequest(own.agreement.publicKey, { json })
    expect(text(await service.relay(body))).toEqual([status, words])
  })

  it.each([[[]], [[1]], [[0, 10]]])('answers 500 for the malformed answer %j', async (bytes) => {
    const { own, otherKey, service } = createOnionFixture({ answer: Uint8Array.from(bytes) })
    const json = { destination: otherKey, ephemeral_key: KEY }
    const { body } = craftRequest(own.agreement.publicKey, { json })
    expect(text(await service.relay(body))).toEqual([500, 'Invalid response from snode'])
  })

  it('answers 503 with its own name while there is no directory', async () => {
    const { own, ownKey, otherKey, service } = createOnionFixture({ isReady: false })
    const json = { destination: otherKey, ephemeral_key: KEY }
    const { body } = craftRequest(own.agreement.publicKey, { json })
    expect(text(await service.relay(body))).toEqual([503, `Snode not ready: ${ownKey}`])
  })
})

describe('a loop', () => {
  it('through the node itself is walked without asking anybody', async () => {
    const { own, ownKey, service, asked, executed } = createOnionFixture()
    const inner = craftRequest(own.agreement.publicKey, { blob: RPC, json: { headers: {} } })
    const json = { destination: ownKey, ephemeral_key: inner.ephemeralKey, enc_type: 'xchacha20' }
    const { body } = craftRequest(own.agreement.publicKey, { blob: inner.ciphertext, json })
    expect(openSealed(await service.relay(body), inner)?.status).toBe(200)
    expect(executed).toHaveLength(1)
    expect(asked).toEqual([])
  })

  it('ends after fifteen hops', async () => {
    const { own, ownKey, service, executed } = createOnionFixture()
    let layer = craftRequest(own.agreement.publicKey, { blob: RPC, json: { headers: {} } })
    for (let hop = 0; hop < 16; hop += 1) {
      const json = { destination: ownKey, ephemeral_key: layer.ephemeralKey, enc_type: 'xchacha20' }
      layer = craftRequest(own.agreement.publicKey, { blob: layer.ciphertext, json })
    }
    expect(text(await service.relay(layer.body))).toEqual([
      400,
      'onion request max path length exceeded',
    ])
    expect(executed).toEqual([])
  })

  it.each([
    [15, true],
    [16, false],
    [1000, false],
  ])('that claims hop number %i: executed %s', async (hopNumber, isExecuted) => {
    const { own, service, executed } = createOnionFixture()
    const content = { blob: RPC, json: { headers: {} } }
    const options = { outer: { hop_no: hopNumber } }
    await service.relay(craftRequest(own.agreement.publicKey, content, options).body)
    expect(executed.length > 0).toBe(isExecuted)
  })
})

describe('refusals', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['three bytes', new Uint8Array(3)],
    ['a length beyond the body', Uint8Array.of(255, 255, 255, 255, 0x7b, 0x7d)],
    ['no JSON', Uint8Array.of(0, 0, 0, 0)],
    ['JSON that is no object', combinePayload(new Uint8Array(), '[]')],
    ['no ephemeral key', combinePayload(new Uint8Array(40), '{}')],
    ['a short ephemeral key', combinePayload(new Uint8Array(40), '{"ephemeral_key":"ab"}')],
  ])('say what is wrong with the frame, plain: %s', async (_name, body) => {
    const { service } = createOnionFixture()
    const [status, words] = text(await service.relay(body))
    expect(status).toBe(400)
    expect(words).toMatch(/^Error parsing onion request: /u)
  })

  it('do not open a ciphertext for another node: 400 Invalid ciphertext, plain', async () => {
    const { other, service } = createOnionFixture()
    const { body } = craftRequest(other.agreement.publicKey, { json: { headers: {} } })
    expect(text(await service.relay(body))).toEqual([400, 'Invalid ciphertext'])
  })

  it('of an opened layer that is no frame are sealed: 400 Invalid json', async () => {
    const { own, service } = createOnionFixture()
    const layer = craftLayer(own.agreement.publicKey, encodeUtf8('not a frame'))
    expect(openSealed(await service.relay(layer.body), layer)).toEqual({
      status: 400,
      body: 'Invalid json',
    })
  })

  it.each([
    [{}],
    [{ destination: 'ab'.repeat(32) }],
    [{ destination: 7, ephemeral_key: 'ab'.repeat(32) }],
    [{ destination: 'zz'.repeat(32), ephemeral_key: 'ab'.repeat(32) }],
  ])('of a layer that leads nowhere are sealed: %j', async (json) => {
    const { own, service } = createOnionFixture()
    const layer = craftRequest(own.agreement.publicKey, { json })
    expect(openSealed(await service.relay(layer.body), layer)?.body).toBe('Invalid json')
  })

  it('repeat nothing that a stranger sent but the key of the missing node', async () => {
    const secret = 'a-secret-that-must-not-come-back'
    const { own, service } = createOnionFixture()
    const bodies = [
      combinePayload(new Uint8Array(40), { ephemeral_key: secret }),
      combinePayload(new Uint8Array(40), { ephemeral_key: 'ab'.repeat(32), enc_type: secret }),
      craftRequest(own.agreement.publicKey, { json: { destination: secret } }).body,
      encodeUtf8(secret),
    ]
    for (const body of bodies) {
      const reply = await service.relay(body)
      expect(Buffer.from(reply.body).toString()).not.toContain(secret)
    }
  })

  it('answer random bytes, never a throw', async () => {
    const { service } = createOnionFixture()
    await fc.assert(
      fc.asyncProperty(arbitraryBytes(200), async (body) => {
        const reply = await service.relay(body)
        expect(reply.status).toBe(400)
      }),
      { numRuns: DECODER_RUNS },
    )
  }, 60_000)

  it('answer a changed request, never a throw', async () => {
    const { own, service } = createOnionFixture()
    const content = { blob: RPC, json: { headers: {} } }
    const { body } = craftRequest(own.agreement.publicKey, content)
    await fc.assert(
      fc.asyncProperty(arbitraryMutation(body), async (changed) => {
        const reply = await service.relay(changed)
        expect([200, 400]).toContain(reply.status)
      }),
      { numRuns: 500 },
    )
  }, 60_000)
})

describe('a stranger’s key', () => {
  it('of low order is refused like a ciphertext that does not open', async () => {
    const { service } = createOnionFixture()
    const body = combinePayload(new Uint8Array(64), { ephemeral_key: '00'.repeat(32) })
    expect(text(await service.relay(body))).toEqual([400, 'Invalid ciphertext'])
    expect(createIdentity('own').agreement.publicKey).toHaveLength(32)
  })
})
