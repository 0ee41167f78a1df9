/** Whatever a group's swarm, or a member, gives: a refusal or a value, never a throw (spec 14 §4.4, §5.2, §6). */
import { create } from '@bufbuild/protobuf'
import { concatBytes, equalBytes } from '@sotto/crypto/bytes'
import { openMemberAuth, sealSupplement, sealWithGroupKey } from '@sotto/crypto/session'
import { sign } from '@sotto/crypto/signing'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { zstdCompression } from '../../test/zstd-compression.ts'
import { type BtInput, encodeBt } from '../bt/index.ts'
import {
  ContentSchema,
  decodeProtobuf,
  encodeProtobuf,
  GroupUpdateMessageSchema,
} from '../session/index.ts'
import { sealGroupMessage } from './group-message.ts'
import {
  composeGroupContent,
  createGroupNotice,
  createInvite,
  createKickNotice,
  GroupKeys,
  openGroupContent,
  openKickNotice,
  readGroupNotice,
  readInvite,
  readPromotion,
} from './index.ts'
import { decodeKeysMessage, encodeKeysMessage } from './keys-message.ts'
import { decodeSupplement, encodeSupplement } from './supplement.ts'

/** Curve arithmetic takes its time on the reference back end. */
const CURVE_RUNS = 300
const randomness = createSeededRandomness('hostile group')
const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const [account, other] = [at(accountsOf(2), 0), at(accountsOf(2), 1)]
const secret = new Uint8Array(32).fill(1)
const opening = { groupKey, secrets: [secret], compression: zstdCompression }
const rekey = new GroupKeys({ groupKey, account, admin }).rekey([account.accountId])

/** Pieces of keys messages and messages, which reach deeper than random bytes do. */
const PIECES =
  'd e l 0:i1e 1:#24: 1:G i0e 1:K48: 1:k 1:+ 1:~64: 1:a32: 1:d 1:s64: 1:z 4:abcd'.split(' ')
const FILLERS = [24, 32, 48, 64].map((length) => 'x'.repeat(length))
const almostDict = fc
  .array(fc.constantFrom(...PIECES, ...FILLERS), { maxLength: 20 })
  .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)))
const anything = fc.oneof(arbitraryBytes(300), almostDict)

function differs(bytes: Uint8Array, from: Uint8Array): boolean {
  return !equalBytes(bytes, from)
}

describe('keys messages', () => {
  it('are refused when nobody signed them', () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        expect(decodeKeysMessage(bytes, groupKey).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('are refused when altered', () => {
    fc.assert(
      fc.property(arbitraryMutation(rekey.bytes), (bytes) => {
        fc.pre(differs(bytes, rekey.bytes))
        expect(decodeKeysMessage(bytes, groupKey).ok).toBe(false)
      }),
      { numRuns: CURVE_RUNS },
    )
  })

  it('are read or refused when the group itself signed nonsense', () => {
    const value: fc.Arbitrary<BtInput> = fc.oneof(
      fc.integer(),
      fc.constantFrom(24, 32, 48, 64).map((length) => new Uint8Array(length)),
      fc.array(
        fc.constantFrom(48, 68, 70).map((length) => new Uint8Array(length)),
        {
          maxLength: 80,
        },
      ),
    )
    const dict = fc.dictionary(fc.constantFrom('#', '+', 'G', 'K', 'k', 'm'), value)
    fc.assert(
      fc.property(dict, (entries) => {
        const unsigned = encodeBt(new Map(Object.entries(entries))).subarray(0, -1)
        const signature = sign(admin.signing, unsigned)
        const frame = Uint8Array.from(Buffer.from('1:~64:'))
        const bytes = concatBytes([unsigned, frame, signature, Uint8Array.of(0x65)])
        const decoded = decodeKeysMessage(bytes, groupKey)
        if (!decoded.ok) return
        const again = encodeKeysMessage(decoded.value, admin.signing)
        expect(decodeKeysMessage(again, groupKey)).toEqual(decoded)
      }),
      { numRuns: CURVE_RUNS },
    )
  })

  it('bring keys or a refusal, whatever a supplement holds', () => {
    const keys = encodeSupplement([{ generation: 1, key: secret, timestampMs: 5 }])
    fc.assert(
      fc.property(fc.oneof(anything, arbitraryMutation(keys)), fc.nat(3), (plaintext, newest) => {
        const decoded = decodeSupplement(plaintext, newest)
        if (!decoded.ok) return
        expect(decodeSupplement(encodeSupplement(decoded.value), newest)).toEqual(decoded)
        for (const { generation } of decoded.value) expect(generation).toBeLessThanOrEqual(newest)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('leave a device as it was when a supplement is nonsense', () => {
    fc.assert(
      fc.property(arbitraryBytes(100), (noise) => {
        const plaintext = concatBytes([new Uint8Array(52), noise])
        const sealed = sealSupplement(admin, [account.accountId], plaintext)
        const message = { kind: 'supplement', generation: 0, ...sealed } as const
        const keys = new GroupKeys({ groupKey, account })
        const bytes = encodeKeysMessage(message, admin.signing)
        expect(keys.receive({ hash: 'x', timestampMs: 1, bytes }).ok).toBe(false)
        expect(keys.state).toEqual({ keys: [], messages: [] })
      }),
      { numRuns: 100 },
    )
  })
})

describe('messages', () => {
  const content = create(ContentSchema, { dataMessage: { body: 'hello' } })
  const draft = { groupKey, secret, author: account, compression: zstdCompression }
  const composed = composeGroupContent({ ...draft, content, sentAtMs: 5 }, randomness)
  if (!composed.ok) throw composed.error
  const honest = composed.value

  it('are refused when they are random or altered', () => {
    const altered = arbitraryMutation(honest).filter((bytes) => differs(bytes, honest))
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(300), altered), (sealed) => {
        expect(openGroupContent({ ...opening, sealed }).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('are refused when a member sealed nonsense', () => {
    fc.assert(
      fc.property(anything, (plaintext) => {
        const sealed = sealWithGroupKey(secret, plaintext, randomness)
        expect(openGroupContent({ ...opening, sealed }).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('are read or refused when a member signed nonsense', () => {
    const plain = encodeProtobuf(ContentSchema, content)
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(60), arbitraryMutation(plain)), (data) => {
        const message = sealGroupMessage({ ...draft, data }, randomness)
        if (!message.ok) throw message.error
        const opened = openGroupContent({ ...opening, sealed: message.value })
        if (opened.ok) expect(opened.value.author).toBe(account.accountId)
      }),
      { numRuns: CURVE_RUNS },
    )
  })
})

describe('updates', () => {
  const sentAtMs = 5
  const notice = { kind: 'deletion', members: [account.accountId], hashes: ['h'] } as const
  const updates = [
    createInvite({ admin, member: account.accountId, name: 'x', sentAtMs }),
    createGroupNotice({ ...notice, isByAdmin: true }, { admin, sentAtMs }),
    createGroupNotice({ kind: 'name_changed', name: 'x' }, { admin, sentAtMs }),
  ].map((update) => encodeProtobuf(GroupUpdateMessageSchema, update))

  function expectNoThrow(bytes: Uint8Array): void {
    const decoded = decodeProtobuf(GroupUpdateMessageSchema, bytes)
    if (!decoded.ok) return
    readGroupNotice(decoded.value, { groupKey, sentAtMs })
    const invite = readInvite(decoded.value, { member: other.accountId, sentAtMs })
    // It was made for another account: no alteration makes it ours.
    expect(invite === undefined || !invite.ok).toBe(true)
    readPromotion(decoded.value)
  }

  it('are read or refused, whatever bytes they are', () => {
    fc.assert(fc.property(arbitraryBytes(200), expectNoThrow), { numRuns: DECODER_RUNS })
  })

  it('are read or refused when altered', () => {
    fc.assert(fc.property(fc.oneof(...updates.map(arbitraryMutation)), expectNoThrow), {
      numRuns: CURVE_RUNS,
    })
  })

  it.each([
    ['of any length', arbitraryBytes(99), DECODER_RUNS],
    // Each takes a multiplication of points, slow on either back end.
    ['of the right length', fc.uint8Array({ minLength: 100, maxLength: 100 }), CURVE_RUNS],
  ])('grant nothing by random bytes %s', (_, bytes, numRuns) => {
    const { accountId: member } = account
    fc.assert(
      fc.property(bytes, (each) => {
        expect(openMemberAuth({ groupKey, member, bytes: each })).toBeUndefined()
      }),
      { numRuns },
    )
  })
})

describe('notices to removed members', () => {
  const kicked = { members: [account.accountId], generation: 3 }
  const honest = createKickNotice(admin, kicked, randomness)
  const pieces = fc
    .array(fc.constantFrom('d', 'e', '1:#24:', 'n'.repeat(24), '1:e', 'l', '16:', 'c'.repeat(16)))
    .map((parts) => Uint8Array.from(Buffer.from(parts.join(''))))

  it('say nothing when they are random', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(200), pieces), (bytes) => {
        expect(openKickNotice({ account, groupKey, bytes })).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('say nothing, or what was written, when they are altered', () => {
    fc.assert(
      fc.property(arbitraryMutation(honest), (bytes) => {
        expect([undefined, 3]).toContain(openKickNotice({ account, groupKey, bytes }))
      }),
      { numRuns: CURVE_RUNS },
    )
  })
})
