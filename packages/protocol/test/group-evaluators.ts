/**
 * The vector files of spec 14: grants, keys, messages, notices, and what admins sign.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import {
  type Account,
  deriveAccount,
  encodeAccountId,
  parseAccountId,
} from '@sotto/crypto/identity'
import {
  createMemberAuth,
  type MemberSealDomain,
  openMemberAuth,
  sealToMember,
  signAsMember,
} from '@sotto/crypto/session'
import {
  convertSigningKeyPair,
  deriveSigningKeyPair,
  type Ed25519PublicKey,
} from '@sotto/crypto/signing'
import { toX25519PublicKey } from '@sotto/crypto/agreement'
import { openGroupMessage, sealGroupMessage } from '../src/group/group-message.ts'
import { GroupKeys, groupIdKey, openKickNotice, parseGroupId } from '../src/group/index.ts'
import { isStatementSigned } from '../src/group/admin-signature.ts'
import { adminOf } from './group-fixtures.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'
import { zstdCompression } from './zstd-compression.ts'

/** Seeds of vectors have 32 bytes, or 16 as those of accounts. */
function accountOf(seed: string): Account {
  const bytes = bytesOf(seed)
  if (bytes.length === 16) return deriveAccount(bytes)
  const signing = deriveSigningKeyPair(bytes)
  const agreement = convertSigningKeyPair(signing)
  return { accountId: encodeAccountId(agreement.publicKey), signing, agreement }
}

function groupKeyOf(groupId: string): Ed25519PublicKey {
  const parsed = parseGroupId(groupId)
  if (parsed === undefined) throw new TypeError('a vector names a group that is none')
  return groupIdKey(parsed)
}

interface GrantInput {
  readonly groupSeed?: string
  readonly groupId?: string
  readonly memberSeed: string
  readonly flags?: number
  readonly grant?: string
  readonly request: string
}

/** Makes a grant, or opens one, and signs a request with it. */
function evaluateGrant(input: GrantInput): Verdict {
  const account = accountOf(input.memberSeed)
  const { accountId: member } = account
  const admin = input.groupSeed === undefined ? undefined : adminOf(input.groupSeed)
  const groupKey = admin?.signing.publicKey ?? groupKeyOf(input.groupId ?? '')
  const { flags } = input
  const grant = { member, ...(flags !== undefined && { flags }) }
  const bytes = admin ? createMemberAuth(admin, grant) : bytesOf(input.grant ?? '')
  return verdictOfParsed(openMemberAuth({ groupKey, member, bytes }), 'grant', (auth) => ({
    grant: hexOf(bytes),
    token: hexOf(auth.token),
    signature: hexOf(signAsMember(auth, account, encodeUtf8(input.request))),
  }))
}

interface SealInput {
  /** One of ours, or the name in the vectors that others published. */
  readonly domain: MemberSealDomain
  readonly groupSeed: string
  readonly member: string
  readonly nonce: string
  readonly text: string
}

function evaluateSeal({ domain, groupSeed, member, nonce, text }: SealInput): Verdict {
  const account = parseAccountId(member)
  if (!account.ok) return { reject: account.error.code }
  const key = toX25519PublicKey(bytesOf(member.slice(2)))
  if (key === undefined) return { reject: 'account_id_length' }
  const group = adminOf(groupSeed).agreement
  const sealed = sealToMember({
    domain,
    nonce: bytesOf(nonce),
    group,
    member: key,
    plaintext: encodeUtf8(text),
  })
  return { expect: hexOf(sealed) }
}

interface RekeyInput {
  readonly groupSeed: string
  readonly members: readonly string[]
  readonly after?: number
}

/** The message of the first key, or of the next one after so many. */
function evaluateRekey({ groupSeed, members, after = 0 }: RekeyInput): Verdict {
  const admin = adminOf(groupSeed)
  const ids = members.map((member) => parseAccountId(member))
  const accepted = ids.flatMap((id) => (id.ok ? [id.value] : []))
  if (accepted.length < ids.length) return { reject: 'account_id' }
  const groupKey = admin.signing.publicKey
  const keys = new GroupKeys({ groupKey, account: accountOf('00'.repeat(16)), admin })
  for (let round = 0; round < after; round++) {
    const push = keys.rekey(accepted)
    keys.receive({ hash: String(round), timestampMs: round, bytes: push.bytes })
  }
  const { bytes, generation } = keys.rekey(accepted)
  const [key] = keys.secrets
  return {
    expect: {
      generation,
      key: hexOf(key ?? new Uint8Array()),
      bytes: bytes.length,
      sha256: hexOf(sha256(bytes)),
    },
  }
}

interface KeysInput {
  readonly groupId: string
  readonly memberSeed: string
  readonly message: string
}

function evaluateKeys({ groupId, memberSeed, message }: KeysInput): Verdict {
  const groupKey = groupKeyOf(groupId)
  const keys = new GroupKeys({ groupKey, account: accountOf(memberSeed) })
  const bytes = bytesOf(message)
  return verdictOf(keys.receive({ hash: 'x', timestampMs: 7, bytes }), (outcome) => ({
    outcome,
    keys: keys.state.keys.map(({ generation, key, timestampMs }) => ({
      generation,
      key: hexOf(key),
      timestampMs,
    })),
  }))
}

interface MessageInput {
  readonly groupId: string
  readonly key: string
  readonly authorSeed?: string
  readonly nonce?: string
  readonly text?: string
  readonly sealed?: string
}

function evaluateMessage(input: MessageInput): Verdict {
  const groupKey = groupKeyOf(input.groupId)
  const secret = bytesOf(input.key)
  const compression = zstdCompression
  if (input.authorSeed === undefined) {
    const sealed = bytesOf(input.sealed ?? '')
    const opened = openGroupMessage({ groupKey, secrets: [secret], compression, sealed })
    return verdictOf(opened, ({ author, data }) => ({ author, data: hexOf(data) }))
  }
  const seal = { groupKey, secret, author: accountOf(input.authorSeed), compression }
  const data = encodeUtf8(input.text ?? '')
  const randomness = { bytes: () => bytesOf(input.nonce ?? '') }
  return verdictOf(sealGroupMessage({ ...seal, data }, randomness), (bytes) => hexOf(bytes))
}

interface KickInput {
  readonly groupId: string
  readonly memberSeed: string
  readonly notice: string
}

function evaluateKick({ groupId, memberSeed, notice }: KickInput): Verdict {
  const generation = openKickNotice({
    account: accountOf(memberSeed),
    groupKey: groupKeyOf(groupId),
    bytes: bytesOf(notice),
  })
  return verdictOfParsed(generation, 'no notice', (value) => ({ generation: value }))
}

interface StatementInput {
  readonly groupId: string
  readonly statement: Parameters<typeof isStatementSigned>[0]['statement']
  readonly sentAtMs: number
  readonly signature: string
}

function evaluateStatement({ groupId, statement, sentAtMs, signature }: StatementInput): Verdict {
  const groupKey = groupKeyOf(groupId)
  const isSigned = isStatementSigned({
    groupKey,
    statement,
    sentAtMs,
    signature: bytesOf(signature),
  })
  return isSigned ? { expect: true } : { reject: 'group_signature' }
}

export const GROUP_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('14-groups/grant.json', evaluateGrant),
  defineEvaluator('14-groups/member-seal.json', evaluateSeal),
  defineEvaluator('14-groups/rekey.json', evaluateRekey),
  defineEvaluator('14-groups/keys.json', evaluateKeys),
  defineEvaluator('14-groups/message.json', evaluateMessage),
  defineEvaluator('14-groups/kick.json', evaluateKick),
  defineEvaluator('14-groups/statement.json', evaluateStatement),
]
