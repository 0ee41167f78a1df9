/**
 * Opens a file as it is downloaded, whichever way it was sealed, and holds it to what the message said of it (spec 13
 * §4.4). A file sealed in the older way comes out whole at the end, because only its end says whether it is genuine.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { CryptoError } from '@sotto/crypto/errors'
import { err, ok, type Result } from '@sotto/crypto/result'
import { FileOpener, openOlderAttachment, SEALED_FILE_BYTES_MAX } from '@sotto/crypto/session'
import type { Attachment } from './attachment.ts'

type Opening = Result<Uint8Array, CryptoError>

export interface AttachmentReader {
  /** Content that the piece completes. It is not whole until `finish` said so. */
  push(piece: Uint8Array): Opening
  finish(): Opening
}

export function createAttachmentReader(attachment: Attachment): AttachmentReader {
  const { seal, contentBytes } = attachment
  if (seal.kind === 'stream') return new StreamReader(seal.key, contentBytes)
  return new OlderReader((sealed) => openOlderAttachment({ ...seal, contentBytes, sealed }))
}

/** For a download that is in memory anyway. */
export function openAttachment(attachment: Attachment, sealed: Uint8Array): Opening {
  const reader = createAttachmentReader(attachment)
  const head = reader.push(sealed)
  if (!head.ok) return head
  const tail = reader.finish()
  return tail.ok ? ok(concatBytes([head.value, tail.value])) : tail
}

class StreamReader implements AttachmentReader {
  readonly #opener: FileOpener
  readonly #contentBytes: number
  #openedBytes = 0

  constructor(key: Uint8Array, contentBytes: number) {
    this.#opener = new FileOpener(key)
    this.#contentBytes = contentBytes
  }

  /** More than was announced is refused before it fills anybody's disk. */
  push(piece: Uint8Array): Opening {
    const opened = this.#opener.push(piece)
    if (opened.ok) this.#openedBytes += opened.value.length
    return this.#openedBytes > this.#contentBytes ? err(new CryptoError('file_size')) : opened
  }

  finish(): Opening {
    const opened = this.#opener.finish()
    if (!opened.ok) return opened
    this.#openedBytes += opened.value.length
    return this.#openedBytes === this.#contentBytes ? opened : err(new CryptoError('file_size'))
  }
}

class OlderReader implements AttachmentReader {
  readonly #open: (sealed: Uint8Array) => Opening
  #pieces: Uint8Array[] = []
  #receivedBytes = 0

  constructor(open: (sealed: Uint8Array) => Opening) {
    this.#open = open
  }

  push(piece: Uint8Array): Opening {
    this.#receivedBytes += piece.length
    if (this.#receivedBytes > SEALED_FILE_BYTES_MAX) {
      this.#pieces = []
      return err(new CryptoError('file_too_large'))
    }
    this.#pieces.push(Uint8Array.from(piece))
    return ok(new Uint8Array())
  }

  finish(): Opening {
    if (this.#receivedBytes > SEALED_FILE_BYTES_MAX) return err(new CryptoError('file_too_large'))
    return this.#open(concatBytes(this.#pieces))
  }
}
