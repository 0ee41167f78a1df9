/**
 * What a message says of a file that it does not carry: where it is, its key, and how to show it (spec 13 §4.2).
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  FILE_CONTENT_BYTES_MAX,
  FILE_KEY_BYTES,
  OLDER_DIGEST_BYTES,
  OLDER_KEY_BYTES,
} from '@sotto/crypto/session'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { type AttachmentPointer, AttachmentPointerSchema } from '../session/index.ts'
import { readNumberId } from '../files/file-id.ts'
import { type FileAddress, formatFileAddress, parseFileAddress } from './file-address.ts'
import { cleanContentType, cleanFileName } from './file-description.ts'

/** How a file was sealed, and what opens it. */
export type FileSeal =
  | { readonly kind: 'stream'; readonly key: Uint8Array }
  | { readonly kind: 'older'; readonly key: Uint8Array; readonly digest: Uint8Array }

export interface Attachment {
  readonly address: FileAddress
  readonly seal: FileSeal
  /** Of the content; what the file holds must agree. */
  readonly contentBytes: number
  readonly contentType: string
  /** Empty for none. */
  readonly fileName: string
  readonly isVoiceMessage: boolean
  /** In pixels, 0 for unknown. */
  readonly width: number
  readonly height: number
  readonly caption: string
}

/** Spec 13 §4.2. */
const FLAG_VOICE_MESSAGE = 1

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

/** What is read of a pointer. */
export type PointerFields = Pick<
  AttachmentPointer,
  | 'url'
  | 'key'
  | 'digest'
  | 'size'
  | 'contentType'
  | 'fileName'
  | 'flags'
  | 'width'
  | 'height'
  | 'caption'
>

/** Reads what a sender wrote. Total. */
export function decodeAttachment(pointer: PointerFields): Result<Attachment, ProtocolError> {
  const address = parseFileAddress(pointer.url)
  if (address === undefined) return refuse('attachment_malformed', 'address')
  if (pointer.size > FILE_CONTENT_BYTES_MAX) {
    return refuse('attachment_limit', `${pointer.size} bytes`)
  }
  const seal = readSeal(address, pointer)
  if (seal === undefined) return refuse('attachment_malformed', 'key or digest')
  return ok({
    address,
    seal,
    contentBytes: pointer.size,
    contentType: cleanContentType(pointer.contentType),
    fileName: cleanFileName(pointer.fileName),
    isVoiceMessage: (pointer.flags & FLAG_VOICE_MESSAGE) !== 0,
    width: pointer.width,
    height: pointer.height,
    caption: pointer.caption,
  })
}

/** The address alone decides: with a key of the other kind, nothing would open anyway. */
function readSeal({ isStream }: FileAddress, pointer: PointerFields): FileSeal | undefined {
  const { key, digest } = pointer
  if (isStream) return key.length === FILE_KEY_BYTES ? { kind: 'stream', key } : undefined
  if (key.length !== OLDER_KEY_BYTES || digest.length !== OLDER_DIGEST_BYTES) return undefined
  return { kind: 'older', key, digest }
}

/** Fields with nothing to say are left out. */
export function createAttachmentPointer(attachment: Attachment): AttachmentPointer {
  const { address, seal, contentBytes, isVoiceMessage, fileName, caption } = attachment
  const { width, height } = attachment
  if (address.isStream !== (seal.kind === 'stream')) {
    throw new RangeError('an address that says another seal')
  }
  return create(AttachmentPointerSchema, {
    id: BigInt(readNumberId(address.fileId) ?? 0),
    contentType: attachment.contentType,
    key: seal.key,
    size: contentBytes,
    ...(seal.kind === 'older' && { digest: seal.digest }),
    ...(fileName !== '' && { fileName }),
    ...(isVoiceMessage && { flags: FLAG_VOICE_MESSAGE }),
    ...(width > 0 && { width }),
    ...(height > 0 && { height }),
    ...(caption !== '' && { caption }),
    url: formatFileAddress(address),
  })
}
