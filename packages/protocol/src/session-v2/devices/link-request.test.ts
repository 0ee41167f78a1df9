/** Link requests: the vector, who can read them, and what is compared. */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { describe, expect, it } from 'vitest'
import {
  accountKeyAt,
  countUp,
  DEVICE_ID,
  RECIPIENT,
  RECORD,
  scriptRandomness,
  sha256Hex,
  STRANGER,
} from '../../../test/session-v2-fixtures.ts'
import { type BtInput, encodeBt } from '../../bt/index.ts'
import { restoreAccountKey } from '../keys/account-key.ts'
import { decodeDict } from '../signed-dict.ts'
import { type DeviceRecord, readDeviceRecord } from './device-record.ts'
import { deriveLinkEmojiSeed, emojiIndexes, showEmoji } from './emoji.ts'
import { openLinkRequest, sealLinkRequest } from './link-request.ts'

const randomness = createSeededRandomness('link requests')
const KEY = restoreAccountKey({ seed: countUp(0, 32), createdSeconds: 1 })
const INPUT = {
  account: RECIPIENT,
  deviceId: DEVICE_ID,
  record: RECORD,
  linkKey: KEY.pairs.agreement.publicKey,
}

function seal(input = INPUT, random = randomness): { bytes: Uint8Array; signed: Uint8Array } {
  const sealed = sealLinkRequest(input, random)
  if (!sealed.ok) throw sealed.error
  return sealed.value
}

function refusal(bytes: Uint8Array, keys = [KEY], account = RECIPIENT): string | undefined {
  const opened = openLinkRequest(account, keys, bytes)
  return opened.ok ? undefined : opened.error.code
}

function change(bytes: Uint8Array, key: string, value: BtInput): Uint8Array {
  return encodeBt(new Map<string, BtInput>(decodeDict(bytes) ?? []).set(key, value))
}

function recordWith(key: string, value: Uint8Array): DeviceRecord {
  const record = readDeviceRecord(new Map(RECORD.dict).set(key, value))
  if (record === undefined) throw new TypeError('a record')
  return record
}

describe('sealLinkRequest', () => {
  it('writes the bytes of the vector', () => {
    const { bytes, signed } = seal(INPUT, scriptRandomness([countUp(0x40, 32)]))
    expect(signed).toHaveLength(1405)
    expect(sha256Hex(signed)).toBe(
      '258c2dc0102c9d555d262edfa17d44cf99e50fb0c6c34307447ae74f645cf219',
    )
    expect(bytes).toHaveLength(1481)
    const dict = decodeDict(bytes)
    const indicator = dict?.get('i')
    expect(indicator instanceof Uint8Array && encodeHex(indicator)).toBe('a52b')
    expect(sha256Hex(bytes)).toBe(
      '06bbdd5f296d6c7c2a748e358a760c9b55baa0598ab5887cc8198d5012bbe0a7',
    )
  })

  it('refuses a group whose link key is of low order: the request would be sealed to everybody', () => {
    const linkKey = toX25519PublicKey(new Uint8Array(32))
    if (linkKey === undefined) throw new TypeError('32 bytes')
    const sealed = sealLinkRequest({ ...INPUT, linkKey }, randomness)
    expect(sealed.ok ? undefined : sealed.error.code).toBe('device_group_malformed')
  })
})

describe('openLinkRequest', () => {
  it('gives the device, its record and the signed bytes, which both sides compute emoji from', () => {
    const { bytes, signed } = seal()
    const opened = openLinkRequest(RECIPIENT, [accountKeyAt(4, 1), KEY], bytes)
    expect(opened).toMatchObject({ ok: true, value: { deviceId: DEVICE_ID, signed } })
    expect(opened.ok && opened.value.record.dict).toEqual(RECORD.dict)
  })

  it('opens with an account key that was replaced meanwhile', () => {
    expect(
      refusal(seal().bytes, [accountKeyAt(4, 1), { ...KEY, rotatedSeconds: 5 }]),
    ).toBeUndefined()
  })

  it('gives nothing to whoever has the seed and none of the group’s keys', () => {
    expect(refusal(seal().bytes, [accountKeyAt(4, 1)])).toBe('link_request_unreadable')
    expect(refusal(seal().bytes, [])).toBe('link_request_unreadable')
  })

  it('tells the key by its X25519 half, unlike a message (pitfall 5.8)', () => {
    const { bytes } = seal()
    const swapped = { ...KEY, pairs: { ...accountKeyAt(4, 1).pairs, kem: KEY.pairs.kem } }
    expect(refusal(bytes, [swapped])).toBe('link_request_unreadable')
    const kept = { ...KEY, pairs: { ...KEY.pairs, kem: accountKeyAt(4, 1).pairs.kem } }
    expect(refusal(bytes, [kept])).toBeUndefined()
  })

  it('refuses a request that another account signed, and one it cannot unmask', () => {
    const foreign = seal({ ...INPUT, account: STRANGER })
    expect(refusal(foreign.bytes)).toBe('link_request_unreadable')
    expect(refusal(foreign.bytes, [KEY], STRANGER)).toBeUndefined()
  })

  it('refuses a record with keys that nobody can use, or beyond its budget (pitfall 5.4)', () => {
    const unusable = seal({ ...INPUT, record: recordWith('X', new Uint8Array(32)) })
    expect(refusal(unusable.bytes)).toBe('device_group_malformed')
    const large = seal({ ...INPUT, record: recordWith('z', new Uint8Array(400)) })
    expect(refusal(large.bytes)).toBe('device_group_malformed')
  })

  it.each<[string, BtInput, string]>([
    ['E', new Uint8Array(32), 'device_group_malformed'],
    ['E', new Uint8Array(31), 'device_group_malformed'],
    ['i', new Uint8Array(3), 'device_group_malformed'],
    ['L', 5, 'device_group_malformed'],
    ['i', new Uint8Array(2), 'link_request_unreadable'],
    ['L', new Uint8Array(40), 'link_request_unreadable'],
  ])('refuses another %s', (key, value, code) => {
    expect(refusal(change(seal().bytes, key, value))).toBe(code)
  })

  it.each(['', 'le', 'de', 'd0:1:Le'])('refuses %j', (text) => {
    expect(refusal(encodeUtf8(text))).toBe('device_group_malformed')
  })
})

describe('the emoji of a request', () => {
  it('has the value of the vector', () => {
    const { signed } = seal(INPUT, scriptRandomness([countUp(0x40, 32)]))
    const seed = deriveLinkEmojiSeed(signed)
    expect(encodeHex(seed)).toBe('cb314fecd994998e4beef68e5fbf5553')
    expect(emojiIndexes(seed, 21).join()).toBe(
      '11,7,51,19,44,39,13,37,25,58,56,18,46,27,47,35,31,61,27,21,19',
    )
    expect(showEmoji(seed, 7)).toBe('🐢 🐰 🚂 🌏 📎 ⏰ 🐙')
  }, 20_000)
})
