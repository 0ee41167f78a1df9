/**
 * One request on its whole way, without a network: a client signs and writes it, an entry node reads, checks and
 * forwards it, a member checks it again and signs its entry, and the client reads and verifies the reply.
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { sign } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import {
  alice,
  bytesOfAccount,
  check,
  DAY_MS,
  HASHES,
  keyPairOf,
  NOW_MS,
} from '../../test/rpc-fixtures.ts'
import {
  decodeForward,
  decodeMemberReply,
  encodeDeleteEntryText,
  encodeDeleteText,
  encodeEntryJson,
  encodeForward,
  encodeMemberEntry,
  encodeRequest,
  encodeStoreEntryText,
  encodeStoreText,
  isEntrySigned,
  isRecursiveRequest,
  type JsonValue,
  type MemberEntry,
  parseRequest,
  parseStoreReply,
  parseSwarmReply,
  type RecursiveMethodName,
  type RequestOf,
  TIMED_OUT_ENTRY,
} from './index.ts'

const account = bytesOfAccount(alice.accountId)
const entryNode = keyPairOf(21)
const member = keyPairOf(22)
const absent = keyPairOf(23)

/** What the entry node understood, after JSON and the checks. */
function arrive(body: string): RequestOf<RecursiveMethodName> {
  const parsed = parseRequest(body)
  if (!parsed.ok) throw new TypeError(parsed.error.text)
  const request = parsed.value
  if (
    request.method === 'batch' ||
    request.method === 'sequence' ||
    request.method === 'ifelse' ||
    !isRecursiveRequest(request)
  ) {
    throw new TypeError('a recursive request was meant')
  }
  expect(check(request)).toBeUndefined()
  return request
}

/** What a member understood, after bt and the checks. */
function forward(request: RequestOf<RecursiveMethodName>): RequestOf<RecursiveMethodName> {
  const decoded = decodeForward(encodeForward(request))
  if (!decoded.ok) throw new TypeError(decoded.error.text)
  expect(check(decoded.value, { isForwarded: true, nowMs: NOW_MS + 3000 })).toBeUndefined()
  return decoded.value
}

/** The entry as the entry node shows it, after its way through bt. */
function comeBack(entry: MemberEntry): JsonValue {
  const reply = decodeMemberReply(encodeMemberEntry(entry))
  if (reply?.kind !== 'entry') throw new TypeError('an entry was meant')
  return encodeEntryJson(reply.entry)
}

describe('a store on its way', () => {
  const namespace = 3
  const data = new Uint8Array(1024).fill(5)
  const body = JSON.stringify(
    encodeRequest({
      method: 'store',
      params: {
        account,
        namespace,
        timestampMs: NOW_MS,
        expiryMs: NOW_MS + DAY_MS,
        sigTimestampMs: NOW_MS,
        data,
        publicKey: alice.signing.publicKey,
        signature: sign(alice.signing, encodeStoreText({ namespace, sigTimestampMs: NOW_MS })),
      },
    }),
  )
  const hash = deriveMessageHash({ account, namespace, data })

  it('reaches every member unchanged and comes back with what each of them signed', () => {
    const request = arrive(body)
    expect(forward(request)).toEqual(request)
    const own: MemberEntry = {
      hash,
      signature: sign(entryNode, encodeStoreEntryText(hash)),
      expiry: NOW_MS + DAY_MS,
      t: NOW_MS,
    }
    const others: MemberEntry = {
      hash,
      already: true,
      signature: sign(member, encodeStoreEntryText(hash)),
      expiry: NOW_MS + DAY_MS,
    }
    const reply = JSON.stringify({
      swarm: {
        [encodeHex(entryNode.publicKey)]: encodeEntryJson(own),
        [encodeHex(member.publicKey)]: comeBack(others),
        [encodeHex(absent.publicKey)]: encodeEntryJson(TIMED_OUT_ENTRY),
      },
      hash,
      t: NOW_MS,
      hf: [19, 4],
    })
    const parsed = parseStoreReply(JSON.parse(reply))
    if (!parsed.ok) throw parsed.error
    expect(parsed.value.hash).toBe(hash)
    expect(parsed.value.members).toMatchObject([
      { isFailed: false, isAlready: false, hash },
      { isFailed: false, isAlready: true, hash },
      { isFailed: true, isTimeout: true },
    ])
    const text = encodeStoreEntryText(hash)
    const signed = parsed.value.members.map(({ signature }, index) => {
      const node = [entryNode, member, absent][index]?.publicKey
      return signature && node && isEntrySigned({ node, text, signature })
    })
    expect(signed).toEqual([true, true, undefined])
  })

  it('cannot be moved to another namespace on the way', () => {
    const request = arrive(body)
    if (request.method !== 'store') throw new TypeError('store was meant')
    const moved = { ...request, params: { ...request.params, namespace: 5 } }
    const decoded = decodeForward(encodeForward(moved))
    expect(decoded.ok && check(decoded.value)).toMatchObject({ status: 401 })
  })

  it('can be changed in its data by the entry node, which the hash then shows', () => {
    const request = arrive(body)
    if (request.method !== 'store') throw new TypeError('store was meant')
    const changed = Uint8Array.from(request.params.data, (byte) => byte ^ 1)
    expect(deriveMessageHash({ account, namespace, data: changed })).not.toBe(hash)
  })
})

describe('a delete on its way', () => {
  const messages = [HASHES[1], HASHES[0]]
  const body = JSON.stringify(
    encodeRequest({
      method: 'delete',
      params: {
        account,
        messages,
        publicKey: alice.signing.publicKey,
        signature: sign(alice.signing, encodeDeleteText({ messages })),
      },
    }),
  )

  it('comes back with what each member deleted, and nobody else can have said it', () => {
    expect(forward(arrive(body)).method).toBe('delete')
    const deleted = [HASHES[0]]
    const text = encodeDeleteEntryText({ account, requested: messages, deleted })
    const entry = comeBack({ deleted, signature: sign(member, text) })
    const reply = { swarm: { [encodeHex(member.publicKey)]: entry }, t: NOW_MS, hf: [19, 4] }
    const parsed = parseSwarmReply(JSON.parse(JSON.stringify(reply)))
    if (!parsed.ok) throw parsed.error
    const [result] = parsed.value.members
    expect(result?.entry['deleted']).toEqual(deleted)
    const signature = result?.signature ?? new Uint8Array()
    expect(isEntrySigned({ node: member.publicKey, text, signature })).toBe(true)
    const claimed = encodeDeleteEntryText({ account, requested: messages, deleted: messages })
    expect(isEntrySigned({ node: member.publicKey, text: claimed, signature })).toBe(false)
    expect(isEntrySigned({ node: entryNode.publicKey, text, signature })).toBe(false)
  })

  it('has the form of the published request shapes', () => {
    expect(JSON.parse(body)).toEqual({
      method: 'delete',
      params: {
        pubkey: alice.accountId,
        pubkey_ed25519: encodeHex(alice.signing.publicKey),
        messages,
        signature: encodeBase64(sign(alice.signing, encodeDeleteText({ messages }))),
      },
    })
  })
})
