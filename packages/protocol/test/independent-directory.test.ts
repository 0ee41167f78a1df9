/**
 * The signed bytes of a directory list and the bt encoding, written a second time from spec 00 and spec 07 with nothing
 * but Node's own library.
 */
import { createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BtInput, encodeBt } from '../src/bt/index.ts'
import { encodeDirectoryList } from '../src/directory/index.ts'
import { AUTHORITY, createNode, createNodes, createTestDirectory } from './node-fixtures.ts'

/** The fixed beginning of an Ed25519 public key in DER (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

interface ListJson {
  readonly version: number
  readonly height: number
  readonly issuedAt: number
  readonly nodes: readonly NodeJson[]
  readonly signature: string
}

interface NodeJson {
  readonly ed25519: string
  readonly x25519: string
  readonly legacy: string
  readonly host: string
  readonly ports: { readonly https: number; readonly web: number; readonly peer: number }
  readonly roles: readonly string[]
  readonly swarm: string
  readonly name?: string
}

function writeInteger(value: number | bigint): Buffer {
  return Buffer.from(`i${value}e`)
}

function writeString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes])
}

function writeList(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('l'), ...items, Buffer.from('e')])
}

/** Keys must be given in order: the specification's tables are sorted. */
function writeDict(entries: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = entries.map(([key, value]) => Buffer.concat([writeString(key), value]))
  return Buffer.concat([Buffer.from('d'), ...parts, Buffer.from('e')])
}

function writeNode(node: NodeJson): Buffer {
  const key = (hex: string): Buffer => writeString(Buffer.from(hex, 'hex'))
  return writeDict([
    ['ed25519', key(node.ed25519)],
    ['host', writeString(node.host)],
    ['legacy', key(node.legacy)],
    ...(node.name === undefined ? [] : [['name', writeString(node.name)] as const]),
    ['ports', writeList([node.ports.https, node.ports.web, node.ports.peer].map(writeInteger))],
    ['roles', writeList(node.roles.map(writeString))],
    ['swarm', writeInteger(BigInt(`0x${node.swarm}`))],
    ['x25519', key(node.x25519)],
  ])
}

function writeSignedBytes(list: ListJson): Buffer {
  return writeDict([
    ['context', writeString('sotto-directory-list')],
    ['height', writeInteger(list.height)],
    ['issued_at', writeInteger(list.issuedAt)],
    ['nodes', writeList(list.nodes.map(writeNode))],
    ['version', writeInteger(list.version)],
  ])
}

function isSigned(list: ListJson): boolean {
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, AUTHORITY.publicKey]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, writeSignedBytes(list), key, Buffer.from(list.signature, 'hex'))
}

describe('the signature of a list', () => {
  it.each([
    ['twelve nodes', createNodes(12)],
    ['no node', []],
    ['a node with a name and without roles', [createNode(0, { name: 'node-1', roles: [] })]],
    ['a node in the last swarm', [createNode(0, { swarm: 2n ** 64n - 2n })]],
  ])(
    'is verified by OpenSSL over bytes that were written from the specification: %s',
    (_, nodes) => {
      const text = encodeDirectoryList(createTestDirectory(nodes), AUTHORITY)
      expect(isSigned(JSON.parse(text) as ListJson)).toBe(true)
    },
  )

  it('is not verified for another height', () => {
    const text = encodeDirectoryList(createTestDirectory(createNodes(2)), AUTHORITY)
    const list = JSON.parse(text) as ListJson
    expect(isSigned({ ...list, height: list.height + 1 })).toBe(false)
  })
})

describe('the bt encoding', () => {
  function writeSlowly(value: BtInput): Buffer {
    if (typeof value === 'number' || typeof value === 'bigint') return writeInteger(value)
    if (typeof value === 'string') return writeString(value)
    if (value instanceof Uint8Array) return writeString(Buffer.from(value))
    if (!(value instanceof Map)) return writeList((value as readonly BtInput[]).map(writeSlowly))
    const entries = [...(value as ReadonlyMap<string, BtInput>)].toSorted(([a], [b]) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )
    return writeDict(entries.map(([key, item]) => [key, writeSlowly(item)] as const))
  }

  it('is the same when it is written slowly', () => {
    const { value } = fc.letrec<{ value: BtInput }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
        fc.string(),
        fc.uint8Array(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .array(fc.tuple(fc.string({ unit: 'grapheme-ascii' }), tie('value')), { maxLength: 4 })
          .map((entries) => new Map(entries)),
      ),
    }))
    fc.assert(
      fc.property(value, (original) => {
        expect(Buffer.from(encodeBt(original)).equals(writeSlowly(original))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
