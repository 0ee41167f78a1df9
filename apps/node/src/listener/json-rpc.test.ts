/** The seed endpoint: whatever is sent gets a JSON-RPC answer (spec 07 §4). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { createDirectory, parseServiceNodeStates, type Directory } from '@sotto/protocol/directory'
import { arbitraryBytes, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdentity, createRecord } from '../../test/link/link-fixture.ts'
import { answerJsonRpc } from './json-rpc.ts'

const records = ['one', 'two', 'three'].map((name, index) =>
  createRecord(createIdentity(name), 20_000 + 10 * index),
)
const directory: Directory = createDirectory(records, { height: 7, issuedAt: 1 })

function call(request: unknown, known: Directory | undefined = directory) {
  const body = encodeUtf8(typeof request === 'string' ? request : JSON.stringify(request))
  const { status, contentType, body: bytes } = answerJsonRpc(body, known)
  return {
    status,
    contentType,
    json: JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>,
  }
}

describe('answerJsonRpc', () => {
  it.each(['get_n_service_nodes', 'get_service_nodes', 'get_all_service_nodes'])(
    'answers %s with the nodes, in exactly application/json',
    (method) => {
      const { status, contentType, json } = call({ jsonrpc: '2.0', id: '0', method, params: {} })
      expect(status).toBe(200)
      expect(contentType).toBe('application/json')
      expect(json).toMatchObject({ jsonrpc: '2.0', id: '0', result: { height: 7, status: 'OK' } })
      expect(parseServiceNodeStates(json)).toHaveLength(3)
    },
  )

  it('writes swarm ids beyond 2⁵³ exactly (trap 35)', () => {
    const swarm = 18_446_744_073_709_551_613n
    const [first] = records
    if (first === undefined) throw new Error('no record')
    const large = createDirectory([{ ...first, swarm }], { height: 1, issuedAt: 1 })
    const { body } = answerJsonRpc(encodeUtf8('{"method":"get_service_nodes"}'), large)
    const text = Buffer.from(body).toString()
    expect(text).toContain(`"swarm_id":${swarm}`)
    expect(text).toContain(`"swarm":"${swarm.toString(16)}"`)
  })

  it('selects the fields that clients ask for, and repeats their id', () => {
    const fields = {
      public_ip: true,
      storage_port: true,
      pubkey_x25519: true,
      pubkey_ed25519: true,
    }
    const { json } = call({
      id: 5,
      method: 'get_n_service_nodes',
      params: { active_only: true, fields },
    })
    expect(json['id']).toBe(5)
    const { service_node_states: states } = json['result'] as { service_node_states: object[] }
    expect(Object.keys(states[0] ?? {}).toSorted()).toEqual(Object.keys(fields).toSorted())
  })

  it('ignores parameters that it does not know or that have a wrong form', () => {
    const params = { limit: 'many', fields: 7, nonsense: {}, active_only: 'yes' }
    expect(parseServiceNodeStates(call({ method: 'get_service_nodes', params }).json)).toHaveLength(
      3,
    )
  })

  it.each([
    ['no JSON', '{', -32_700, null],
    ['nothing', '', -32_700, null],
    ['a list', '[]', -32_600, null],
    ['a number', '7', -32_600, null],
    ['no method', '{"id":1}', -32_601, 1],
    ['an unknown method', '{"id":"a","method":"stop_daemon"}', -32_601, 'a'],
    ['a method that is no text', '{"id":{},"method":{}}', -32_601, null],
    ['an inherited name', '{"method":"constructor"}', -32_601, null],
  ])('refuses %s in the form of JSON-RPC', (_name, text, code, id) => {
    const { contentType, json } = call(text)
    expect(contentType).toBe('application/json')
    expect(json).toMatchObject({ jsonrpc: '2.0', id, error: { code } })
  })

  it('answers 503 while there is no directory, so that a client takes another seed', () => {
    const body = encodeUtf8('{"id":1,"method":"get_service_nodes"}')
    const answer = answerJsonRpc(body, undefined)
    expect(answer.status).toBe(503)
    expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({
      error: { code: -32_000 },
    })
  })

  it('answers random bytes with JSON, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(60), fc.json().map(encodeUtf8)), (body) => {
        const answer = answerJsonRpc(body, directory)
        expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({ jsonrpc: '2.0' })
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
