/** Reading replies of nodes that may be old, foreign or hostile (spec 03 §7). */
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { HASHES, keyPairOf, NOW_MS } from '../../test/rpc-fixtures.ts'
import {
  findNodeTime,
  isTrue,
  parseBatchReply,
  parseGetExpiriesReply,
  parseInfoReply,
  parseRetrieveReply,
  parseStoreReply,
  parseSwarmReply,
} from './index.ts'

const [first, second] = HASHES
const node = encodeHex(keyPairOf(1).publicKey)
const other = encodeHex(keyPairOf(2).publicKey)
const signature = new Uint8Array(64).fill(3)
const entry = { hash: first, signature: encodeBase64(signature), expiry: NOW_MS }

const notReplies = [undefined, null, 5, 'ok', [], true]

describe('parseStoreReply', () => {
  it('gives the hash, the node’s time and what each member said', () => {
    const reply = { swarm: { [node]: entry }, hash: first, t: NOW_MS, hf: [19, 4] }
    expect(parseStoreReply(reply)).toEqual({
      ok: true,
      value: {
        hash: first,
        nodeTimeMs: NOW_MS,
        members: [
          {
            node,
            isFailed: false,
            isTimeout: false,
            isAlready: false,
            signature,
            hash: first,
            expiryMs: NOW_MS,
            entry,
          },
        ],
      },
    })
  })

  it('takes 1 and true alike, because other members’ entries come through bt', () => {
    for (const truth of [1, true]) {
      const reply = {
        swarm: { [node]: { ...entry, already: truth }, [other]: { failed: truth, timeout: truth } },
        hash: first,
      }
      const parsed = parseStoreReply(reply)
      expect(parsed.ok && parsed.value.members).toMatchObject([
        { node, isAlready: true, isFailed: false },
        { node: other, isFailed: true, isTimeout: true },
      ])
    }
  })

  it('finds the hash in an entry when the top has none', () => {
    expect(parseStoreReply({ swarm: { [node]: entry } })).toMatchObject({ value: { hash: first } })
  })

  it('tells that every member failed: the status was 200 all the same', () => {
    const failed = { failed: true, code: '401', reason: 'no' }
    const parsed = parseStoreReply({ swarm: { [node]: failed, [other]: failed }, hash: first })
    expect(parsed.ok && parsed.value.members.every((member) => member.isFailed)).toBe(true)
  })

  it('leaves out members whose name is no key and entries that are no objects', () => {
    const swarm = { [node]: entry, 'not-a-key': entry, [other]: 5, [other.toUpperCase()]: entry }
    const parsed = parseStoreReply({ swarm, hash: first })
    expect(parsed.ok && parsed.value.members.map((member) => member.node)).toEqual([node])
  })

  it('leaves out values of the wrong kind, but keeps the member', () => {
    const odd = { hash: 'short', signature: '*', expiry: '5', already: 'yes' }
    const parsed = parseStoreReply({ swarm: { [node]: odd }, hash: first, t: 'now' })
    expect(parsed).toEqual({
      ok: true,
      value: {
        hash: first,
        members: [{ node, isFailed: false, isTimeout: false, isAlready: false, entry: odd }],
      },
    })
  })

  it.each([...notReplies, {}, { swarm: [] }, { swarm: {} }, { swarm: {}, hash: 'short' }])(
    'refuses %j',
    (reply) => {
      expect(parseStoreReply(reply)).toMatchObject({
        ok: false,
        error: { code: 'rpc_reply_malformed' },
      })
    },
  )
})

describe('parseSwarmReply', () => {
  it('keeps the whole entry for methods with more to say', () => {
    const swarm = { [node]: { deleted: [first], signature: entry.signature } }
    const parsed = parseSwarmReply({ swarm })
    expect(parsed.ok && parsed.value.members[0]?.entry['deleted']).toEqual([first])
  })

  it.each([...notReplies, {}, { swarm: null }])('refuses %j', (reply) => {
    expect(parseSwarmReply(reply).ok).toBe(false)
  })
})

describe('parseRetrieveReply', () => {
  const message = { hash: first, timestamp: NOW_MS, expiration: NOW_MS + 1, data: 'aGVsbG8=' }

  it('reads expiration, not expiry, trap 3', () => {
    const { expiration, ...rest } = message
    const reply = {
      messages: [message, { ...rest, hash: second, expiry: expiration }],
      more: false,
    }
    const parsed = parseRetrieveReply(reply)
    expect(parsed.ok && parsed.value.messages).toEqual([
      {
        hash: first,
        timestampMs: NOW_MS,
        expiryMs: NOW_MS + 1,
        data: new TextEncoder().encode('hello'),
      },
    ])
  })

  it('keeps the node’s order, which is the order of arrival', () => {
    const reply = { messages: [{ ...message, hash: second }, message], more: true, t: NOW_MS }
    const parsed = parseRetrieveReply(reply)
    expect(parsed.ok && parsed.value.messages.map((each) => each.hash)).toEqual([second, first])
    expect(parsed.ok && parsed.value.hasMore).toBe(true)
    expect(parsed.ok && parsed.value.nodeTimeMs).toBe(NOW_MS)
  })

  it('leaves out malformed messages and keeps the rest: one bad item must not hide the others', () => {
    const bad = [
      null,
      5,
      {},
      { ...message, hash: 'short' },
      { ...message, timestamp: '5' },
      { ...message, expiration: -1 },
      { ...message, data: '*' },
      { ...message, data: 5 },
      { ...message, data: 'A'.repeat(102_404) },
    ]
    const parsed = parseRetrieveReply({ messages: [...bad, message] })
    expect(parsed.ok && parsed.value.messages).toHaveLength(1)
    expect(parsed.ok && parsed.value.hasMore).toBe(false)
  })

  it('takes data without padding', () => {
    const parsed = parseRetrieveReply({ messages: [{ ...message, data: 'aGVsbG8' }] })
    expect(parsed.ok && parsed.value.messages).toHaveLength(1)
  })

  it.each([...notReplies, {}, { messages: {} }])('refuses %j', (reply) => {
    expect(parseRetrieveReply(reply).ok).toBe(false)
  })
})

describe('parseInfoReply', () => {
  it('gives version and time', () => {
    expect(parseInfoReply({ version: [2, 8, 0], timestamp: NOW_MS })).toEqual({
      ok: true,
      value: { version: [2, 8, 0], timestampMs: NOW_MS },
    })
  })

  it.each([
    ...notReplies,
    {},
    { version: '2.8.0', timestamp: 1 },
    { version: [2, 'x'], timestamp: 1 },
  ])('refuses %j', (reply) => {
    expect(parseInfoReply(reply).ok).toBe(false)
  })
})

describe('parseGetExpiriesReply', () => {
  it('gives the ends that are known; what is missing has ended', () => {
    const parsed = parseGetExpiriesReply({ expiries: { [first]: NOW_MS, [second]: 'soon' } })
    expect(parsed).toEqual({ ok: true, value: new Map([[first, NOW_MS]]) })
  })

  it('needs neither t nor hf, trap 3', () => {
    expect(parseGetExpiriesReply({ expiries: {} })).toEqual({ ok: true, value: new Map() })
  })

  it.each([...notReplies, {}, { expiries: [] }])('refuses %j', (reply) => {
    expect(parseGetExpiriesReply(reply).ok).toBe(false)
  })
})

describe('parseBatchReply', () => {
  it('gives status and body of each, in order, objects and texts alike', () => {
    const results = [
      { code: 200, body: { t: NOW_MS } },
      { code: 401, body: 'retrieve signature verification failed' },
    ]
    expect(parseBatchReply({ results })).toEqual({
      ok: true,
      value: [
        { status: 200, body: { t: NOW_MS } },
        { status: 401, body: 'retrieve signature verification failed' },
      ],
    })
  })

  it('shows a 421 inside as one: the client must change its swarm for it too', () => {
    const body = { snodes: [], swarm: 'ffffffffffffffff' }
    expect(parseBatchReply({ results: [{ code: 421, body }] })).toMatchObject({
      value: [{ status: 421, body }],
    })
  })

  it('takes fewer results than requests: a sequence stops at the first failure', () => {
    expect(parseBatchReply({ results: [] })).toEqual({ ok: true, value: [] })
  })

  it.each([
    ...notReplies,
    {},
    { results: {} },
    { results: [null] },
    { results: [{ body: {} }] },
    { results: [{ code: '200' }] },
    { results: Array.from({ length: 21 }, () => ({ code: 200 })) },
  ])('refuses %j', (reply) => {
    expect(parseBatchReply(reply).ok).toBe(false)
  })
})

describe('findNodeTime', () => {
  it('finds t in any reply, for the client’s offset, trap 9', () => {
    expect(findNodeTime({ t: NOW_MS })).toBe(NOW_MS)
    for (const t of [undefined, null, '5', -1, 1.5, Number.MAX_VALUE]) {
      expect(findNodeTime({ t })).toBeUndefined()
    }
    for (const reply of notReplies) expect(findNodeTime(reply)).toBeUndefined()
  })
})

describe('isTrue', () => {
  it('is for true and 1 only', () => {
    expect([true, 1, false, 0, 2, '1', 'true', null, undefined, {}].map(isTrue)).toEqual([
      true,
      true,
      ...Array.from({ length: 8 }, () => false),
    ])
  })
})
