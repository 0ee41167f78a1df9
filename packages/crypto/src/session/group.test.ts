import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concatBytes, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from '../bytes.ts'
import { blake2b } from '../hash.ts'
import type { AccountId } from '../identity/account-id.ts'
import { deriveAccount } from '../identity/account.ts'
import type { Account } from '../identity/account.ts'
import { encodeAccountId } from '../identity/account-id.ts'
import {
  convertSigningKeyPair,
  deriveSigningKeyPair,
  toEd25519PublicKey,
  verify,
} from '../signing.ts'
import type { MemberSealDomain } from './index.ts'
import {
  createGroupSeed,
  createMemberAuth,
  deriveGroupAdmin,
  deriveGroupAgreementKey,
  deriveRekey,
  deriveSubaccountToken,
  openAdminKey,
  openAsMember,
  openMemberAuth,
  openWithGroupKey,
  sealSupplement,
  sealToMember,
  sealWithGroupKey,
  signAsMember,
} from './index.ts'

function bytesOf(hex: string): Uint8Array {
  const bytes = decodeHex(hex)
  if (bytes === undefined) throw new TypeError('hex')
  return bytes
}

/** Accounts of vectors have seeds of 32 bytes, which no phrase has. */
function accountOf(seed: Uint8Array): Account {
  const signing = deriveSigningKeyPair(seed)
  const agreement = convertSigningKeyPair(signing)
  return { accountId: encodeAccountId(agreement.publicKey), signing, agreement }
}

const admin = deriveGroupAdmin(
  bytesOf('0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210'),
)
const member = accountOf(bytesOf('00112233445566778899aabbccddeeff'.repeat(2)))
const MEMBERS = [
  '05f1e8b64bbf761edf8f7b47e3a1f369985644cce0a62adb8e21604474bdd49627',
  '05c5ba413c336f2fe1fb9a2c525f8a86a412a1db128a7841b4e0e217fa9eb7fd5e',
  '05ece06dd8e02fb2f7d9497f956a1996e199953c651f4016a2f79a3b3e38d55628',
] as AccountId[]
const others = Array.from({ length: 12 }, (_, index) =>
  deriveAccount(new Uint8Array(16).fill(index + 1)),
)

describe('a group', () => {
  test('it has the published key', () => {
    expect(encodeHex(admin.signing.publicKey)).toBe(
      'c50cb3ae956947a8de19135b5be2685ff348afc63fc34a837aca12bc5c1f5625',
    )
    expect(deriveGroupAgreementKey(admin.signing.publicKey)).toEqual(admin.agreement.publicKey)
  })

  test('it has the published id of a second group', () => {
    const seed = bytesOf('4db38882cf0a0fffcbb971eb2b1420c92bc836c6946cd97bdc0c2787b806549d')
    expect(encodeHex(deriveGroupAdmin(seed).signing.publicKey)).toBe(
      '0442ca9b758eefe0c42370696688b28f48f44bf44941fae4f3d5b41f6358c41d',
    )
  })

  test.each([
    [
      '0123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210',
      '05f1e8b64bbf761edf8f7b47e3a1f369985644cce0a62adb8e21604474bdd49627',
    ],
    [
      '000111222333444555666777888999aaabbbcccdddeeefff0123456789abcdef',
      '05ece06dd8e02fb2f7d9497f956a1996e199953c651f4016a2f79a3b3e38d55628',
    ],
    [
      '00011122435111155566677788811263446552465222efff0123456789abcdef',
      '053ac269b71512776b0bd4a1234aaf93e67b4e9068a2c252f3b93a20acb590ae3c',
    ],
    [
      '00011129824754185548239498168169316979583253efff0123456789abcdef',
      '05a2b03abdda4df8316f9d7aed5d2d1e483e9af269d0b39191b08321b8495bc118',
    ],
    [
      '0000111122223333444455556666777788889999aaaabbbbccccddddeeeeffff',
      '050a41669a06c098f22633aee2eba03764ef6813bd4f770a3a2b9033b868ca470d',
    ],
    [
      `0123456789abcdef${'00'.repeat(24)}`,
      '05d673a8fb4800d2a252d2fc4e3342a88cdfa9412853934e8993d12d593be13371',
    ],
    [
      `0123456789abcdef1111111111111111${'00'.repeat(16)}`,
      '05afd9716ea69ab8c7f475e1b250c86a6539e260804faecf2a803e9281a4160738',
    ],
    [
      `0123456789abcdef2222222222222222${'00'.repeat(16)}`,
      '0503be14feabd59122349614b88bdc90db1d1af4c230e9a73c898beec833d51f11',
    ],
    [
      `0123456789abcdef3333333333333333${'00'.repeat(16)}`,
      '0527b5c1ea87cef76284c752fa6ee1b9186b1a95e74e8f5b88f8b47e5191ce6f08',
    ],
  ])('it has members whose ids are as published: %s', (seed, accountId) => {
    expect(accountOf(bytesOf(seed)).accountId).toBe(accountId)
  })

  test('it has no agreement key when its id is no point', () => {
    const key = toEd25519PublicKey(new Uint8Array(32))
    expect(key && deriveGroupAgreementKey(key)).toBeUndefined()
  })

  test('it begins with 32 random bytes', () => {
    expect(createGroupSeed({ bytes: (length) => new Uint8Array(length).fill(7) })).toEqual(
      new Uint8Array(32).fill(7),
    )
  })
})

describe('deriveRekey', () => {
  const rekey = deriveRekey(admin, MEMBERS, 0)

  test('it makes the published key, nonce and ciphertexts, in whatever order members are named (trap 19)', () => {
    expect(encodeHex(rekey.key)).toBe(
      '25dfc41d2800225cf0fd6243b90ec82aeb56ad96b4a46a4b0e327f9dc2517f39',
    )
    expect(encodeHex(rekey.nonce)).toBe('37e4902f0b5c46ed2f8bfc02182b0686681dec9e1ba44d6c')
    expect(encodeHex(rekey.sealedForAdmins)).toBe(
      'cd9d82390b0c43f6d4c3115412dba31e4066a513ef8286a48e68e9fefc77143e82bbf07bc3103006c5d202a238199cbc',
    )
    expect(rekey.sealedForMembers.slice(0, 4).map(encodeHex)).toEqual([
      'e23fcfedf76f91ba41b58cafdac10cb39af23e7710c9c944b134bcaf3c0cd7e3efa9e81e6f6db8825f703d7f7dc134c9',
      'e8f266547938d3da306bbfea2eb6e6215c3e82e0d594dde5aab13ac441230ed4e12214703cd0d199646784eb97656289',
      '91d2538c7aee9fa9204e8124850e4548df9ac6a5e902c94d0db1711e2eb2e508245d8e703b809895563d54fe0dc2f8fc',
      'c5f9bf485447e63db13d4b0dc38214181dbb5222ca00f7a07db0fb58cebe61730c52b7519c5fa7b1c7e0d2c0f965cd82',
    ])
    expect(deriveRekey(admin, MEMBERS.toReversed(), 0)).toEqual(rekey)
    expect(deriveRekey(admin, [...MEMBERS, ...MEMBERS], 0)).toEqual(rekey)
  })

  test('it follows by way of the published keys for admins and for junk (trap 19)', () => {
    const { nonce, sealedForAdmins, sealedForMembers, key } = rekey
    const adminKey = bytesOf('3aa44e2e355a0910f046a2f7053a1dab2597cd75cb6ef6235e98aba27ec0f19a')
    expect(openWithGroupKey(adminKey, concatBytes([nonce, sealedForAdmins]))).toEqual(key)
    const junkSeed = bytesOf('388aa83135755efecf9aa74631e956667c60e50d0dd217b4dd5b8035435a3a54')
    const counterAndNonce = concatBytes([new Uint8Array(4), encodeUtf8('LibsodiumDRG')])
    const keystream = createCipheriv('chacha20', junkSeed, counterAndNonce)
    const junk = keystream.update(new Uint8Array(72 * 48))
    expect(Buffer.concat(sealedForMembers.slice(3)).equals(junk)).toBe(true)
    const names = encodeUtf8([...MEMBERS].toSorted().join('') + '0')
    const seedHash = bytesOf('87f879e6e89abce3389b1531aef850d1147d3f9f81e712547ba26306be8a0ef1')
    const digestKey = encodeUtf8('SessionGroupKeyGen')
    const digest = blake2b(concatBytes([names, seedHash]), { length: 56, key: digestKey })
    expect(digest).toEqual(concatBytes([key, nonce]))
  })

  test.each([
    [0, 0],
    [1, 75],
    [12, 75],
  ])('it hides that there are %i members among %i (trap 19)', (count, shown) => {
    const ids = others.slice(0, count).map(({ accountId }) => accountId)
    expect(deriveRekey(admin, ids, 0).sealedForMembers).toHaveLength(shown)
  })

  test('it makes another key for each generation, membership and group', () => {
    const keys = [
      deriveRekey(admin, MEMBERS, 0),
      deriveRekey(admin, MEMBERS, 1),
      deriveRekey(admin, MEMBERS.slice(1), 0),
      deriveRekey(deriveGroupAdmin(new Uint8Array(32)), MEMBERS, 0),
    ]
    expect(new Set(keys.map(({ key }) => encodeHex(key))).size).toBe(4)
  })

  test('it opens for each member, for admins, and for nobody else', () => {
    const ids = others.slice(1).map(({ accountId }) => accountId)
    const { nonce, key, sealedForMembers, sealedForAdmins } = deriveRekey(admin, ids, 5)
    const domain = 'SessionGroupKeyMemberKey'
    const groupKey = admin.agreement.publicKey
    const opened = others.map(({ agreement }) =>
      openAsMember({ domain, nonce, groupKey, own: agreement, sealed: sealedForMembers }),
    )
    expect(opened).toEqual([undefined, ...ids.map(() => key)])
    expect(openAdminKey(admin, { nonce, sealed: sealedForAdmins })).toEqual(key)
    const stranger = deriveGroupAdmin(new Uint8Array(32))
    expect(openAdminKey(stranger, { nonce, sealed: sealedForAdmins })).toBeUndefined()
    expect(openAdminKey(admin, { nonce, sealed: sealedForAdmins.subarray(1) })).toBeUndefined()
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('it throws for the generation %d', (generation) => {
    expect(() => deriveRekey(admin, MEMBERS, generation)).toThrow(RangeError)
  })
})

describe('sealToMember', () => {
  const [own, other] = others
  if (own === undefined || other === undefined) throw new TypeError('twelve accounts')
  const nonce = new Uint8Array(24).fill(3)
  const domain = 'SessionGroupKickedMessage'
  const seal = { domain, nonce, group: admin.agreement, plaintext: Uint8Array.of(1, 2) } as const
  const sealed = sealToMember({ ...seal, member: own.agreement.publicKey })
  const opening = { domain, nonce, groupKey: admin.agreement.publicKey, sealed: [sealed] } as const

  test('it writes the published ciphertexts for each recipient', () => {
    const sender = accountOf(
      bytesOf(`0123456789abcdef0123456789abcdef${'00'.repeat(16)}`),
    ).agreement
    const published = {
      domain: 'test suite' as MemberSealDomain,
      nonce: bytesOf('32ab4bb45d6df5cc14e1c330fb1a8b68ea3826a8c2213a49'),
      group: sender,
      plaintext: encodeUtf8('hello'),
    }
    const recipients = [
      `0123456789abcdef${'00'.repeat(24)}`,
      `0123456789abcdef1111111111111111${'00'.repeat(16)}`,
      `0123456789abcdef2222222222222222${'00'.repeat(16)}`,
    ].map((seed) => accountOf(bytesOf(seed)).agreement)
    const written = recipients.map(({ publicKey }) =>
      encodeHex(sealToMember({ ...published, member: publicKey })),
    )
    expect(written).toEqual([
      'e64937e5ea201b84f4e88a976dad900d91caaf6a17',
      'b7a15bcd9f7b09445defcae2f1dc5085dd75cb085b',
      '01c4fc2156327735f3fb5063b11ea95f6ebcc5b6cc',
    ])
    const sealOne = (index: number, text: string): string | undefined => {
      const { publicKey } = recipients[index] ?? {}
      const plaintext = encodeUtf8(text)
      return publicKey && encodeHex(sealToMember({ ...published, plaintext, member: publicKey }))
    }
    expect(sealOne(1, 'cruel')).toBe('bcb642c49c6da03f70cdaab2ed6666721318afd631')
    expect(sealOne(2, 'world')).toBe('1ecee2215d226817edfdb097f05037eb799309103a')
  })

  test('it opens for its member among others, and for no other domain, nonce or group', () => {
    const among = [new Uint8Array(), new Uint8Array(18), sealed]
    expect(openAsMember({ ...opening, own: own.agreement, sealed: among })).toEqual(
      Uint8Array.of(1, 2),
    )
    const member0 = { ...opening, own: own.agreement }
    expect(openAsMember({ ...member0, domain: 'SessionGroupKeyMemberKey' })).toBeUndefined()
    expect(openAsMember({ ...member0, nonce: new Uint8Array(24) })).toBeUndefined()
    expect(openAsMember({ ...member0, nonce: new Uint8Array(23) })).toBeUndefined()
    expect(openAsMember({ ...opening, own: other.agreement })).toBeUndefined()
    const { publicKey } = other.agreement
    expect(openAsMember({ ...member0, groupKey: publicKey })).toBeUndefined()
  })
})

describe('sealSupplement', () => {
  test('it opens for those who were named, and depends on nothing random', () => {
    const ids = others.slice(0, 2).map(({ accountId }) => accountId)
    const plaintext = encodeUtf8('keys')
    const { nonce, sealed } = sealSupplement(admin, ids, plaintext)
    expect(sealSupplement(admin, ids, plaintext)).toEqual({ nonce, sealed })
    const domain = 'SessionGroupKeyMemberKey'
    const groupKey = admin.agreement.publicKey
    const opened = others
      .slice(0, 3)
      .map(({ agreement }) => openAsMember({ domain, nonce, groupKey, own: agreement, sealed }))
    expect(opened).toEqual([plaintext, plaintext, undefined])
    expect(sealSupplement(admin, ids, encodeUtf8('other')).nonce).not.toEqual(nonce)
  })
})

describe('subaccounts', () => {
  const bytes = createMemberAuth(admin, { member: member.accountId })

  test('it grants the published token, and signs as published (trap 21)', () => {
    expect(encodeHex(bytes)).toBe(
      '03030000013cb83a207d36c574aefe7dc51a5d1c3ad69d17f6c8d1c9398bee1180f8770ae9baefbffda37dc88100979128c1927a93492ee965cab5551e28f254313ef060b939cf3d50dc6336bab59155753fea6450844339ec36e2048b1602d97dd97e05',
    )
    const auth = openMemberAuth({
      groupKey: admin.signing.publicKey,
      member: member.accountId,
      bytes,
    })
    if (auth === undefined) throw new TypeError('granted')
    expect(encodeBase64(auth.token)).toBe('AwMAAIWvMR2nJXCFnK5+hNahNecWqMC39/TVVLjaR3imNug5')
    const request = encodeUtf8('retrieve9991693340111000')
    expect(encodeBase64(signAsMember(auth, member, request))).toBe(
      'c3PJ4g29v5RivKm8Tdg49vGU2/6kVd0yONnpz5U5zePMYptqW3iYQ0TYf2rEzv3qqkPhS5p67M5GAccHoBHGDQ==',
    )
  })

  test('it gives each member, of either sign, a key of its own that verifies (trap 21)', () => {
    const signs = new Set<boolean>()
    const tokens = new Set<string>()
    for (const account of others) {
      const grant = { member: account.accountId, flags: 7 }
      const auth = openMemberAuth({
        groupKey: admin.signing.publicKey,
        member: account.accountId,
        bytes: createMemberAuth(admin, grant),
      })
      if (auth === undefined) throw new TypeError('granted')
      expect(auth.token).toEqual(deriveSubaccountToken(admin, grant))
      expect([...auth.token.subarray(0, 4)]).toEqual([3, 7, 0, 0])
      const publicKey = toEd25519PublicKey(auth.token.subarray(4))
      if (publicKey === undefined) throw new TypeError('32 bytes')
      const message = encodeUtf8('request')
      const signature = signAsMember(auth, account, message)
      expect(verify({ publicKey, message, signature })).toBe(true)
      expect(verify({ publicKey, message: encodeUtf8('other'), signature })).toBe(false)
      signs.add((account.signing.publicKey[31] ?? 0) >= 0x80)
      tokens.add(encodeHex(auth.token))
    }
    expect(signs.size).toBe(2)
    expect(tokens.size).toBe(others.length)
  })

  test('it grants nothing to another member, by another group, or when altered', () => {
    const groupKey = admin.signing.publicKey
    const [other] = others
    if (other === undefined) throw new TypeError('twelve accounts')
    const opening = { groupKey, member: member.accountId, bytes }
    expect(openMemberAuth({ ...opening, member: other.accountId })).toBeUndefined()
    expect(openMemberAuth({ ...opening, groupKey: member.signing.publicKey })).toBeUndefined()
    for (let index = 0; index < bytes.length; index++) {
      const altered = Uint8Array.from(bytes)
      altered[index] = (altered[index] ?? 0) ^ 1
      expect(openMemberAuth({ ...opening, bytes: altered })).toBeUndefined()
      expect(openMemberAuth({ ...opening, bytes: bytes.subarray(0, index) })).toBeUndefined()
    }
  })

  test.each([0, 0xff])('it refuses a factor of bytes %i, never a throw', (fill) => {
    const altered = Uint8Array.from(bytes).fill(fill, 4, 36)
    const groupKey = admin.signing.publicKey
    expect(openMemberAuth({ groupKey, member: member.accountId, bytes: altered })).toBeUndefined()
  })
})

describe('sealWithGroupKey', () => {
  const key = new Uint8Array(32).fill(1)
  const randomness = { bytes: (length: number) => new Uint8Array(length).fill(2) }

  test('it opens with its key alone, and for no shortened text', () => {
    const sealed = sealWithGroupKey(key, Uint8Array.of(1, 2, 3), randomness)
    expect(openWithGroupKey(key, sealed)).toEqual(Uint8Array.of(1, 2, 3))
    expect(openWithGroupKey(new Uint8Array(32), sealed)).toBeUndefined()
    for (let length = 0; length < sealed.length; length++) {
      expect(openWithGroupKey(key, sealed.subarray(0, length))).toBeUndefined()
    }
  })

  test('it has its random nonce in front, where configurations have none (trap 15)', () => {
    const sealed = sealWithGroupKey(key, Uint8Array.of(1, 2, 3), randomness)
    expect(sealed.subarray(0, 24)).toEqual(randomness.bytes(24))
    expect(sealed).toHaveLength(24 + 3 + 16)
    const behind = Uint8Array.from([...sealed.subarray(24), ...sealed.subarray(0, 24)])
    expect(openWithGroupKey(key, behind)).toBeUndefined()
  })

  test('it throws for a key of another length, which is our own mistake', () => {
    expect(() => sealWithGroupKey(key.subarray(1), key, randomness)).toThrow(RangeError)
    expect(() => openWithGroupKey(key.subarray(1), key)).toThrow(RangeError)
  })
})
