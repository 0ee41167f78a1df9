/**
 * The key and nonce of a sealed file, out of its content and its sender's seed (spec 13 §2.1): the same file gives the
 * same bytes, so that a file server keeps it once, and nobody without the seed can tell which file it is.
 *
 * @module
 */
import { backend } from '#backend'
import type { RunningHash } from '../backend/crypto-backend.ts'
import { encodeUtf8, equalBytes, wipeBytes } from '../bytes.ts'
import type { Ed25519Seed } from '../signing.ts'
import { FILE_CONTENT_BYTES_MAX } from './file-size.ts'

/** What a file is for: the same file sent and shown as a picture must not be recognised as one. */
export type FilePurpose = 'attachment' | 'profile_picture'

export interface FileOrigin {
  readonly seed: Ed25519Seed
  readonly purpose: FilePurpose
}

export interface FileKeys {
  /** Goes to whom the file is for. */
  readonly key: Uint8Array
  /** Stands in the file. */
  readonly header: Uint8Array
  readonly contentBytes: number
}

/** Spec 13 §2.1. */
const PERSONALISATIONS: Readonly<Record<FilePurpose, Uint8Array>> = {
  attachment: encodeUtf8('SessionAttachmnt'),
  profile_picture: encodeUtf8('Session_Prof_Pic'),
}
const HEADER_BYTES = 24
const KEY_BYTES = 32

/** Takes a file piece by piece, once before it is sealed. */
export class FileKeyDerivation {
  readonly #hash: RunningHash
  #contentBytes = 0

  constructor({ seed, purpose }: FileOrigin) {
    this.#hash = backend.createBlake2b({
      length: HEADER_BYTES + KEY_BYTES,
      key: seed,
      personalisation: PERSONALISATIONS[purpose],
    })
  }

  push(piece: Uint8Array): void {
    this.#hash.update(piece)
    this.#contentBytes += piece.length
  }

  /** Nothing for a file that is too large to be sent. */
  finish(): FileKeys | undefined {
    const digest = this.#hash.digest()
    const header = digest.slice(0, HEADER_BYTES)
    const key = digest.slice(HEADER_BYTES)
    wipeBytes(digest)
    if (this.#contentBytes > FILE_CONTENT_BYTES_MAX) return undefined
    return { key, header, contentBytes: this.#contentBytes }
  }
}

export function equalFileKeys(a: FileKeys, b: FileKeys | undefined): boolean {
  return (
    b !== undefined &&
    a.contentBytes === b.contentBytes &&
    equalBytes(a.key, b.key) &&
    equalBytes(a.header, b.header)
  )
}
