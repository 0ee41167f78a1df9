/**
 * Files of messages as the history has them: how they open (spec 13 §4), and whether they are on this device.
 *
 * @module
 */
import { decodeHex } from '@sotto/crypto/bytes'
import type { Result } from '@sotto/crypto/result'
import { type Attachment, decodeAttachment, LARGE_FILE_TYPE } from '@sotto/protocol/attachment'
import type { ProtocolError } from '@sotto/protocol/errors'
import type { StoredAttachment } from '../../storage/message-details.ts'
import type { FileParts } from './file-parts.ts'
import { nameFile } from './file-server.ts'

/** `begun`: of a large file the list of parts is here, and perhaps some of them. */
export type FilePresence = 'absent' | 'begun' | 'present'

const FLAG_VOICE = 1

export function readStoredAttachment(stored: StoredAttachment): Result<Attachment, ProtocolError> {
  return decodeAttachment({
    ...stored,
    key: decodeHex(stored.key) ?? new Uint8Array(),
    digest: decodeHex(stored.digest) ?? new Uint8Array(),
    flags: stored.isVoice ? FLAG_VOICE : 0,
  })
}

/** Asks nobody, and opens nothing. */
export function findPresence(
  stored: StoredAttachment,
  { history }: Pick<FileParts, 'history'>,
): FilePresence {
  const attachment = readStoredAttachment(stored)
  if (!attachment.ok) return 'absent'
  const { address, contentType } = attachment.value
  if (history.files.findBlob(nameFile(address)) === undefined) return 'absent'
  return contentType === LARGE_FILE_TYPE ? 'begun' : 'present'
}
