/** What members of a swarm tell each other about their results (spec 03 §6.3). */
import { encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { HASHES, NOW_MS } from '../../test/rpc-fixtures.ts'
import { type BtInput, encodeBt } from '../bt/index.ts'
import {
  BAD_PEER_ENTRY,
  createRefusedEntry,
  decodeMemberReply,
  encodeEntryJson,
  encodeMemberEntry,
  encodeMemberFailure,
  type MemberEntry,
  QUERY_FAILED_ENTRY,
  TIMED_OUT_ENTRY,
} from './index.ts'

const signature = new Uint8Array(64).fill(7)
const [first, second] = HASHES

const entries: readonly MemberEntry[] = [
  { hash: first, signature, expiry: NOW_MS },
  { deleted: [], signature },
  { deleted: [first, second], signature },
  { deleted: { '0': [first], '-11': [second] }, signature },
  { updated: [first], expiry: [NOW_MS], unchanged: { [second]: NOW_MS + 1 }, signature },
  { count: 2, signature },
]

describe('a member’s entry', () => {
  it.each(entries)('arrives as it was sent: %j', (entry) => {
    expect(decodeMemberReply(encodeMemberEntry(entry))).toEqual({ kind: 'entry', entry })
  })

  it('says 1 for true, because bt has no booleans', () => {
    const entry = { hash: first, already: true, failed: false, signature }
    expect(decodeMemberReply(encodeMemberEntry(entry))).toEqual({
      kind: 'entry',
      entry: { ...entry, already: 1, failed: 0 },
    })
  })

  it('has its signature in base64 and nothing else changed in JSON', () => {
    const json = encodeEntryJson({ hash: first, already: true, n: 1, list: [1], signature })
    expect(json).toEqual({
      hash: first,
      already: true,
      n: 1,
      list: [1],
      signature: encodeBase64(signature),
    })
    expect(encodeEntryJson({ deleted: { '0': [first] } })).toEqual({ deleted: { '0': [first] } })
  })

  it('keeps a key like __proto__ as a key', () => {
    const bytes = encodeBt(new Map<string, BtInput>([['__proto__', new Map([['failed', 1]])]]))
    const reply = decodeMemberReply(bytes)
    expect(reply?.kind).toBe('entry')
    expect(reply?.kind === 'entry' && reply.entry['failed']).toBeUndefined()
    expect(reply?.kind === 'entry' && Object.keys(reply.entry)).toEqual(['__proto__'])
  })
})

describe('a member’s refusal', () => {
  it('arrives as status and text', () => {
    const failure = { status: 401, text: 'delete signature verification failed' }
    expect(decodeMemberReply(encodeMemberFailure(failure))).toEqual({ kind: 'failure', failure })
  })

  it('stands in the reply with its status as text, as clients of others read it', () => {
    expect(createRefusedEntry({ status: 406, text: 'late' })).toEqual({
      failed: true,
      code: '406',
      reason: 'late',
    })
  })

  it('has fixed forms for members that did not answer, answered nonsense, or could not', () => {
    expect(TIMED_OUT_ENTRY).toEqual({ failed: true, timeout: true })
    expect(BAD_PEER_ENTRY).toEqual({ failed: true, bad_peer_response: true })
    expect(QUERY_FAILED_ENTRY).toEqual({ failed: true, query_failure: true })
  })
})

describe('decodeMemberReply', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a number', encodeBt(1)],
    ['a list', encodeBt([])],
    ['text', encodeBt('ok')],
    ['bytes after the dict', encodeUtf8('dede')],
    ['a dict that ends early', encodeUtf8('d4:hash')],
    ['keys out of order', encodeUtf8('d1:bi1e1:ai1ee')],
    ['text that is not UTF-8', encodeBt(new Map([['hash', Uint8Array.of(0xff)]]))],
    ['a number beyond what is exact', encodeBt(new Map([['expiry', 2n ** 60n]]))],
  ])('refuses %s, so that the entry node can say bad_peer_response', (_, bytes) => {
    expect(decodeMemberReply(bytes)).toBeUndefined()
  })

  it('refuses what is nested deeper than any entry', () => {
    let value: BtInput = 1
    for (let depth = 0; depth < 6; depth++) value = [value]
    expect(decodeMemberReply(encodeBt(new Map([['x', value]])))).toBeUndefined()
    expect(decodeMemberReply(encodeBt(new Map([['x', [[1]]]])))).toBeDefined()
  })

  it('takes code without reason for an entry, not for a refusal', () => {
    expect(decodeMemberReply(encodeBt(new Map([['code', 200]])))).toEqual({
      kind: 'entry',
      entry: { code: 200 },
    })
  })
})
