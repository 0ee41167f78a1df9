/** What a server may answer, and what a client makes of it. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { SEALED_FILE_BYTES_MAX } from '@sotto/crypto/session'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { encodeFileInfo, encodeUploadReply } from '@sotto/protocol/files'
import type { V4Reply } from '@sotto/protocol/onion'
import { describe, expect, it } from 'vitest'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { ClientError } from '../../errors.ts'
import type { HostCall } from '../onion/host-caller.ts'
import { FileRequests } from './file-requests.ts'

const SERVER = {
  url: 'http://files.example:8080',
  key: deriveSigningKeyPair(new Uint8Array(32)).publicKey,
}
const FILE_ID = 'a'.repeat(44)
const INFO = encodeFileInfo({ bytes: 1, uploadedMs: 1000, expiresMs: 2000 })

function answering(given: Result<V4Reply, ClientError>) {
  const calls: HostCall[] = []
  const requests = new FileRequests({
    call: (call) => {
      calls.push(call)
      return Promise.resolve(given)
    },
  })
  return { requests, calls }
}

function answer(code: number, body: Uint8Array = new Uint8Array()): Result<V4Reply, ClientError> {
  return ok({ code, headers: {}, body })
}

describe('an upload', () => {
  it('posts the sealed bytes as they are, and gives the id', async () => {
    const { requests, calls } = answering(answer(200, encodeUploadReply({ fileId: FILE_ID })))
    const sealed = Uint8Array.of(1, 2, 3)
    expect(unwrap(await requests.upload(SERVER, sealed))).toBe(FILE_ID)
    expect(calls[0]).toMatchObject({
      host: { name: 'files.example', port: 8080, protocol: 'http' },
      request: { method: 'POST', endpoint: '/file', body: sealed },
    })
  })

  it('says nothing of the account', async () => {
    const { requests, calls } = answering(answer(200, encodeUploadReply({ fileId: FILE_ID })))
    unwrap(await requests.upload(SERVER, Uint8Array.of(1)))
    expect(Object.keys(calls[0]?.request.headers ?? {})).toEqual(['content-type'])
  })

  it('has no id where none came', async () => {
    const { requests } = answering(answer(200, encodeUtf8('{}')))
    expect(codeOf(await requests.upload(SERVER, Uint8Array.of(1)))).toBe('reply_malformed')
  })
})

describe('a download', () => {
  it('gives the bytes of the id', async () => {
    const { requests, calls } = answering(answer(200, Uint8Array.of(7)))
    expect(unwrap(await requests.download(SERVER, FILE_ID))).toEqual(Uint8Array.of(7))
    expect(calls[0]?.request).toMatchObject({ method: 'GET', endpoint: `/file/${FILE_ID}` })
  })

  it.each([
    [SEALED_FILE_BYTES_MAX, 'success'],
    [SEALED_FILE_BYTES_MAX + 1, 'file_broken'],
  ])('of %i bytes is a %s', async (length, code) => {
    const { requests } = answering(answer(200, new Uint8Array(length)))
    expect(codeOf(await requests.download(SERVER, FILE_ID))).toBe(code)
  })

  it.each([
    [404, 'file_gone'],
    [413, 'file_too_large'],
    [429, 'file_server_full'],
    [503, 'file_server_full'],
    [507, 'file_server_full'],
    [401, 'file_server_refused'],
    [500, 'file_server_refused'],
  ])('that is answered with %i is told as %s', async (status, code) => {
    const { requests } = answering(answer(status))
    expect(codeOf(await requests.download(SERVER, FILE_ID))).toBe(code)
  })

  it('is told as what the network could not do', async () => {
    const { requests } = answering(err(new ClientError('no_path')))
    expect(codeOf(await requests.download(SERVER, FILE_ID))).toBe('no_path')
  })
})

describe('the question whether a file is there', () => {
  it.each<[Result<V4Reply, ClientError>, boolean | string]>([
    [answer(200, INFO), true],
    [answer(404), false],
    [answer(500), 'file_server_refused'],
    [err(new ClientError('path_failed')), 'path_failed'],
  ])('has an answer', async (given, expected) => {
    const { requests } = answering(given)
    const there = await requests.has(SERVER, FILE_ID)
    expect(there.ok ? there.value : there.error.code).toBe(expected)
  })
})

it('asks nobody where the address leads nowhere', async () => {
  const { requests, calls } = answering(answer(200))
  const nowhere = { ...SERVER, url: 'files.example' }
  expect(codeOf(await requests.download(nowhere, FILE_ID))).toBe('file_server_unknown')
  expect(calls).toEqual([])
})
