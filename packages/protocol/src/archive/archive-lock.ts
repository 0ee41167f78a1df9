/**
 * A passphrase that opens an archive, more than once without stretching it more than once (spec 16 §2.2).
 *
 * @module
 */

import { equalBytes, wipeBytes } from '@sotto/crypto/bytes'
import { derivePassphraseKey, type PassphraseKey } from '@sotto/crypto/passphrase'
import type { ArchiveHeader } from './archive-header.ts'

export class ArchiveLock {
  readonly #passphrase: string
  #last: { readonly header: Uint8Array; readonly key: PassphraseKey } | undefined

  constructor(passphrase: string) {
    this.#passphrase = passphrase
  }

  /** Takes the time and memory that the header says, once for a header. Whoever calls leaves the key as it is. */
  deriveKey({ salt, cost, bytes }: ArchiveHeader): PassphraseKey {
    if (this.#last !== undefined && equalBytes(this.#last.header, bytes)) return this.#last.key
    this.wipe()
    const passphrase = this.#passphrase
    const key = derivePassphraseKey({ passphrase, salt, cost, context: bytes })
    this.#last = { header: bytes, key }
    return key
  }

  /** When no archive is to be opened any more. */
  wipe(): void {
    if (this.#last !== undefined) wipeBytes(this.#last.key)
    this.#last = undefined
  }
}
