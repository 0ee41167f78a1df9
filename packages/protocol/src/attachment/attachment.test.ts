import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { create } from '@bufbuild/protobuf'
import { concatBytes } from '@sotto/crypto/bytes'
import { sealFile } from '@sotto/crypto/session'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { DECODER_RUNS, arbitraryBytes, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttachmentPointer, AttachmentPointerSchema } from '../session/index.ts'
import {
  type Attachment,
  createAttachmentPointer,
  createAttachmentReader,
  decodeAttachment,
  openAttachment,
  openProfilePicture,
  parseProfilePicture,
} from './index.ts'

const { seed } = deriveSigningKeyPair(new Uint8Array(32).fill(1))
const content = Uint8Array.from({ length: 5000 }, (_, index) => index)
const sealed = sealFile({ seed, purpose: 'attachment' }, content)
if (!sealed.ok) throw sealed.error
const { key, bytes } = sealed.value
const STREAM_URL = 'http://files.example/file/123#d='
const OLDER_URL = 'http://files.example/file/123'
type Fields = Partial<Omit<AttachmentPointer, '$typeName' | '$unknown'>>
const STREAM: Fields = { id: 123n, url: STREAM_URL, key, size: content.length }
const OLDER: Fields = {
  id: 0n,
  url: OLDER_URL,
  key: new Uint8Array(64),
  digest: new Uint8Array(32),
  size: 5,
}

function decode(fields: Fields): Attachment | string {
  const decoded = decodeAttachment(create(AttachmentPointerSchema, fields))
  return decoded.ok ? decoded.value : decoded.error.code
}

function attachmentOf(fields: Fields): Attachment {
  const attachment = decode(fields)
  if (typeof attachment === 'string') throw new Error(attachment)
  return attachment
}

/** As older clients seal, with OpenSSL. */
function sealOlder(plaintext: Uint8Array): { readonly file: Uint8Array; readonly fields: Fields } {
  const secret = new Uint8Array(64).fill(3)
  const iv = new Uint8Array(16).fill(4)
  const cipher = createCipheriv('aes-256-cbc', secret.subarray(0, 32), iv)
  const body = concatBytes([iv, cipher.update(plaintext), cipher.final()])
  const code = createHmac('sha256', secret.subarray(32)).update(body).digest()
  const file = concatBytes([body, code])
  const digest = Uint8Array.from(createHash('sha256').update(file).digest())
  return { file, fields: { ...OLDER, key: secret, digest } }
}

describe('decodeAttachment', () => {
  it('reads both kinds, each with its length of key (trap 30)', () => {
    expect(decode(STREAM)).toMatchObject({ seal: { kind: 'stream' }, contentBytes: 5000 })
    expect(decode(OLDER)).toMatchObject({ seal: { kind: 'older' }, contentBytes: 5 })
    expect(decode({ ...STREAM, key: new Uint8Array(64) })).toBe('attachment_malformed')
    expect(decode({ ...OLDER, key })).toBe('attachment_malformed')
  })

  it('makes names and types harmless', () => {
    const hostile = { ...STREAM, fileName: '../x\u202E.js', contentType: '<script>' }
    expect(decode(hostile)).toMatchObject({
      fileName: 'x.js',
      contentType: 'application/octet-stream',
    })
  })

  it.each<[string, Fields]>([
    ['no address', { ...STREAM, url: '' }],
    ['an unusable address', { ...STREAM, url: 'file:///etc/passwd' }],
    ['a short key', { ...STREAM, key: key.subarray(1) }],
    ['the key of the other kind', { ...STREAM, key: new Uint8Array(64) }],
    ['a stream’s key without its mark', { ...STREAM, url: OLDER_URL }],
    ['no key', { ...OLDER, key: new Uint8Array() }],
    ['no digest', { ...OLDER, digest: new Uint8Array() }],
    ['a short digest', { ...OLDER, digest: new Uint8Array(31) }],
  ])('refuses %s', (_, fields) => {
    expect(decode(fields)).toBe('attachment_malformed')
  })

  it('refuses what no file server takes', () => {
    expect(decode({ ...STREAM, size: 10_218_287 })).toBe('attachment_limit')
  })

  it('gives a refusal or what can be written back, for any fields', () => {
    const urls = fc.oneof(fc.constantFrom(STREAM_URL, OLDER_URL), arbitraryText(40))
    const keys = fc.oneof(
      fc.constantFrom(new Uint8Array(32), new Uint8Array(64)),
      arbitraryBytes(70),
    )
    const record = fc.record({
      id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      url: urls,
      key: keys,
      digest: keys,
      size: fc.nat(12_000_000),
      fileName: arbitraryText(20),
      contentType: arbitraryText(20),
      flags: fc.nat(),
    })
    fc.assert(
      fc.property(record, (fields) => {
        const attachment = decode(fields)
        if (typeof attachment === 'string') return
        const again = decodeAttachment(createAttachmentPointer(attachment))
        expect(again).toEqual({ ok: true, value: attachment })
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('createAttachmentPointer', () => {
  it('writes the number of the file, and 0 for a hash (trap 31)', () => {
    const attachment = attachmentOf(STREAM)
    expect(createAttachmentPointer(attachment).id).toBe(123n)
    const fileId = 'A'.repeat(44)
    const address = { ...attachment.address, fileId }
    expect(createAttachmentPointer({ ...attachment, address })).toMatchObject({
      id: 0n,
      url: `http://files.example/file/${fileId}#d=`,
    })
  })

  it('throws when the address says another seal, which nobody could open', () => {
    const attachment = attachmentOf(STREAM)
    const address = { ...attachment.address, isStream: false }
    expect(() => createAttachmentPointer({ ...attachment, address })).toThrow(RangeError)
  })
})

describe('openAttachment', () => {
  it('opens a stream and an older file', () => {
    expect(openAttachment(attachmentOf(STREAM), bytes)).toEqual({ ok: true, value: content })
    const { file, fields } = sealOlder(Uint8Array.of(1, 2, 3, 4, 5, 0, 0, 0))
    const opened = openAttachment(attachmentOf(fields), file)
    expect(opened).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3, 4, 5) })
  })

  it.each([0, 1, 4999, 5001, 10_000])(
    'refuses a stream that was announced with %i bytes: the content’s count (trap 30)',
    (size) => {
      const opened = openAttachment(attachmentOf({ ...STREAM, size }), bytes)
      expect(opened.ok ? 'opened' : opened.error.code).toBe('file_size')
    },
  )

  it('refuses more than announced before the end of the download', () => {
    const large = sealFile({ seed, purpose: 'attachment' }, new Uint8Array(200_000))
    if (!large.ok) throw large.error
    const reader = createAttachmentReader(
      attachmentOf({ ...STREAM, key: large.value.key, size: 10 }),
    )
    const opened = reader.push(large.value.bytes.subarray(0, 100_000))
    expect(opened.ok ? 'opened' : opened.error.code).toBe('file_size')
  })

  it('shows nothing of an older file before all of it was checked', () => {
    const { file, fields } = sealOlder(new Uint8Array(600))
    const reader = createAttachmentReader(attachmentOf(fields))
    for (const byte of file.subarray(0, 100)) {
      expect(reader.push(Uint8Array.of(byte))).toEqual({ ok: true, value: new Uint8Array() })
    }
    expect(reader.finish().ok).toBe(false)
  })

  it('reads an older file in pieces that change under it', () => {
    const { file, fields } = sealOlder(Uint8Array.of(9, 8, 7, 6, 5))
    const reader = createAttachmentReader(attachmentOf(fields))
    const piece = new Uint8Array(1)
    for (const byte of file) {
      piece[0] = byte
      reader.push(piece)
    }
    expect(reader.finish()).toEqual({ ok: true, value: Uint8Array.of(9, 8, 7, 6, 5) })
  })

  it('keeps no more of an older file than a file server takes', () => {
    const reader = createAttachmentReader(attachmentOf(sealOlder(new Uint8Array(9)).fields))
    for (const outcome of [
      reader.push(new Uint8Array(10_223_617)),
      reader.push(new Uint8Array(1)),
      reader.finish(),
    ]) {
      expect(outcome.ok ? 'opened' : outcome.error.code).toBe('file_too_large')
    }
  })
})

describe('profile pictures', () => {
  const picture = sealFile({ seed, purpose: 'profile_picture' }, content)
  if (!picture.ok) throw picture.error

  it('opens a stream, and the older kind by its address alone', () => {
    const stream = parseProfilePicture({ url: STREAM_URL, key: picture.value.key })
    expect(stream && openProfilePicture(stream, picture.value.bytes)).toEqual({
      ok: true,
      value: content,
    })
    const cipher = createCipheriv('aes-256-gcm', new Uint8Array(32), new Uint8Array(12))
    const body = concatBytes([cipher.update(content), cipher.final()])
    const file = concatBytes([new Uint8Array(12), body, cipher.getAuthTag()])
    const older = parseProfilePicture({ url: OLDER_URL, key: new Uint8Array(32) })
    expect(older && openProfilePicture(older, file)).toEqual({ ok: true, value: content })
    expect(older && openProfilePicture(older, picture.value.bytes)).toMatchObject({ ok: false })
  })

  it('is none without an address or with another key', () => {
    expect(parseProfilePicture({ url: '', key })).toBeUndefined()
    expect(parseProfilePicture({ url: STREAM_URL, key: key.subarray(1) })).toBeUndefined()
  })
})
