/** No input makes a reader of the RPC throw, and what it accepts keeps the rules of spec 03. */
import {
  arbitraryBytes,
  arbitraryMutation,
  arbitraryText,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alice,
  DAY_MS,
  groupId,
  HASHES,
  NOW_MS,
  parsePlain,
  signedByAlice,
  signedByMember,
} from '../../test/rpc-fixtures.ts'
import {
  checkRequest,
  computeRetrieveBudget,
  countWithinBudget,
  decodeForward,
  decodeMemberReply,
  encodeEntryJson,
  encodeForward,
  encodeMemberEntry,
  encodeRequest,
  isRecursiveRequest,
  parseBatchReply,
  parseGetExpiriesReply,
  parseInfoReply,
  parseRequest,
  parseRetrieveReply,
  parseStoreReply,
  type RpcRequest,
} from './index.ts'

/** Each may verify a signature, which is slow on the reference back end. */
const CHECKED_RUNS = 200

const methodNames = [
  'store',
  'retrieve',
  'info',
  'delete',
  'delete_all',
  'delete_before',
  'expire_all',
  'expire',
  'get_expiries',
  'revoke_subaccount',
  'unrevoke_subaccount',
  'get_swarm',
  'get_snodes_for_pubkey',
  'oxend_request',
  'batch',
  'sequence',
  'ifelse',
]

/** Values that are right for some parameter, mixed with ones that are right for none. */
const arbitraryValue = fc.oneof(
  fc.constantFrom<unknown>(
    alice.accountId,
    groupId,
    HASHES[0],
    [...HASHES],
    NOW_MS,
    [NOW_MS, NOW_MS],
    DAY_MS,
    'all',
    'aGVsbG8=',
    'ab'.repeat(36),
    'ab'.repeat(32),
    `${'A'.repeat(86)}==`,
    null,
    true,
    0,
    -21,
    11,
  ),
  fc.integer(),
  fc.double(),
  arbitraryText(100),
  fc.anything({ maxDepth: 1, maxKeys: 3 }),
)

const parameterNames = [
  'pubkey',
  'pubKey',
  'pubkey_ed25519',
  'signature',
  'subaccount',
  'subaccount_sig',
  'namespace',
  'timestamp',
  'sig_timestamp',
  'ttl',
  'expiry',
  'data',
  'last_hash',
  'lastHash',
  'max_count',
  'max_size',
  'messages',
  'required',
  'before',
  'shorten',
  'extend',
  'revoke',
  'unrevoke',
  'endpoint',
  'params',
]

const arbitraryParams = fc.dictionary(fc.constantFrom(...parameterNames), arbitraryValue, {
  maxKeys: 14,
})

const { request: arbitraryRequest } = fc.letrec<{ request: object; params: object }>((tie) => ({
  request: fc.record({
    method: fc.constantFrom(...methodNames),
    params: fc.oneof({ depthSize: 'small' }, arbitraryParams, tie('params')),
  }),
  params: fc.record(
    {
      requests: fc.array(tie('request'), { maxLength: 4 }),
      if: fc.oneof(fc.constant({ hf_at_least: [19, 0] }), arbitraryValue),
      then: tie('request'),
      else: tie('request'),
    },
    { requiredKeys: [] },
  ),
}))

function listPlain(request: RpcRequest): readonly Parameters<typeof checkRequest>[0][] {
  if (request.method === 'batch' || request.method === 'sequence') return request.params.requests
  if (request.method !== 'ifelse') return [request]
  const { consequent, alternative } = request.params
  return [consequent, alternative].flatMap((branch) => (branch ? listPlain(branch) : []))
}

describe('parseRequest', () => {
  it('gives a refusal, never a throw, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryText(), fc.json()), (text) => {
        const parsed = parseRequest(text)
        if (!parsed.ok) expect(parsed.error.status).toBe(400)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('gives a refusal, never a throw, for any mixture of parameters', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const parsed = parseRequest(request)
        if (!parsed.ok) expect(parsed.error).toMatchObject({ status: 400 })
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('reads what it accepts again from what encodeRequest writes', () => {
    fc.assert(
      fc.property(arbitraryRequest, (request) => {
        const parsed = parseRequest(request)
        fc.pre(parsed.ok)
        if (parsed.ok) {
          const again = parseRequest(JSON.stringify(encodeRequest(parsed.value)))
          // What a client put into params of oxend_request may hold values that JSON has not.
          if (again.ok) expect(again.value.method).toBe(parsed.value.method)
          else expect(again.error.text).toBe('accepted')
        }
      }),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    )
  })

  it('leaves nothing for the checks to throw at', () => {
    fc.assert(
      fc.property(arbitraryRequest, fc.boolean(), (request, isForwarded) => {
        const parsed = parseRequest(request)
        if (!parsed.ok) return
        for (const plain of listPlain(parsed.value)) {
          const refusal = checkRequest(plain, {
            nowMs: NOW_MS,
            isForwarded,
            isRevoked: () => false,
          })
          if (refusal !== undefined) expect([400, 401, 403, 406]).toContain(refusal.status)
        }
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('decodeForward', () => {
  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(decodeForward(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  const originals = [
    ['store', signedByMember(3, { timestamp: NOW_MS, ttl: DAY_MS, data: 'aGVs' }, '')],
    ['expire', signedByAlice({ messages: HASHES, expiry: NOW_MS, extend: true }, '')],
    ['delete_all', signedByAlice({ namespace: 'all', timestamp: NOW_MS }, '')],
  ] as const

  it.each(originals)('survives every small change of a %s', (method, params) => {
    const request = parsePlain(method, params)
    if (!isRecursiveRequest(request)) throw new TypeError('a recursive request was meant')
    fc.assert(
      fc.property(arbitraryMutation(encodeForward(request)), (bytes) => {
        const decoded = decodeForward(bytes)
        if (!decoded.ok) return
        // What was accepted is a request that can be forwarded again.
        expect(decodeForward(encodeForward(decoded.value)).ok).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it.each(originals)(
    'leaves nothing of a changed %s for the checks to throw at',
    (method, params) => {
      const request = parsePlain(method, params)
      if (!isRecursiveRequest(request)) throw new TypeError('a recursive request was meant')
      fc.assert(
        fc.property(arbitraryMutation(encodeForward(request)), (bytes) => {
          const decoded = decodeForward(bytes)
          if (!decoded.ok) return
          const context = { nowMs: NOW_MS, isForwarded: true, isRevoked: () => false }
          const refusal = checkRequest(decoded.value, context)
          if (refusal !== undefined) expect([400, 401, 403, 406]).toContain(refusal.status)
        }),
        { numRuns: CHECKED_RUNS },
      )
    },
  )
})

describe('decodeMemberReply', () => {
  it('gives nothing, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        const reply = decodeMemberReply(bytes)
        if (reply?.kind === 'entry') JSON.stringify(encodeEntryJson(reply.entry))
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('survives every small change of an entry, and what it gives can be shown as JSON', () => {
    const original = encodeMemberEntry({
      hash: HASHES[0],
      signature: new Uint8Array(64),
      unchanged: { [HASHES[1]]: NOW_MS },
      updated: [...HASHES],
    })
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const reply = decodeMemberReply(bytes)
        if (reply?.kind === 'entry') JSON.stringify(encodeEntryJson(reply.entry))
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('the readers of replies', () => {
  const arbitraryReply = fc.oneof(
    fc.anything({ maxDepth: 2, maxKeys: 3 }),
    fc.dictionary(
      fc.constantFrom('swarm', 'hash', 'messages', 'more', 'results', 'expiries', 't', 'version'),
      fc.anything({ maxDepth: 2, maxKeys: 3 }),
    ),
    fc.record({
      messages: fc.array(fc.dictionary(fc.constantFrom('hash', 'data'), arbitraryValue)),
    }),
    fc.record({ swarm: fc.dictionary(fc.constant('ab'.repeat(32)), arbitraryValue) }),
  )

  it('give a refusal, never a throw, for anything', () => {
    fc.assert(
      fc.property(arbitraryReply, (reply) => {
        for (const parse of [
          parseStoreReply,
          parseRetrieveReply,
          parseInfoReply,
          parseGetExpiriesReply,
          parseBatchReply,
        ]) {
          const parsed = parse(reply)
          if (!parsed.ok) expect(parsed.error.code).toBe('rpc_reply_malformed')
        }
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('countWithinBudget', () => {
  it('returns at least one and at most what is there, within the count', () => {
    const lengths = fc.array(fc.nat({ max: 76_800 }), { minLength: 1, maxLength: 50 })
    const limit = fc.option(fc.integer({ min: -100, max: 10_000_000 }), { nil: undefined })
    const count = fc.option(fc.nat({ max: 60 }), { nil: undefined })
    fc.assert(
      fc.property(lengths, limit, count, (dataLengths, maxSize, maxCount) => {
        const rows = dataLengths.map((dataLength) => ({ hashLength: 43, dataLength }))
        const returned = countWithinBudget(rows, computeRetrieveBudget({ maxSize, maxCount }))
        expect(returned).toBeGreaterThanOrEqual(1)
        expect(returned).toBeLessThanOrEqual(rows.length)
        if (maxCount) expect(returned).toBeLessThanOrEqual(Math.max(1, maxCount))
      }),
    )
  })
})
