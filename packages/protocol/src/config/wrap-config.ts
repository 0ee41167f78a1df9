/**
 * The envelope in which an account stores its own configurations: a message from itself to itself (spec 11 §4). It adds
 * no secrecy; other clients write and expect it. Groups' configurations have none.
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import { concatBytes } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import { openSealed, sealDeterministic, unpadContent } from '@sotto/crypto/session'
import { decodeEnvelope, encodeEnvelope } from '../session/envelope.ts'
import { ContentSchema, type SharedConfigMessage_Kind } from '../session/generated/session_pb.ts'
import { decodeProtobuf, encodeProtobuf } from '../session/protobuf.ts'

export interface WrapInput {
  readonly account: Account
  readonly kind: SharedConfigMessage_Kind
  readonly seqno: number
  readonly ciphertext: Uint8Array
}

/** The same for all, as the bytes must be: the true time would make each push a new message. */
const ENVELOPE_TIMESTAMP_MS = 1
const TERMINATOR: Uint8Array = Uint8Array.of(0x80)
/** Some clients wrapped twice by mistake, and their messages are still read. */
const WRAPS_MAX = 2

/** The ciphertext as it is when the envelope would make it too large to be stored. */
export function wrapConfig({ account, kind, seqno, ciphertext }: WrapInput): Uint8Array {
  const content = create(ContentSchema, {
    sharedConfigMessage: { kind, seqno: BigInt(seqno), data: ciphertext },
  })
  const message = concatBytes([encodeProtobuf(ContentSchema, content), TERMINATOR])
  const sealed = sealDeterministic({ sender: account, recipient: account.accountId, message })
  const wrapped = encodeEnvelope({ timestampMs: ENVELOPE_TIMESTAMP_MS, sealed })
  return wrapped.ok ? wrapped.value : ciphertext
}

/** What is no envelope from this account to itself is taken for a bare ciphertext; opening that one decides. */
export function unwrapConfig(account: Account, stored: Uint8Array): Uint8Array {
  let bytes = stored
  for (let wraps = 0; wraps < WRAPS_MAX; wraps++) {
    const inner = openWrap(account, bytes)
    if (inner === undefined) break
    bytes = inner
  }
  return bytes
}

function openWrap(account: Account, bytes: Uint8Array): Uint8Array | undefined {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) return undefined
  const opened = openSealed({ account, ciphertext: envelope.value.sealed })
  if (!opened.ok || opened.value.sender !== account.accountId) return undefined
  const content = decodeProtobuf(ContentSchema, unpadContent(opened.value.message))
  return content.ok ? content.value.sharedConfigMessage?.data : undefined
}
