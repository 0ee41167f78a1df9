/**
 * Pictures of people in the old form: AES-GCM with a random key. Those of the new form are streams, in `foreign-attachment.ts`.
 *
 * @module
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { StreamedFile } from './foreign-attachment.ts'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

export function sealOldPicture(content: Uint8Array): StreamedFile {
  return encryptOldPicture(content, { key: randomBytes(KEY_BYTES), iv: randomBytes(IV_BYTES) })
}

export function encryptOldPicture(
  content: Uint8Array,
  { key, iv }: { readonly key: Buffer; readonly iv: Buffer },
): StreamedFile {
  const cipher = createCipheriv(CIPHER, key, iv)
  const body = Buffer.concat([cipher.update(content), cipher.final()])
  return { file: Buffer.concat([iv, body, cipher.getAuthTag()]), key }
}

export function openOldPicture({ file, key }: StreamedFile): Buffer {
  const decipher = createDecipheriv(CIPHER, key, file.subarray(0, IV_BYTES))
  decipher.setAuthTag(file.subarray(-TAG_BYTES))
  const body = file.subarray(IV_BYTES, -TAG_BYTES)
  return Buffer.concat([decipher.update(body), decipher.final()])
}
