/** What a member signs about its result (spec 03 §6.4), made by a node and checked by a client. */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { sign } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import {
  alice,
  bytesOfAccount,
  createToken,
  groupId,
  HASHES,
  keyPairOf,
  NOW_MS,
} from '../../test/rpc-fixtures.ts'
import {
  encodeDeleteEntryText,
  encodeExpireEntryText,
  encodeRangeEntryText,
  encodeRevokeEntryText,
  encodeStoreEntryText,
  isEntrySigned,
  sortAllHashes,
  sortHashes,
} from './index.ts'

const account = bytesOfAccount(alice.accountId)
const [first, second, third] = HASHES
const node = keyPairOf(9)

describe('the text of an entry', () => {
  it('of a store is the hash alone: data and box are in it already, trap 1', () => {
    expect(decodeUtf8(encodeStoreEntryText(first))).toBe(first)
  })

  it('of a delete has what was asked in its order and what was deleted in byte order', () => {
    const text = encodeDeleteEntryText({
      account,
      requested: [second, first, third],
      deleted: [third, first],
    })
    expect(decodeUtf8(text)).toBe(`${alice.accountId}${second}${first}${third}${first}${third}`)
  })

  it('of a delete that found nothing still has what was asked, so that nobody can deny it', () => {
    const text = encodeDeleteEntryText({ account, requested: [second], deleted: [] })
    expect(decodeUtf8(text)).toBe(`${alice.accountId}${second}`)
  })

  it('of a range has its time and the hashes of all namespaces, sorted together', () => {
    const byNamespace = { '0': [third], '-11': [second], '5': [first] }
    const list = encodeRangeEntryText({ account, timeMs: NOW_MS, changed: [third, second, first] })
    expect(encodeRangeEntryText({ account, timeMs: NOW_MS, changed: byNamespace })).toEqual(list)
    expect(decodeUtf8(list)).toBe(`${alice.accountId}${NOW_MS}${first}${second}${third}`)
  })

  it('of an expire has the applied end, what was asked, what was updated, and the unchanged', () => {
    const text = encodeExpireEntryText({
      account,
      expiryMs: NOW_MS,
      requested: [third, second, first],
      updated: [first],
      unchanged: { [third]: NOW_MS + 3, [second]: NOW_MS + 2 },
    })
    expect(decodeUtf8(text)).toBe(
      `${alice.accountId}${NOW_MS}${third}${second}${first}${first}` +
        `${second}${NOW_MS + 2}${third}${NOW_MS + 3}`,
    )
  })

  it('of an expire with one end each has all of them', () => {
    const text = encodeExpireEntryText({
      account,
      expiryMs: [NOW_MS, NOW_MS + 1],
      requested: [first, second],
      updated: [first, second],
    })
    expect(decodeUtf8(text)).toBe(
      `${alice.accountId}${NOW_MS}${NOW_MS + 1}${first}${second}${first}${second}`,
    )
  })

  it('of a revocation has the raw tokens', () => {
    const token = createToken(3)
    const text = encodeRevokeEntryText({
      account: bytesOfAccount(groupId),
      timestampMs: NOW_MS,
      tokens: [token, token],
    })
    expect(decodeUtf8(text.subarray(0, 66 + 13))).toBe(`${groupId}${NOW_MS}`)
    expect(text.subarray(66 + 13)).toEqual(Uint8Array.from([...token, ...token]))
  })
})

describe('sortHashes', () => {
  it('sorts by byte and does not change what it is given', () => {
    const hashes = ['b', 'a', 'B', '+', '/', '0', 'Z']
    expect(sortHashes(hashes)).toEqual(['+', '/', '0', 'B', 'Z', 'a', 'b'])
    expect(hashes[0]).toBe('b')
  })

  it('takes lists and namespaces alike', () => {
    expect(sortAllHashes(['b', 'a'])).toEqual(['a', 'b'])
    expect(sortAllHashes({ '1': ['b'], '-1': ['c', 'a'] })).toEqual(['a', 'b', 'c'])
    expect(sortAllHashes({})).toEqual([])
  })
})

describe('isEntrySigned', () => {
  const text = encodeStoreEntryText(first)
  const signature = sign(node, text)

  it('holds for what the node signed', () => {
    expect(isEntrySigned({ node: node.publicKey, text, signature })).toBe(true)
  })

  it('fails for another hash, another node, or no signature: an entry node cannot invent results', () => {
    expect(
      isEntrySigned({ node: node.publicKey, text: encodeStoreEntryText(second), signature }),
    ).toBe(false)
    expect(isEntrySigned({ node: keyPairOf(8).publicKey, text, signature })).toBe(false)
    expect(isEntrySigned({ node: node.publicKey, text, signature: new Uint8Array(64) })).toBe(false)
    expect(isEntrySigned({ node: node.publicKey, text, signature: new Uint8Array() })).toBe(false)
  })
})
