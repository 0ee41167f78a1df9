/**
 * The vector files of spec 11: the cipher, revisions, and what a swarm keeps.
 *
 * @module
 */
import { deriveAccount } from '@sotto/crypto/identity'
import { openConfig, sealConfig } from '@sotto/crypto/session'
import { deriveSigningKeyPair, toEd25519PublicKey } from '@sotto/crypto/signing'
import { decodeBt, encodeBt } from '../src/bt/index.ts'
import { isDict } from '../src/bt/read-bt.ts'
import {
  type ConfigMessage,
  createMessage,
  createNextMessage,
} from '../src/config/config-message.ts'
import { EMPTY_DIFF, computeDiff } from '../src/config/config-diff.ts'
import { type ConfigDict, EMPTY_DICT } from '../src/config/config-value.ts'
import { fromByteText } from '../src/config/byte-text.ts'
import { decodeData, encodeData } from '../src/config/data-encoding.ts'
import { decodeMessage } from '../src/config/decode-message.ts'
import { encodeDiff } from '../src/config/diff-encoding.ts'
import {
  type ConfigDomain,
  openCiphertext,
  sealMessage,
  unwrapConfig,
  wrapConfig,
} from '../src/config/index.ts'
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
  if (plaintext !== undefined)
    return { expect: { hex: hexOf(sealConfig(key, bytesOf(plaintext))) } }
  const opened = openConfig(key, bytesOf(sealed ?? ''))
  return verdictOfParsed(opened, 'config_unopened', (bytes) => ({ hex: hexOf(bytes) }))
}

/** Readable where it can be. */
function showBytes(bytes: Uint8Array): BytesInput {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText ? { text: String.fromCharCode(...bytes) } : { hex: hexOf(bytes) }
}

export function showMessage(message: ConfigMessage): unknown {
  return {
    seqno: message.seqno,
    hash: hexOf(fromByteText(message.hash)),
    data: showBytes(encodeBt(encodeData(message.data))),
    diff: showBytes(encodeBt(encodeDiff(message.diff))),
    lagged: message.lagged.map(({ seqno, hash, diff }) => ({
      seqno,
      hash: hexOf(fromByteText(hash)),
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
    const first = { seqno, data, diff: EMPTY_DIFF, lagged: [], unknown: new Map() }
    written.push(
      previous === undefined
        ? createMessage({ ...first, diff: computeDiff(EMPTY_DICT, data) }, keyPair)
        : createNextMessage(previous, data, keyPair),
    )
  }
  return {
    expect: written.map(({ bytes, hash }) => ({
      message: showBytes(bytes),
      hash: hexOf(fromByteText(hash)),
    })),
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
  /** As the swarm gave it. */
  readonly stored?: string
}

/** Seals a message as an account stores it, or opens what its swarm gave. */
function evaluateStored(input: StoredInput): Verdict {
  const { domain, seqno = 0, message, stored } = input
  const account = deriveAccount(bytesOf(input.seed))
  const cipher = { domain, secrets: [account.signing.seed], compression: zstdCompression }
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
  const opened = openCiphertext(cipher, unwrapConfig(account, bytesOf(stored ?? '')))
  return verdictOf(opened, (value) =>
    value.kind === 'message'
      ? { message: showBytes(value.bytes) }
      : { part: { ...value.part, wholeHash: hexOf(fromByteText(value.part.wholeHash)) } },
  )
}

export const CONFIG_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('11-config/cipher.json', evaluateCipher),
  defineEvaluator('11-config/message.json', evaluateMessage),
  defineEvaluator('11-config/revisions.json', evaluateRevisions),
  defineEvaluator('11-config/stored.json', evaluateStored),
]
