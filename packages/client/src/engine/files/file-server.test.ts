/** Where an address of a file leads, and where it does not. */
import { sha256 } from '@sotto/crypto/hash'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { deriveSigningKeyPair, type Ed25519PublicKey } from '@sotto/crypto/signing'
import { parseFileAddress } from '@sotto/protocol/attachment'
import { describe, expect, it } from 'vitest'
import { describeHost, findFileServer, nameFile } from './file-server.ts'

function createKey(name: string): Ed25519PublicKey {
  return deriveSigningKeyPair(sha256(encodeUtf8(name))).publicKey
}

const OURS = { url: 'http://ours.example:8080', key: createKey('ours') }
const THEIRS = createKey('theirs')

function parse(url: string) {
  const address = parseFileAddress(url)
  if (address === undefined) throw new Error('an address')
  return address
}

describe('the server of an address', () => {
  it('is ours without a key, and anybody’s with one', () => {
    const known = [OURS]
    expect(findFileServer(parse(`${OURS.url}/file/7`), known)).toBe(OURS)
    const key = Buffer.from(THEIRS).toString('hex')
    const theirs = findFileServer(parse(`http://theirs.example/file/7#p=${key}`), known)
    expect(theirs).toEqual({ url: 'http://theirs.example', key: THEIRS })
  })

  it.each([
    'http://theirs.example/file/7',
    'https://ours.example:8080/file/7',
    'http://ours.example/file/7',
    'http://ours.example:8081/file/7',
  ])('is nobody for %s', (url) => {
    expect(findFileServer(parse(url), [OURS])).toBeUndefined()
  })
})

describe('the host of a server', () => {
  it.each([
    ['http://a.example', { name: 'a.example', port: 80, protocol: 'http' }],
    ['https://a.example', { name: 'a.example', port: 443, protocol: 'https' }],
    ['http://127.0.0.1:8080', { name: '127.0.0.1', port: 8080, protocol: 'http' }],
    ['HTTPS://A.Example:1', { name: 'a.example', port: 1, protocol: 'https' }],
  ])('of %s is read', (url, host) => {
    expect(describeHost({ url, key: OURS.key })).toMatchObject(host)
  })

  it.each(['', 'ftp://a.example', 'http://', 'http://a.example/x', 'http://a.example:x'])(
    'of %j is none',
    (url) => {
      expect(describeHost({ url, key: OURS.key })).toBeUndefined()
    },
  )
})

it('names a file by its address without keys', () => {
  const key = Buffer.from(OURS.key).toString('hex')
  expect(nameFile(parse(`http://a.example/file/7#p=${key}&d=`))).toBe('http://a.example/file/7')
})
