/** Group messages: the vector, who reads them, and what a hostile holder of the seed can write. */
import { concatBytes, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { sign } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  accountKeyAt,
  countUp,
  DEVICE_ID,
  fromHex,
  GROUP_ID,
  RECIPIENT,
  RECORD,
  scriptRandomness,
  sha256Hex,
  STRANGER,
  THIRD_SLOT,
} from '../../../test/session-v2-fixtures.ts'
import type { BtInput } from '../../bt/index.ts'
import { restoreAccountKey } from '../keys/account-key.ts'
import { expandDeviceSeed, publicKeysOf } from '../keys/key-pairs.ts'
import { appendToRange, decodeDict, encodeSignedRange } from '../signed-dict.ts'
import { createDeviceId, type DeviceId } from './device-id.ts'
import { createDeviceRecord, type DeviceRecord, readDeviceRecord } from './device-record.ts'
import { isNoticed, type GroupDraft, removalNotice, sealGroupMessage } from './group-message.ts'
import type { GroupPayload } from './group-payload.ts'
import { drawOrder } from './group-slots.ts'
import {
  isRemovedBy,
  openGroupEnvelope,
  type GroupEnvelope,
  openGroupPayload,
  readGroupMessageKind,
} from './open-group.ts'

const randomness = createSeededRandomness('group messages')
const DEVICE_PAIRS = expandDeviceSeed(countUp(0, 32))
const KEY = restoreAccountKey({ seed: countUp(0, 32), createdSeconds: 1_777_777_000 })
const PAYLOAD: GroupPayload = {
  records: new Map([[DEVICE_ID, RECORD]]),
  tombstones: new Map(),
  accountKeys: [{ seed: KEY.seed, createdSeconds: KEY.createdSeconds }],
}
const DRAFT: GroupDraft = {
  account: RECIPIENT,
  groupId: GROUP_ID,
  payload: PAYLOAD,
  accountKeys: [KEY],
}

function envelopeOf(bytes: Uint8Array): GroupEnvelope {
  const envelope = openGroupEnvelope(RECIPIENT, bytes)
  if (!envelope.ok) throw envelope.error
  return envelope.value
}

function makeDevices(count: number): ReadonlyMap<DeviceId, DeviceRecord> {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const keys = publicKeysOf(expandDeviceSeed(countUp(index, 32)))
      return [
        createDeviceId(randomness),
        createDeviceRecord({ sequence: 1, updatedSeconds: 1, keys }),
      ]
    }),
  )
}

/** The message with fields replaced and signed anew, as whoever has the seed can do. */
function forge(bytes: Uint8Array, change: (fields: Map<string, BtInput>) => void): Uint8Array {
  const fields = new Map<string, BtInput>(decodeDict(bytes) ?? [])
  fields.delete('~')
  change(fields)
  const range = encodeSignedRange(fields)
  return appendToRange(range, new Map([['~', sign(RECIPIENT.signing, range)]]))
}

function refusal(bytes: Uint8Array): string | undefined {
  const envelope = openGroupEnvelope(RECIPIENT, bytes)
  if (!envelope.ok) return envelope.error.code
  const payload = openGroupPayload(envelope.value, [DEVICE_PAIRS])
  return payload.ok ? undefined : payload.error.code
}

describe('sealGroupMessage', () => {
  const zeros = (count: number, length: number): readonly Uint8Array[] =>
    Array.from({ length: count }, () => new Uint8Array(length))
  const script = (): readonly Uint8Array[] => [
    countUp(0x80, 32),
    ...THIRD_SLOT,
    countUp(0x60, 32),
    ...zeros(3, 1088),
    countUp(0xa0, 32),
    ...zeros(3, 34),
  ]

  it('writes the bytes of the vector', () => {
    const bytes = sealGroupMessage(DRAFT, scriptRandomness(script()))
    const dict = decodeDict(bytes)
    expect(bytes).toHaveLength(13_393)
    const body = dict?.get('d')
    expect(body instanceof Uint8Array && sha256Hex(body)).toBe(
      '7ba7c57ec243ffd9fc2688166ba2a9d458d04e3199ba5f0660fd310290019039',
    )
    const keys = dict?.get('K')
    expect(keys instanceof Uint8Array && encodeHex(keys.subarray(68, 102))).toBe(
      '24310aa2f2be2b8d87ae131a92f7e90a9e045b800e7a03d680323bbd72082a0981be',
    )
    expect(sha256Hex(bytes)).toBe(
      '988e9d25e5a59d2050d35d6ef3361e6bcd0ca98f99132986b1a24cdc86b4ce20',
    )
  })

  it('is read by a group of one, whose only slot noise must not overwrite (pitfall 5.16)', () => {
    for (let round = 0; round < 20; round++) {
      const opened = openGroupPayload(envelopeOf(sealGroupMessage(DRAFT, randomness)), [
        DEVICE_PAIRS,
      ])
      expect(opened.ok).toBe(true)
    }
  })

  it.each([1, 2, 3, 4, 5, 8, 9])('is read by each of %i devices and by nobody else', (count) => {
    const records = makeDevices(count)
    const bytes = sealGroupMessage({ ...DRAFT, payload: { ...PAYLOAD, records } }, randomness)
    const envelope = envelopeOf(bytes)
    for (let index = 0; index < count; index++) {
      const opened = openGroupPayload(envelope, [expandDeviceSeed(countUp(index, 32))])
      expect(opened.ok && opened.value.records.size).toBe(count)
    }
    const other = openGroupPayload(envelope, [expandDeviceSeed(countUp(99, 32))])
    expect(other.ok ? undefined : other.error.code).toBe('device_group_unreadable')
  })

  it.each([
    [4, 13_393],
    [5, 24_282],
    [9, 35_171],
    [24, 67_835],
  ])('weighs for %i devices what a bucket weighs, %i bytes', (count, total) => {
    const payload = { ...PAYLOAD, records: makeDevices(count) }
    expect(sealGroupMessage({ ...DRAFT, payload }, randomness)).toHaveLength(total)
  })

  it('adds 70 bytes for one to four removals and has no slot for a removed device', () => {
    const removed = Array.from({ length: 3 }, () => createDeviceId(randomness))
    const tombstones = new Map(removed.map((id) => [id, { kind: 'kicked' as const, atSeconds: 5 }]))
    const bytes = sealGroupMessage({ ...DRAFT, payload: { ...PAYLOAD, tombstones } }, randomness)
    expect(bytes).toHaveLength(13_463)
    expect(envelopeOf(bytes).slots).toHaveLength(4)
    for (const id of removed) expect(isRemovedBy(envelopeOf(bytes), RECIPIENT, id)).toBe(true)
    expect(isRemovedBy(envelopeOf(bytes), RECIPIENT, DEVICE_ID)).toBe(false)
  })

  it('does not notice a device that left of its own will', () => {
    const tombstones = new Map([
      [createDeviceId(randomness), { kind: 'left' as const, atSeconds: 5 }],
    ])
    const bytes = sealGroupMessage({ ...DRAFT, payload: { ...PAYLOAD, tombstones } }, randomness)
    expect(envelopeOf(bytes).notices).toEqual([])
  })

  it('spares the group a device whose keys nobody can use', () => {
    const broken = readDeviceRecord(new Map(RECORD.dict).set('X', new Uint8Array(32)))
    if (broken === undefined) throw new TypeError('a record')
    const records = new Map([...PAYLOAD.records, [createDeviceId(randomness), broken] as const])
    const bytes = sealGroupMessage({ ...DRAFT, payload: { ...PAYLOAD, records } }, randomness)
    expect(refusal(bytes)).toBeUndefined()
  })

  it('throws without an active key', () => {
    const accountKeys = [accountKeyAt(1, 1, 2)]
    expect(() => sealGroupMessage({ ...DRAFT, accountKeys }, randomness)).toThrow(TypeError)
  })
})

describe('openGroupEnvelope', () => {
  const bytes = sealGroupMessage(DRAFT, randomness)

  it('shows id and link key to the account, and refuses another account’s message', () => {
    expect(envelopeOf(bytes)).toMatchObject({
      groupId: GROUP_ID,
      linkKey: KEY.pairs.agreement.publicKey,
    })
    const other = openGroupEnvelope(STRANGER, bytes)
    expect(other.ok ? undefined : other.error.code).toBe('session_v2_signature')
  })

  it('takes a message without id, as older groups write it, and unknown fields before the signature', () => {
    const older = forge(bytes, (fields) => fields.delete('@'))
    expect(envelopeOf(older).groupId).toBeUndefined()
    expect(refusal(forge(bytes, (fields) => fields.set('p', encodeUtf8('later'))))).toBeUndefined()
  })

  it.each<[string, (fields: Map<string, BtInput>) => unknown]>([
    ['no ephemeral key', (fields) => fields.delete('A')],
    ['half a ciphertext', (fields) => fields.set('C', new Uint8Array(544))],
    ['fewer keys than ciphertexts', (fields) => fields.set('K', new Uint8Array(34))],
    ['an id of seven bytes', (fields) => fields.set('@', new Uint8Array(7))],
    ['a body that is a tag alone', (fields) => fields.set('d', new Uint8Array(16))],
    ['half a notice', (fields) => fields.set('k', new Uint8Array(8))],
    ['a link key of 31 bytes', (fields) => fields.set('X', new Uint8Array(31))],
  ])('refuses %s, though the account signed it', (_what, change) => {
    expect(refusal(forge(bytes, change))).toBe('device_group_malformed')
  })

  it('is unreadable with a low-order ephemeral key, without a throw (pitfall 5.14)', () => {
    expect(refusal(forge(bytes, (fields) => fields.set('A', new Uint8Array(32))))).toBe(
      'device_group_unreadable',
    )
  })

  it.each(['C', 'K', 'd'])('is unreadable after any change of %s (pitfall 5.16)', (key) => {
    const changed = forge(bytes, (fields) => {
      const value = fields.get(key)
      if (value instanceof Uint8Array)
        fields.set(
          key,
          value.map((byte) => byte ^ 1),
        )
    })
    expect(refusal(changed)).toBe('device_group_unreadable')
  })

  it('refuses changes that nobody signed', () => {
    const changed = Uint8Array.from(bytes)
    changed[40] = (changed[40] ?? 0) ^ 1
    expect(refusal(changed)).toBe('session_v2_signature')
    expect(refusal(concatBytes([bytes, new Uint8Array(1)]))).toBe('device_group_malformed')
  })
})

describe('removal notices', () => {
  it('has the value of the vector', () => {
    const ephemeral = fromHex('493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d')
    const notice = removalNotice(RECIPIENT, ephemeral, DEVICE_ID)
    expect(encodeHex(notice)).toBe('7b5729a547078af841072dbfd2873d52')
    expect(isNoticed([countUp(0, 16), notice], notice)).toBe(true)
    expect(isNoticed([countUp(0, 16)], notice)).toBe(false)
  })
})

describe('drawOrder', () => {
  it('has every index once, and each at every place', () => {
    const seen = new Set<string>()
    for (let round = 0; round < 400; round++) {
      const order = drawOrder(4, randomness)
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
      for (const [index, position] of order.entries()) seen.add(`${index}-${position}`)
    }
    expect(seen.size).toBe(16)
    expect(drawOrder(0, randomness)).toEqual([])
  })
})

describe('readGroupMessageKind', () => {
  it('knows both kinds and leaves others alone', () => {
    expect(readGroupMessageKind(sealGroupMessage(DRAFT, randomness))).toBe('group')
    expect(readGroupMessageKind(encodeUtf8('d0:1:Le'))).toBe('link')
    expect(readGroupMessageKind(encodeUtf8('d0:1:Ze'))).toBeUndefined()
    expect(readGroupMessageKind(encodeUtf8('le'))).toBeUndefined()
  })
})
