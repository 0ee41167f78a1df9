/**
 * The signed part of a message: who wrote it, to whom, and what (spec 12 §3.4). It is what a message's encryption hides.
 *
 * @module
 */
import { type Account, type AccountId, encodeAccountId } from '@sotto/crypto/identity'
import { concatBytes, decodeHex } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  convertSigningPublicKey,
  type Ed25519PublicKey,
  sign,
  type SigningKeyPair,
  verify,
} from '@sotto/crypto/signing'
import type { BtDict, BtInput } from '../../bt/index.ts'
import { readBytes, readKey } from '../../bt/read-bt.ts'
import { ProtocolError } from '../../errors.ts'
import { hashInDomain, PERSONALISATION } from '../domains.ts'
import { appendToRange, decodeDict, encodeSignedRange, readSignedRange } from '../signed-dict.ts'

const SENDER_KEY = 'S'
const CONTENT_KEY = 'c'
const SIGNATURE_KEY = '~'
const PRO_SIGNATURE_KEY = '~P'
const SIGNATURE_BYTES = 64

export interface MessageDraft {
  readonly sender: Account
  readonly recipient: AccountId
  /** A content of spec 05 §4 as protobuf, without padding. */
  readonly content: Uint8Array
  /** The rotating key of an account with the Pro feature. */
  readonly proKey?: SigningKeyPair
  /** Rounds the size up to one of a few (spec 12 §3.6) instead of to the next step. */
  readonly usesSizeClasses?: boolean
}

export interface SignedContent {
  readonly sender: AccountId
  readonly senderSigningKey: Ed25519PublicKey
  readonly content: Uint8Array
  /** Not checked here: the key that made it is named in the content. */
  readonly pro?: { readonly signature: Uint8Array; readonly signed: Uint8Array }
}

export function encodeSignedContent(draft: MessageDraft): Uint8Array {
  const { sender, recipient, content, proKey } = draft
  const body = encodeSignedRange(
    new Map<string, BtInput>([
      [SENDER_KEY, sender.signing.publicKey],
      [CONTENT_KEY, content],
    ]),
  )
  const signature = sign(sender.signing, hashBody(body, recipient))
  const withSignature = appendToRange(body, new Map([[SIGNATURE_KEY, signature]]))
  if (proKey === undefined) return withSignature
  const range = withSignature.subarray(0, -1)
  return appendToRange(range, new Map([[PRO_SIGNATURE_KEY, sign(proKey, range)]]))
}

/**
 * Total. The recipient is in what was signed: otherwise it could put the sender's words into a message to somebody else.
 */
export function decodeSignedContent(
  recipient: AccountId,
  bytes: Uint8Array,
): Result<SignedContent, ProtocolError> {
  const dict = decodeDict(bytes)
  const senderSigningKey = readKey(dict?.get(SENDER_KEY))
  const content = dict?.get(CONTENT_KEY)
  const signature = readBytes(dict?.get(SIGNATURE_KEY), SIGNATURE_BYTES)
  if (dict === undefined || senderSigningKey === undefined) return malformed('sender')
  if (!(content instanceof Uint8Array) || signature === undefined) return malformed('content')
  const message = hashBody(readSignedRange(bytes, dict, SIGNATURE_KEY), recipient)
  const senderKey = convertSigningPublicKey(senderSigningKey)
  if (senderKey === undefined || !verify({ publicKey: senderSigningKey, message, signature })) {
    return err(new ProtocolError('session_v2_signature', 'message'))
  }
  const pro = readPro(bytes, dict)
  if (pro === undefined && dict.has(PRO_SIGNATURE_KEY)) return malformed('pro signature')
  const sender = encodeAccountId(senderKey)
  return ok({ sender, senderSigningKey, content, ...(pro && { pro }) })
}

function readPro(bytes: Uint8Array, dict: BtDict): SignedContent['pro'] {
  const signature = readBytes(dict.get(PRO_SIGNATURE_KEY), SIGNATURE_BYTES)
  return signature && { signature, signed: readSignedRange(bytes, dict, PRO_SIGNATURE_KEY) }
}

/** The key is the id with its 05, of 33 bytes, unlike everywhere else in this document. */
function hashBody(body: Uint8Array, recipient: AccountId): Uint8Array {
  const key = decodeHex(recipient)
  if (key === undefined) throw new TypeError('an account id that was never parsed')
  return hashInDomain({
    domain: PERSONALISATION.messageSignature,
    length: 64,
    key,
    parts: [concatBytes([body])],
  })
}

function malformed(what: string): Result<never, ProtocolError> {
  return err(new ProtocolError('session_v2_malformed', what))
}
