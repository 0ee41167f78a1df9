/** Spec 15 §3: each route, and what is none. */
import { describe, expect, it } from 'vitest'
import { createFileIdHash, deriveFileId, parseFileRequest } from './index.ts'

const HASH = 'A'.repeat(44)

describe('a route', () => {
  it.each([
    ['POST', '/file', { kind: 'upload' }],
    ['POST', '/file?x=1', { kind: 'upload' }],
    ['POST', '/files', { kind: 'upload-text' }],
    ['GET', `/file/${HASH}`, { kind: 'download', fileId: HASH }],
    ['GET', '/file/123', { kind: 'download', fileId: '123' }],
    ['GET', '/files/123', { kind: 'download-text', fileId: '123' }],
    ['GET', '/file/123/info', { kind: 'info', fileId: '123' }],
    ['POST', `/file/${HASH}/extend`, { kind: 'extend', fileId: HASH }],
  ])('is %s %s', (method, endpoint, request) => {
    expect(parseFileRequest({ method, endpoint })).toEqual(request)
  })

  it.each([
    ['GET', '/'],
    ['GET', '/session_version'],
    ['GET', '/file/'],
    ['GET', '/file/..'],
    ['GET', '/file/9007199254740993'],
    ['GET', `/files/${HASH}/info`],
    ['GET', `/file/${HASH}/other`],
    ['POST', '/file/123/extend'],
    ['GET', `/file/1?${'x'.repeat(512)}`],
  ])('is not %s %s', (method, endpoint) => {
    expect(parseFileRequest({ method, endpoint })).toEqual({ kind: 'refused', status: 404 })
  })

  it.each([
    ['GET', '/file'],
    ['DELETE', '/file/123'],
    ['GET', `/file/${HASH}/extend`],
    ['POST', '/file/123/info'],
  ])('has another method than %s %s', (method, endpoint) => {
    expect(parseFileRequest({ method, endpoint })).toEqual({ kind: 'refused', status: 405 })
  })
})

describe('a path with its query', () => {
  it.each([
    ['GET', '/file/123'],
    ['GET', `/file/${HASH}/info`],
    ['POST', `/file/${HASH}/extend`],
    ['POST', '/file'],
  ])('has 512 characters at most: %s %s', (method, path) => {
    const query = (length: number): string => `?${'x'.repeat(length - path.length - 1)}`
    const longest = `${path}${query(512)}`
    expect(longest).toHaveLength(512)
    expect(parseFileRequest({ method, endpoint: longest }).kind).not.toBe('refused')
    const endpoint = `${path}${query(513)}`
    expect(parseFileRequest({ method, endpoint })).toEqual({ kind: 'refused', status: 404 })
  })
})

describe('the lifetime that is asked for', () => {
  it.each([
    ['1', 1],
    ['1209600', 1_209_600],
    ['9999999999', 9_999_999_999],
  ])('is read from %s', (ttl, ttlSeconds) => {
    expect(parseFileRequest({ method: 'POST', endpoint: '/file', ttl })).toEqual({
      kind: 'upload',
      ttlSeconds,
    })
  })

  it.each(['', '0', '-1', '+1', '01', '1.5', '1e3', '10000000000', ' 1', 'x'])(
    'is not %j',
    (ttl) => {
      const refused = { kind: 'refused', status: 400 }
      expect(parseFileRequest({ method: 'POST', endpoint: '/file', ttl })).toEqual(refused)
      const extend = `/file/${HASH}/extend`
      expect(parseFileRequest({ method: 'POST', endpoint: extend, ttl })).toEqual(refused)
    },
  )
})

describe('the id of a file that comes piece by piece', () => {
  it('is that of the whole', () => {
    const file = Uint8Array.from({ length: 1000 }, (_, index) => index % 251)
    const hash = createFileIdHash()
    for (let at = 0; at < file.length; at += 77) hash.update(file.subarray(at, at + 77))
    expect(hash.digest()).toBe(deriveFileId(file))
  })
})
