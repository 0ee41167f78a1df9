/** Spec 15 §4: what a server may say, and what a client must not take from it. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { decodeFileInfo, decodeUploadReply, encodeFailure } from './index.ts'

const INFO = { size: 5, uploaded: 1.5, expires: 2.5 }

function upload(reply: unknown) {
  return decodeUploadReply(encodeUtf8(JSON.stringify(reply)))
}

function info(reply: unknown) {
  return decodeFileInfo(encodeUtf8(JSON.stringify(reply)))
}

describe('the reply to an upload', () => {
  it.each([
    [{ id: '7' }, { fileId: '7' }],
    [{ id: 7 }, { fileId: '7' }],
    [
      { id: '7', uploaded: 1, expires: 2.25 },
      { fileId: '7', uploadedMs: 1000, expiresMs: 2250 },
    ],
    [{ id: '7', uploaded: 'now', expires: -1 }, { fileId: '7' }],
    [{ id: '7', uploaded: 1e300, expires: null }, { fileId: '7' }],
  ])('%j is read', (reply, value) => {
    expect(upload(reply)).toEqual({ ok: true, value })
  })

  it.each([{}, { id: '' }, { id: '../x' }, { id: 1.5 }, { id: 2 ** 53 }, { id: null }, [], 7])(
    '%j has no id',
    (reply) => {
      expect(upload(reply)).toMatchObject({ error: { code: 'file_reply_malformed' } })
    },
  )
})

describe('what is known of a file', () => {
  it('is read in milliseconds', () => {
    expect(info(INFO)).toEqual({ ok: true, value: { bytes: 5, uploadedMs: 1500, expiresMs: 2500 } })
  })

  it.each([
    { ...INFO, size: -1 },
    { ...INFO, size: 1.5 },
    { ...INFO, size: '5' },
    { ...INFO, uploaded: null },
    { ...INFO, expires: 1e300 },
    {},
  ])('%j is not', (reply) => {
    expect(info(reply)).toMatchObject({ error: { code: 'file_reply_malformed' } })
  })
})

it('says of a failure its status and nothing else', () => {
  expect(new TextDecoder().decode(encodeFailure(404))).toBe('{"status_code":404}')
})
