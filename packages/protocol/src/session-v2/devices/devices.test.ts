/** Records, group ids, payloads and emoji. */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  countUp,
  DEVICE_ID,
  fromHex,
  GROUP_ID,
  RECIPIENT,
  RECORD,
  sha256Hex,
} from '../../../test/session-v2-fixtures.ts'
import { type BtValue, encodeBt } from '../../bt/index.ts'
import { expandDeviceSeed, publicKeysOf } from '../keys/key-pairs.ts'
import {
  createDeviceId,
  deviceIdBytes,
  deviceIdKey,
  readDeviceIdKey,
  toDeviceId,
} from './device-id.ts'
import {
  createDeviceRecord,
  type DeviceDetails,
  type DeviceRecord,
  digestRecord,
  haveSameKeys,
  readDeviceRecord,
} from './device-record.ts'
import { deriveGroupEmojiSeed, emojiIndexes, showEmoji } from './emoji.ts'
import { createGroupId, groupCreatedAtMs, hideGroupId } from './group-id.ts'
import { decodeGroupPayload, encodeGroupPayload, type GroupPayload } from './group-payload.ts'

const randomness = createSeededRandomness('devices')
const ACCOUNT_KEY = { seed: countUp(0, 32), createdSeconds: 1_777_777_000 }
const PAYLOAD: GroupPayload = {
  records: new Map([[DEVICE_ID, RECORD]]),
  tombstones: new Map(),
  accountKeys: [ACCOUNT_KEY],
}

function makeRecord(details: DeviceDetails): DeviceRecord {
  const keys = publicKeysOf(expandDeviceSeed(countUp(0, 32)))
  return createDeviceRecord({ sequence: 1, updatedSeconds: 1, keys, ...details })
}

describe('device ids', () => {
  it('is read from 32 bytes and from the key of a dict, and from nothing else', () => {
    const id = createDeviceId(randomness)
    expect(readDeviceIdKey(deviceIdKey(id))).toBe(id)
    expect(toDeviceId(new Uint8Array(31))).toBeUndefined()
    expect(readDeviceIdKey('short')).toBeUndefined()
    expect(() => deviceIdBytes('00')).toThrow(TypeError)
  })
})

describe('device records', () => {
  it('has the bytes and the digest of the vector', () => {
    const bytes = encodeBt(RECORD.dict)
    expect(bytes).toHaveLength(1292)
    expect(sha256Hex(bytes)).toBe(
      '3cb255946b3e771abd3ee938a7beddf96e999d1bb1cb9d43295afc65f3f39bfb',
    )
    expect(encodeHex(digestRecord(RECORD))).toBe('deace1ad3ef07aa5')
  })

  it('leaves out an empty type and version 0, and keeps an empty description', () => {
    const { dict } = makeRecord({})
    expect([...dict.keys()].toSorted()).toEqual(['#', '@', 'M', 'X', 'd'])
  })

  it('keeps unknown fields, to the byte and in their place (pitfall 5.4)', () => {
    const extra = new Map<string, BtValue>([
      ['B', [1, 2]],
      ['z', encodeUtf8('later')],
      ['M', encodeUtf8('not ours to replace')],
    ])
    const record = makeRecord({ extra })
    const again = readDeviceRecord(record.dict)
    expect(again && encodeHex(digestRecord(again))).toBe(encodeHex(digestRecord(record)))
    expect(record.dict.get('B')).toEqual([1, 2])
    expect(record.dict.get('M')).toHaveLength(1184)
  })

  it('cuts a description at a whole character within 64 bytes', () => {
    const { description } = makeRecord({ description: '🐶'.repeat(20) })
    expect(description).toBe('🐶'.repeat(16))
    expect(makeRecord({ description: `a${'🐶'.repeat(20)}` }).description).toBe(
      `a${'🐶'.repeat(15)}`,
    )
  })

  it('takes a longer description than we write', () => {
    const dict = new Map(RECORD.dict).set('d', new Uint8Array(100).fill(0x61))
    expect(readDeviceRecord(dict)?.description).toBe('a'.repeat(100))
  })

  it('throws beyond their budget', () => {
    const extra = new Map([['z', new Uint8Array(400)]])
    expect(() => makeRecord({ extra })).toThrow(RangeError)
  })

  it.each([
    ['#', 0],
    ['#', undefined],
    ['@', encodeUtf8('1')],
    ['M', new Uint8Array(1183)],
    ['X', undefined],
  ])('refuses another value of %s', (key, value) => {
    const dict = new Map(RECORD.dict)
    if (value === undefined) dict.delete(key)
    else dict.set(key, value)
    expect(readDeviceRecord(dict)).toBeUndefined()
  })

  it('has no usable keys when nobody could encrypt to them, and is read all the same', () => {
    const record = readDeviceRecord(new Map(RECORD.dict).set('X', new Uint8Array(32)))
    expect(record?.keys).toBeUndefined()
    expect(record && haveSameKeys(record, RECORD)).toBe(false)
  })
})

describe('group payloads', () => {
  it('has the bytes of the vector before their padding', () => {
    const padded = encodeGroupPayload(PAYLOAD)
    expect(padded).toHaveLength(8700)
    expect(sha256Hex(padded.subarray(0, 1394))).toBe(
      '38fdfcbe2bbaba9362663aaf897475056ddd009e04545b5a81a0fe0b8ea50eb3',
    )
    expect(padded.subarray(1394).every((byte) => byte === 0)).toBe(true)
  })

  it('weighs the same for one to four devices and more for five', () => {
    const bytes = (count: number): number => {
      const ids = Array.from({ length: count }, () => createDeviceId(randomness))
      const records = new Map(ids.map((id) => [id, RECORD]))
      return encodeGroupPayload({ ...PAYLOAD, records }).length
    }
    expect([1, 2, 3, 4].map(bytes)).toEqual([8700, 8700, 8700, 8700])
    expect(bytes(5)).toBe(15_100)
  })

  it('gives back devices, both kinds of tombstone and keys', () => {
    const [left, kicked] = [createDeviceId(randomness), createDeviceId(randomness)]
    const tombstones = new Map([
      [left, { kind: 'left' as const, atSeconds: 5 }],
      [kicked, { kind: 'kicked' as const, atSeconds: 7 }],
    ])
    const old = { seed: countUp(5, 32), createdSeconds: 3, rotatedSeconds: 4 }
    const payload = { ...PAYLOAD, tombstones, accountKeys: [ACCOUNT_KEY, old] }
    const decoded = decodeGroupPayload(encodeGroupPayload(payload))
    expect(decoded?.tombstones).toEqual(tombstones)
    expect(decoded?.accountKeys).toEqual([ACCOUNT_KEY, old])
    expect(decoded?.records.get(DEVICE_ID)?.dict).toEqual(RECORD.dict)
  })

  it('throws without an active key', () => {
    const accountKeys = [{ ...ACCOUNT_KEY, rotatedSeconds: 5 }]
    expect(() => encodeGroupPayload({ ...PAYLOAD, accountKeys })).toThrow(TypeError)
  })

  const keys = [
    new Map<string, BtValue>([
      ['c', 1],
      ['s', countUp(0, 32)],
    ]),
  ]
  it.each<[string, ReadonlyMap<string, BtValue>]>([
    ['no keys', new Map([['D', new Map()]])],
    ['no devices', new Map([['K', keys]])],
    [
      'an id of 31 bytes',
      new Map<string, BtValue>([
        ['D', new Map([['x'.repeat(31), 5]])],
        ['K', keys],
      ]),
    ],
    [
      'a removal at no time',
      new Map<string, BtValue>([
        ['D', new Map([['x'.repeat(32), 0]])],
        ['K', keys],
      ]),
    ],
    [
      'a removal at the least integer',
      new Map<string, BtValue>([
        ['D', new Map([['x'.repeat(32), -(2n ** 63n)]])],
        ['K', keys],
      ]),
    ],
    [
      'a key without a seed',
      new Map<string, BtValue>([
        ['D', new Map()],
        ['K', [new Map([['c', 1]])]],
      ]),
    ],
    [
      'more keys than a receiver expands',
      new Map<string, BtValue>([
        ['D', new Map()],
        ['K', Array.from({ length: 257 }, () => keys[0] ?? 0)],
      ]),
    ],
  ])('refuses %s', (_what, dict) => {
    expect(decodeGroupPayload(encodeBt(dict))).toBeUndefined()
  })
})

describe('group ids', () => {
  it('begins with the minute of their creation', () => {
    const id = createGroupId(29_600_000 * 60_000 + 59_999, randomness)
    expect(encodeHex(id.subarray(0, 4))).toBe('00a9c301')
    expect(groupCreatedAtMs(id)).toBe(29_600_000 * 60_000)
  })

  it('is hidden as in the vector, and shown by the same step', () => {
    const ephemeral = fromHex('493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d')
    const hidden = hideGroupId(RECIPIENT, ephemeral, GROUP_ID)
    expect(encodeHex(hidden)).toBe('0747b35bf947719d')
    expect(hideGroupId(RECIPIENT, ephemeral, hidden)).toEqual(GROUP_ID)
    expect(hideGroupId(RECIPIENT, countUp(0, 32), GROUP_ID)).not.toEqual(hidden)
  })
})

describe('emoji', () => {
  it('shows those of the vectors for a group', () => {
    const seed = deriveGroupEmojiSeed(GROUP_ID)
    expect(emojiIndexes(seed, 21).join()).toBe(
      '54,59,3,14,31,12,12,52,47,31,59,33,28,1,52,28,29,13,45,2,22',
    )
    expect(showEmoji(seed, 4)).toBe('🚀 🔔 🐎 🦋')
    const other = Uint8Array.from(GROUP_ID)
    other[7] = 1
    expect(showEmoji(deriveGroupEmojiSeed(other), 4)).toBe('🐢 💡 ☁️ 🔧')
  })

  it('has 64 different forms, the last at index 63', () => {
    const shown = Array.from({ length: 64 }, (_, index) =>
      showEmoji(new Uint8Array(16).fill(index, 0, 1), 1),
    )
    expect(new Set(shown).size).toBe(64)
    expect(shown[63]).toBe('📌')
  })

  it('throws for a seed that is none', () => {
    expect(() => showEmoji(new Uint8Array(15), 7)).toThrow(RangeError)
    expect(() => showEmoji(new Uint8Array(16), 22)).toThrow(RangeError)
  })
})
