/**
 * What was seen of nodes and clients of others in use, and is easy to get wrong: the notes of the wire contract that
 * no vector holds. Each title names its trap or says that it was observed.
 */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  buildOnion,
  parseNextNodeNotFound,
  peelLayer,
  formatNextNodeNotFound,
} from '../src/onion/index.ts'
import {
  BATCH_REQUESTS_MAX,
  decodeMemberReply,
  encodeEntryJson,
  encodeMemberEntry,
  parseBatchReply,
  parseGetExpiriesReply,
  parseRequest,
  parseRetrieveReply,
  parseStoreReply,
  type RequestOf,
} from '../src/rpc/index.ts'
import { isPublicOutbox, isUnauthenticatedRetrieve } from '../src/swarm/index.ts'
import { createPath } from './onion-fixtures.ts'
import {
  HASHES,
  NOW_MS,
  alice,
  bob,
  check,
  createToken,
  groupKey,
  parsePlain,
  parseValid,
  refusalOf,
  signText,
  signedByAlice,
  signedByMember,
} from './rpc-fixtures.ts'

const NODE = 'ab'.repeat(32)
const [hash] = HASHES

/** What checking each request of a batch gives: its status, 200 for none. */
function statusesOf(requests: readonly RequestOf[]): readonly number[] {
  return requests.map((request) => check(request)?.status ?? 200)
}

function readBatch(requests: readonly object[], method = 'batch'): readonly RequestOf[] {
  const request = parseValid(method, { requests })
  if (request.method !== 'batch' && request.method !== 'sequence') throw new TypeError(method)
  return request.params.requests
}

function retrieve(params: object, text: string): object {
  return { method: 'retrieve', params: signedByAlice(params, text) }
}

describe('entries of other members (observed)', () => {
  it('say 1 for true after their way through bt, and the client reads them as true', () => {
    const said = { already: true, failed: true, timeout: true, query_failure: true }
    const forwarded = decodeMemberReply(encodeMemberEntry(said))
    if (forwarded?.kind !== 'entry') throw new TypeError('an entry')
    expect(encodeEntryJson(forwarded.entry)).toEqual({
      already: 1,
      failed: 1,
      timeout: 1,
      query_failure: 1,
    })
    const reply = { hash, swarm: { [NODE]: encodeEntryJson(forwarded.entry) } }
    const parsed = parseStoreReply(reply)
    expect(parsed.ok && parsed.value.members).toMatchObject([
      { isAlready: true, isFailed: true, isTimeout: true },
    ])
  })

  it('say 0 for false, which is no failure', () => {
    const reply = { hash, swarm: { [NODE]: { failed: 0, timeout: 0, already: 0, hash } } }
    const parsed = parseStoreReply(reply)
    expect(parsed.ok && parsed.value.members).toMatchObject([
      { isAlready: false, isFailed: false, isTimeout: false, hash },
    ])
  })

  it('have a code that is a text, and an end only where they stored', () => {
    const swarm = {
      [NODE]: { failed: 1, code: '500', reason: 'x' },
      ['cd'.repeat(32)]: { hash, expiry: 5 },
    }
    const parsed = parseStoreReply({ hash, swarm })
    const members = parsed.ok ? parsed.value.members : []
    expect(members.map(({ expiryMs }) => expiryMs)).toEqual([undefined, 5])
    expect(members[0]?.entry['code']).toBe('500')
  })
})

describe('a batch with one bad request (observed)', () => {
  const good = retrieve({ namespace: 2, timestamp: NOW_MS }, `retrieve2${NOW_MS}`)
  const seconds = Math.floor(NOW_MS / 1000)
  const inSeconds = retrieve({ namespace: 3, timestamp: seconds }, `retrieve3${seconds}`)
  const badlySigned = retrieve({ namespace: 3, timestamp: NOW_MS }, `retrieve4${NOW_MS}`)

  it.each(['batch', 'sequence'])('fails as a whole for a time in seconds: %s', (method) => {
    for (const requests of [[inSeconds], [good, inSeconds], [inSeconds, good]]) {
      expect(refusalOf(method, { requests })).toMatch(/^400 .*must be in milliseconds$/)
    }
  })

  it('fails in one item only for a signature that does not hold', () => {
    expect(statusesOf(readBatch([good, badlySigned, good]))).toEqual([200, 401, 200])
    expect(statusesOf(readBatch([badlySigned, good], 'sequence'))).toEqual([401, 200])
  })

  it('fails in one item only for a clock that is wrong, with 406 (trap 9)', () => {
    const late = NOW_MS - 3_600_000
    const stale = retrieve({ namespace: 3, timestamp: late }, `retrieve3${late}`)
    expect(statusesOf(readBatch([good, stale]))).toEqual([200, 406])
  })

  it('is read with a 421 in an item as with one at the top, with the right swarm in it', () => {
    const moved = { snodes: [], swarm: 'f' }
    const parsed = parseBatchReply({
      results: [
        { code: 200, body: {} },
        { code: 421, body: moved },
      ],
    })
    expect(parsed.ok && parsed.value[1]).toEqual({ status: 421, body: moved })
    const tooMany = Array.from({ length: BATCH_REQUESTS_MAX + 1 }, () => ({ code: 200, body: {} }))
    expect(parseBatchReply({ results: tooMany }).ok).toBe(false)
  })
})

describe('a public outbox (trap 23, observed)', () => {
  it.each([-1, -21, -41, -32_761])(
    'in namespace %i is read without time or signature',
    (namespace) => {
      expect(isPublicOutbox(namespace) && isUnauthenticatedRetrieve(namespace)).toBe(true)
      expect(check(parsePlain('retrieve', { pubkey: alice.accountId, namespace }))).toBeUndefined()
    },
  )

  it('is written by the owner alone, or by a member who may also delete', () => {
    const params = { namespace: -21, timestamp: NOW_MS, ttl: 86_400_000, data: 'aGk=' }
    const text = `store-21${NOW_MS}`
    const anonymous = parsePlain('store', { pubkey: alice.accountId, ...params })
    expect(check(anonymous)?.status).toBe(401)
    expect(check(parsePlain('store', signedByAlice(params, text)))).toBeUndefined()
    // Each store removes what was there before.
    expect(check(parsePlain('store', signedByMember(3, params, text)))?.status).toBe(401)
    expect(check(parsePlain('store', signedByMember(6, params, text)))).toBeUndefined()
  })

  it('is not the kick notices’ box, though both outlive a revocation in part', () => {
    for (const namespace of [-11, -111]) {
      expect(isPublicOutbox(namespace)).toBe(false)
      const anonymous = parsePlain('retrieve', { pubkey: alice.accountId, namespace })
      expect(check(anonymous)?.status).toBe(401)
    }
    const params = { namespace: -11, timestamp: NOW_MS }
    const kicked = parsePlain('retrieve', signedByMember(1, params, `retrieve-11${NOW_MS}`))
    expect(check(kicked, { isRevoked: () => true })).toBeUndefined()
  })
})

describe('a public inbox (trap 26)', () => {
  it('takes anybody’s message, signed by anybody, so a client must cap what it keeps', () => {
    const params = { pubkey: bob.accountId, timestamp: NOW_MS, ttl: 86_400_000, data: 'aGk=' }
    for (const namespace of [0, 10, -10, 20]) {
      for (const signature of [undefined, signText(groupKey, 'anything')]) {
        expect(check(parsePlain('store', { ...params, namespace, signature }))).toBeUndefined()
      }
    }
  })
})

describe('keys of replies (trap 3)', () => {
  const message = { hash, timestamp: NOW_MS, data: 'aGk=' }

  it('are expiration for a retrieved message, expiry for a stored one, and never both', () => {
    const wrong = parseRetrieveReply({
      messages: [{ ...message, expiry: NOW_MS + 1 }],
      more: false,
    })
    const right = parseRetrieveReply({
      messages: [{ ...message, expiration: NOW_MS + 1 }],
      more: 1,
    })
    expect(wrong.ok && wrong.value.messages).toEqual([])
    expect(right.ok && right.value).toMatchObject({
      messages: [{ expiryMs: NOW_MS + 1 }],
      hasMore: true,
    })
    const stored = parseStoreReply({ hash, swarm: { [NODE]: { hash, expiration: NOW_MS } } })
    expect(stored.ok && stored.value.members[0]?.expiryMs).toBeUndefined()
  })

  it('take no member that an object inherits for an end of a message', () => {
    const parsed = parseGetExpiriesReply(JSON.parse('{"expiries":{"__proto__":5,"constructor":6}}'))
    expect(parsed.ok && [...parsed.value]).toEqual([
      ['__proto__', 5],
      ['constructor', 6],
    ])
    expect(parsed.ok && parsed.value.get('toString')).toBeUndefined()
  })
})

describe('a subaccount’s token (traps 21 and 24)', () => {
  it('reaches a node as base64 or hex, and never without its owner’s signature', () => {
    const params = { namespace: 11, timestamp: NOW_MS }
    const signed = signedByMember(1, params, `retrieve11${NOW_MS}`)
    const hex = Buffer.from(createToken(1)).toString('hex')
    expect(check(parsePlain('retrieve', signed))).toBeUndefined()
    expect(check(parsePlain('retrieve', { ...signed, subaccount: hex }))).toBeUndefined()
    expect(refusalOf('retrieve', { ...signed, subaccount_sig: undefined })).toMatch(/^400 /)
    expect(refusalOf('retrieve', { ...signed, subaccount: hex.slice(2) })).toMatch(/^400 /)
  })

  it('with the flags of an ordinary member extends and does not delete', () => {
    const end = NOW_MS + 1000
    const params = { messages: [hash], expiry: end }
    const extending = parsePlain('expire', signedByMember(3, params, `expire${end}${hash}`))
    expect(check(extending)).toBeUndefined()
    const deleting = parsePlain('delete', signedByMember(3, { messages: [hash] }, `delete${hash}`))
    expect(check(deleting)?.status).toBe(401)
  })
})

describe('the node that a relay does not know (trap 8)', () => {
  it('may be the destination: the text names its Ed25519 key as the layer did', () => {
    const nodes = createPath(2, createSeededRandomness('observed nodes'))
    const [relay, last] = nodes
    if (!relay || !last) throw new TypeError('two nodes')
    const built = buildOnion(
      { hops: [relay], destination: { kind: 'node', ...last }, payload: '{}', cipher: 'aes-gcm' },
      createSeededRandomness('request'),
    )
    const peeled = peelLayer({ agreement: relay.agreement, body: built.guardBody })
    if (!peeled.ok || peeled.value.kind !== 'relay') throw new TypeError('a relay layer')
    const failure = formatNextNodeNotFound(peeled.value.nextEd25519)
    expect(failure).toMatchObject({ status: 502 })
    expect(parseNextNodeNotFound(failure.text)).toBe(Buffer.from(last.ed25519).toString('hex'))
  })
})

describe('text that is no request', () => {
  it('is refused in the contract’s words, without an echo', () => {
    for (const text of [
      '[',
      '{"method":"store","params":',
      `"${'x'.repeat(100_000)}`,
      'nul\u0000l',
      '\ufeff{}',
    ]) {
      const parsed = parseRequest(text)
      expect(parsed.ok ? 'accepted' : parsed.error).toEqual({ status: 400, text: 'invalid json' })
    }
  })
})
