import { encodeUtf8 } from '@sotto/crypto/bytes'
import {
  arbitraryBytes,
  arbitraryMutation,
  arbitraryText,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createNumberId,
  decodeFileInfo,
  decodeUploadReply,
  deriveFileId,
  encodeFileInfo,
  encodeUploadReply,
  isFileId,
  isHashId,
  parseFileRequest,
} from './index.ts'

const REPLY = encodeUploadReply({ fileId: '123', uploadedMs: 1500, expiresMs: 2500 })

describe('ids of files', () => {
  it('gives equal bytes one id, and other bytes another', () => {
    const id = deriveFileId(encodeUtf8('a file'))
    expect(isHashId(id)).toBe(true)
    expect(deriveFileId(encodeUtf8('a file'))).toBe(id)
    expect(deriveFileId(encodeUtf8('a filf'))).not.toBe(id)
  })

  it.each([0, 1, 0x7f, 0xff])('makes a number below 2^53 of bytes %i', (byte) => {
    const id = createNumberId({ bytes: (length) => new Uint8Array(length).fill(byte) })
    expect(isFileId(id)).toBe(true)
    expect(isHashId(id)).toBe(false)
  })
})

describe('parseFileRequest', () => {
  it('never throws, and lets no id through that could leave a folder', () => {
    const id = fc.oneof(arbitraryText(), fc.constantFrom('..', '.', '%2e%2e', '../1', '1/..'))
    fc.assert(
      fc.property(id, fc.constantFrom('', '/info', '/extend'), (text, action) => {
        const request = parseFileRequest({ method: 'GET', endpoint: `/file/${text}${action}` })
        if ('fileId' in request) expect(request.fileId).toMatch(/^[-_0-9A-Za-z]{1,44}$/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('replies', () => {
  it('reads what it wrote', () => {
    const info = { bytes: 10, uploadedMs: 1500, expiresMs: 2500 }
    expect(decodeFileInfo(encodeFileInfo(info))).toEqual({ ok: true, value: info })
    expect(decodeUploadReply(REPLY)).toMatchObject({ ok: true, value: { fileId: '123' } })
  })

  it('refuses a reply without end', () => {
    const reply = encodeUtf8(`{"id":"1","x":"${'x'.repeat(5000)}"}`)
    expect(decodeUploadReply(reply)).toMatchObject({ error: { code: 'file_reply_malformed' } })
  })

  it('never throws, and gives no id that is none', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(), arbitraryMutation(REPLY)), (bytes) => {
        const reply = decodeUploadReply(bytes)
        if (reply.ok) expect(isFileId(reply.value.fileId)).toBe(true)
        expect(typeof decodeFileInfo(bytes).ok).toBe('boolean')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
