/**
 * The vector files of spec 11: the cipher, revisions, merging, and what a swarm keeps.
 *
 * @module
 */
import { deriveAccount } from '@sotto/crypto/identity'
import { openConfig, sealConfig } from '@sotto/crypto/session'
import { deriveSigningKeyPair, toEd25519PublicKey } from '@sotto/crypto/signing'
import { decodeBt, encodeBt } from '../src/bt/index.ts'
import { isDict } from '../src/bt/read-bt.ts'
import { fromByteText } from '../src/config/byte-text.ts'
import { type ConfigDomain, openCiphertext, sealMessage } from '../src/config/config-ciphertext.ts'
import { computeDiff } from '../src/config/config-diff.ts'
import {
  type ConfigMessage,
  createMessage,
  createNextMessage,
} from '../src/config/config-message.ts'
import { decodePart } from '../src/config/config-part.ts'
import { type ConfigDict, EMPTY_DICT } from '../src/config/config-value.ts'
import { decodeData, encodeData } from '../src/config/data-encoding.ts'
import { decodeMessage } from '../src/config/decode-message.ts'
import { encodeDiff } from '../src/config/diff-encoding.ts'
import {
  openContacts,
  openConvoInfo,
  openGroupMembers,
  openUserGroups,
  parseCommunityAddress,
  readGroupInfo,
  readUserProfile,
  SharedConfig,
  type SharedConfigOptions,
} from '../src/config/index.ts'
import { mergeMessages } from '../src/config/merge-messages.ts'
import { unwrapConfig, wrapConfig } from '../src/config/wrap-config.ts'
import { SharedConfigMessage_Kind } from '../src/session/index.ts'
import {
  type BytesInput,
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'
import { zstdCompression } from './zstd-compression.ts'

interface CipherInput {
  readonly secret: string
  readonly domain: string
  readonly plaintext?: BytesInput
  readonly sealed?: string
}

function evaluateCipher({ secret, domain, plaintext, sealed }: CipherInput): Verdict {
  const key = { secret: bytesOf(secret), domain }
  if (plaintext !== undefined) {
    return { expect: { hex: hexOf(sealConfig(key, bytesOf(plaintext))) } }
  }
  const opened = openConfig(key, bytesOf(sealed ?? ''))
  return verdictOfParsed(opened, 'config_unopened', (bytes) => ({ hex: hexOf(bytes) }))
}

/** Readable where it can be. */
function showBytes(bytes: Uint8Array): BytesInput {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText ? { text: String.fromCharCode(...bytes) } : { hex: hexOf(bytes) }
}

function showHash(hash: string): string {
  return hexOf(fromByteText(hash))
}

function showMessage(message: ConfigMessage): unknown {
  return {
    seqno: message.seqno,
    hash: showHash(message.hash),
    data: showBytes(encodeBt(encodeData(message.data))),
    diff: showBytes(encodeBt(encodeDiff(message.diff))),
    lagged: message.lagged.map(({ seqno, hash, diff }) => ({
      seqno,
      hash: showHash(hash),
      diff: showBytes(encodeBt(encodeDiff(diff))),
    })),
    ...(message.unknown.size > 0 && { unknown: [...message.unknown.keys()] }),
  }
}

function verifierOf(hex: string | undefined): ReturnType<typeof toEd25519PublicKey> {
  return hex === undefined ? undefined : toEd25519PublicKey(bytesOf(hex))
}

type MessageInput = BytesInput & { readonly verifier?: string }

function evaluateMessage(input: MessageInput): Verdict {
  return verdictOf(decodeMessage(bytesOf(input), verifierOf(input.verifier)), showMessage)
}

interface RevisionsInput {
  readonly seqno: number
  /** In bt: the state of each revision. */
  readonly states: readonly BytesInput[]
  readonly signer?: string
}

function dataOf(input: BytesInput): ConfigDict | undefined {
  const decoded = decodeBt(bytesOf(input))
  return decoded.ok && isDict(decoded.value) ? decodeData(decoded.value) : undefined
}

/** The first revision stands alone; each further one follows from the one before. */
function evaluateRevisions({ seqno, states, signer }: RevisionsInput): Verdict {
  const keyPair = signer === undefined ? undefined : deriveSigningKeyPair(bytesOf(signer))
  const written: ConfigMessage[] = []
  for (const state of states) {
    const data = dataOf(state)
    if (data === undefined) return { reject: 'config_malformed' }
    const previous = written.at(-1)
    const first = { seqno, data, diff: computeDiff(EMPTY_DICT, data), lagged: [] }
    written.push(
      previous === undefined
        ? createMessage({ ...first, unknown: new Map() }, keyPair)
        : createNextMessage(previous, data, keyPair),
    )
  }
  return { expect: written.map(showWritten) }
}

function showWritten({ bytes, hash }: ConfigMessage): unknown {
  return { message: showBytes(bytes), hash: showHash(hash) }
}

interface MergeInput {
  readonly messages: readonly BytesInput[]
  readonly verifier?: string
  readonly signer?: string
}

/** What cannot be read takes no part; when nothing is left, its last refusal is the result. */
function evaluateMerge({ messages, verifier, signer }: MergeInput): Verdict {
  const candidates: ConfigMessage[] = []
  let reject = 'nothing'
  for (const input of messages) {
    const message = decodeMessage(bytesOf(input), verifierOf(verifier))
    if (message.ok) candidates.push(message.value)
    else reject = message.error.code
  }
  if (candidates.length === 0) return { reject }
  const isReader = verifier !== undefined && signer === undefined
  const keyPair = signer === undefined ? {} : { signer: deriveSigningKeyPair(bytesOf(signer)) }
  const outcome = mergeMessages(
    candidates,
    isReader ? { kind: 'reader' } : { kind: 'writer', ...keyPair },
  )
  return {
    expect: { kind: outcome.kind, written: showWritten(outcome.message) },
  }
}

const KINDS: Readonly<Record<string, SharedConfigMessage_Kind>> = {
  UserProfile: SharedConfigMessage_Kind.USER_PROFILE,
  Contacts: SharedConfigMessage_Kind.CONTACTS,
  ConvoInfoVolatile: SharedConfigMessage_Kind.CONVO_INFO_VOLATILE,
  UserGroups: SharedConfigMessage_Kind.USER_GROUPS,
}

interface StoredInput {
  readonly seed: string
  readonly domain: ConfigDomain
  readonly seqno?: number
  /** To be stored, with or without its envelope. */
  readonly message?: BytesInput
  readonly isBare?: boolean
  /** As the swarm gave it, or its plaintext to be sealed first. */
  readonly stored?: string
  readonly plaintext?: BytesInput
}

/** Seals a message as an account stores it, or opens what its swarm gave. */
function evaluateStored(input: StoredInput): Verdict {
  const { domain, seqno = 0, message, stored, plaintext } = input
  const account = deriveAccount(bytesOf(input.seed))
  const secret = account.signing.seed
  const cipher: SharedConfigOptions['cipher'] = {
    domain,
    secrets: [secret],
    compression: zstdCompression,
  }
  if (message !== undefined) {
    const kind = KINDS[domain] ?? SharedConfigMessage_Kind.USER_PROFILE
    return verdictOf(sealMessage(cipher, bytesOf(message)), (ciphertexts) =>
      ciphertexts.map((ciphertext) =>
        hexOf(
          input.isBare === true ? ciphertext : wrapConfig({ account, kind, seqno, ciphertext }),
        ),
      ),
    )
  }
  const sealed =
    plaintext === undefined
      ? bytesOf(stored ?? '')
      : sealConfig({ secret, domain }, bytesOf(plaintext))
  return verdictOf(openCiphertext(cipher, unwrapConfig(account, sealed)), (value) =>
    value.kind === 'message' ? { message: showBytes(value.bytes) } : { part: 'see part.json' },
  )
}

/** Reads the plaintext of a part. */
function evaluatePart(input: BytesInput): Verdict {
  return verdictOfParsed(decodePart(bytesOf(input)), 'config_malformed', (part) => ({
    wholeHash: showHash(part.wholeHash),
    index: part.index,
    count: part.count,
    chunk: showBytes(part.chunk),
  }))
}

function evaluateCommunity({ text }: { readonly text: string }): Verdict {
  return verdictOfParsed(parseCommunityAddress(text), 'no community', (address) => ({
    ...address,
    publicKey: hexOf(address.publicKey),
  }))
}

const VIEWS: Readonly<Record<string, (config: SharedConfig) => unknown>> = {
  UserProfile: readUserProfile,
  Contacts: (config) => openContacts(config).list(),
  ConvoInfoVolatile: (config) => {
    const { accounts, groups, communities } = openConvoInfo(config)
    return { accounts: accounts.list(), groups: groups.list(), communities: communities.list() }
  },
  UserGroups: (config) => {
    const { groups, communities } = openUserGroups(config)
    return { groups: groups.list(), communities: communities.list() }
  },
  'groups::Info': readGroupInfo,
  'groups::Members': (config) => openGroupMembers(config).list(),
}

/** Bytes as hex, at any depth. */
function showView(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      inner instanceof Uint8Array ? hexOf(inner) : inner,
    ),
  )
}

interface ViewInput {
  readonly domain: ConfigDomain
  /** In bt. */
  readonly data: BytesInput
}

function evaluateView({ domain, data }: ViewInput): Verdict {
  const decoded = dataOf(data)
  const view = VIEWS[domain]
  if (decoded === undefined || view === undefined) return { reject: 'config_malformed' }
  const config = new SharedConfig({
    cipher: { domain, secrets: [], compression: zstdCompression },
  })
  for (const [key, value] of decoded) config.set([key], value)
  return { expect: showView(view(config)) }
}

export const CONFIG_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('11-config/cipher.json', evaluateCipher),
  defineEvaluator('11-config/message.json', evaluateMessage),
  defineEvaluator('11-config/revisions.json', evaluateRevisions),
  defineEvaluator('11-config/merge.json', evaluateMerge),
  defineEvaluator('11-config/part.json', evaluatePart),
  defineEvaluator('11-config/stored.json', evaluateStored),
  defineEvaluator('11-config/community.json', evaluateCommunity),
  defineEvaluator('11-config/view.json', evaluateView),
]
