/** No bytes in an account's namespaces make the readers of groups and link requests throw. */
import { sign } from '@sotto/crypto/signing'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countUp,
  DEVICE_ID,
  GROUP_ID,
  RECIPIENT,
  RECORD,
} from '../../../test/session-v2-fixtures.ts'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../../bt/index.ts'
import { restoreAccountKey } from '../keys/account-key.ts'
import { expandDeviceSeed } from '../keys/key-pairs.ts'
import { appendToRange, decodeDict, encodeSignedRange } from '../signed-dict.ts'
import { digestRecord, readDeviceRecord } from './device-record.ts'
import { sealGroupMessage } from './group-message.ts'
import { decodeGroupPayload, encodeGroupPayload } from './group-payload.ts'
import { openLinkRequest, sealLinkRequest } from './link-request.ts'
import { openGroupEnvelope, openGroupPayload, readGroupMessageKind } from './open-group.ts'

const randomness = createSeededRandomness('devices property')
const KEY = restoreAccountKey({ seed: countUp(0, 32), createdSeconds: 1 })
const PAIRS = expandDeviceSeed(countUp(0, 32))
const PAYLOAD = {
  records: new Map([[DEVICE_ID, RECORD]]),
  tombstones: new Map([['11'.repeat(32), { kind: 'kicked' as const, atSeconds: 7 }]]),
  accountKeys: [{ seed: KEY.seed, createdSeconds: 1 }],
}
const GROUP = sealGroupMessage(
  { account: RECIPIENT, groupId: GROUP_ID, payload: PAYLOAD, accountKeys: [KEY] },
  randomness,
)
/** Where a run checks a signature or opens a seal. */
const SEALED_RUNS = 150

function sealRequest(): Uint8Array {
  const linkKey = KEY.pairs.agreement.publicKey
  const input = { account: RECIPIENT, deviceId: DEVICE_ID, record: RECORD, linkKey }
  const sealed = sealLinkRequest(input, randomness)
  if (!sealed.ok) throw sealed.error
  return sealed.value.bytes
}

describe('decodeGroupPayload', () => {
  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(decodeGroupPayload(bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('reads any change of a payload or refuses it, and writes again what it read', () => {
    const original = encodeGroupPayload(PAYLOAD).subarray(0, 1500)
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const payload = decodeGroupPayload(bytes)
        if (payload === undefined) return
        for (const record of payload.records.values()) expect(digestRecord(record)).toHaveLength(8)
        for (const { atSeconds } of payload.tombstones.values())
          expect(atSeconds).toBeGreaterThan(0)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('readDeviceRecord', () => {
  it('reads or refuses whatever stands in its fields, never with a throw', () => {
    const value = fc.oneof(
      fc.integer(),
      arbitraryBytes(40),
      fc.constant<BtValue>([]),
      fc.constant(2n ** 63n),
      fc.constant<BtValue>(new Map()),
    )
    const key = fc.constantFrom('#', '@', 'M', 'X', 'd', 't', 'v', 'z')
    fc.assert(
      fc.property(fc.dictionary(key, value), (fields) => {
        const dict = new Map([...RECORD.dict, ...Object.entries(fields)])
        const record = readDeviceRecord(dict)
        if (record === undefined) return
        expect(record.sequence).toBeGreaterThan(0)
        const again = decodeBt(encodeBt(record.dict))
        expect(again.ok && readDeviceRecord(again.value)?.sequence).toBe(record.sequence)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('openGroupEnvelope', () => {
  it('gives a refusal, never a throw, for random bytes, whose kind is not read either', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(openGroupEnvelope(RECIPIENT, bytes).ok).toBe(false)
        expect(readGroupMessageKind(bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every mutation of a group message', () => {
    fc.assert(
      fc.property(arbitraryMutation(GROUP), (bytes) => {
        const isSame = bytes.every((byte, index) => byte === GROUP[index])
        expect(openGroupEnvelope(RECIPIENT, bytes).ok).toBe(isSame)
      }),
      { numRuns: SEALED_RUNS },
    )
  })

  it('reads nothing from any fields that a holder of the seed signs', () => {
    const value = fc.oneof(arbitraryBytes(70), fc.integer(), arbitraryBytes(1088))
    const key = fc.constantFrom('@', 'A', 'C', 'K', 'X', 'd', 'k')
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), (changes) => {
        const fields = new Map<string, BtInput>(decodeDict(GROUP) ?? [])
        fields.delete('~')
        for (const [name, changed] of Object.entries(changes)) fields.set(name, changed)
        const range = encodeSignedRange(fields)
        const signature = sign(RECIPIENT.signing, range)
        const bytes = appendToRange(range, new Map([['~', signature]]))
        const envelope = openGroupEnvelope(RECIPIENT, bytes)
        if (!envelope.ok) return
        const payload = openGroupPayload(envelope.value, [PAIRS])
        if (payload.ok) expect(payload.value.records.size).toBe(1)
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})

describe('openLinkRequest', () => {
  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(openLinkRequest(RECIPIENT, [KEY], bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every mutation of a request that changes more than its frame', () => {
    const original = sealRequest()
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const isSame = bytes.every((byte, index) => byte === original[index])
        // The word that tells its kind is read before, and not covered here.
        const isKind = readGroupMessageKind(bytes) === 'link'
        expect(openLinkRequest(RECIPIENT, [KEY], bytes).ok && isKind).toBe(isSame)
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})
