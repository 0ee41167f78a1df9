/**
 * Reading and verifying an epoch document, written a second time from spec 07 §8 and §10.1 with nothing but Node's own
 * library and a `DataView`.
 */
import { createPublicKey, verify } from 'node:crypto'
import { loadVectors } from '@sotto/testkit/vectors'
import { describe, expect, it } from 'vitest'
import { encodeEpochDocument } from '../src/directory/index.ts'
import {
  AUTHORITIES,
  AUTHORITY_KEYS,
  createContent,
  createEpochNode,
  signContent,
} from './epoch-fixtures.ts'
import { hashSlowly } from './reference-hash.ts'

/** The fixed beginning of an Ed25519 public key in DER (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const STATES = ['awaiting', 'active', 'decommissioned', 'leaving', 'left']

interface Input {
  readonly authorities: readonly string[]
  readonly threshold: number
  readonly document: string
}

function hex(bytes: Buffer, from: number, length: number): string {
  return bytes.toString('hex', from, from + length)
}

function readU64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at))
}

function readText(bytes: Buffer, at: number): string {
  return bytes.toString('ascii', at + 1, at + 1 + bytes.readUInt8(at))
}

function readNode(bytes: Buffer, view: DataView, at: number): readonly [object, number] {
  let end = at + 169
  const texts: string[] = []
  for (let left = view.getUint8(at + 168) + 1; left > 0; left--) {
    texts.push(readText(bytes, end))
    end += 1 + view.getUint8(end)
  }
  const name = texts.pop() ?? ''
  const node = {
    ed25519: hex(bytes, at, 32),
    x25519: hex(bytes, at + 32, 32),
    legacy: hex(bytes, at + 64, 32),
    hybridHash: hex(bytes, at + 96, 32),
    swarm: view.getBigUint64(at + 128).toString(),
    describedAt: readU64(view, at + 136),
    since: view.getUint32(at + 144),
    credit: view.getInt32(at + 148),
    host: [...bytes.subarray(at + 152, at + 156)].join('.'),
    ports: {
      https: view.getUint16(at + 156),
      web: view.getUint16(at + 158),
      peer: view.getUint16(at + 160),
    },
    software: [...bytes.subarray(at + 162, at + 165)],
    state: STATES[view.getUint8(at + 165)],
    reasonsSeen: view.getUint8(at + 166),
    reasonsAgreed: view.getUint8(at + 167),
    roles: texts,
    ...(name === '' ? {} : { name }),
  }
  return [node, end]
}

/** Gives the content, and where it ends. Trusts lengths: this is no decoder for strangers' bytes. */
function readContent(bytes: Buffer): readonly [object, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 115
  const commitments: object[] = []
  for (let left = view.getUint8(112); left > 0; left--) {
    commitments.push({ authority: hex(bytes, at, 32), commitment: hex(bytes, at + 32, 32) })
    at += 64
  }
  const nodes: object[] = []
  for (let left = view.getUint16(113); left > 0; left--) {
    const [node, end] = readNode(bytes, view, at)
    nodes.push(node)
    at = end
  }
  const content = {
    network: hex(bytes, 13, 16),
    epoch: view.getUint32(29),
    startsAt: readU64(view, 33),
    epochMs: view.getUint32(41),
    beacon: hex(bytes, 45, 32),
    previous: hex(bytes, 77, 32),
    softwareMin: [...bytes.subarray(109, 112)],
    commitments,
    nodes,
  }
  return [content, at]
}

function isSigned(content: Buffer, key: Buffer, signature: Buffer): boolean {
  const der = Buffer.concat([SPKI_PREFIX, key])
  return verify(
    null,
    content,
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    signature,
  )
}

function countGood({ authorities, document }: Input): number {
  const bytes = Buffer.from(document, 'hex')
  const [, end] = readContent(bytes)
  let good = 0
  for (let at = end + 1; at < bytes.length; at += 96) {
    const key = bytes.subarray(at, at + 32)
    const isKnown = authorities.includes(key.toString('hex'))
    if (isKnown && isSigned(bytes.subarray(0, end), key, bytes.subarray(at + 32, at + 96))) good++
  }
  return good
}

const { cases } = loadVectors<Input, { readonly goodSignatures: number }>('07-directory/epoch.json')

describe('an epoch document', () => {
  for (const { name, input, expect: expected } of cases) {
    if (expected === undefined) continue
    it(`is read from the specification's tables as our decoder reads it: ${name}`, () => {
      const bytes = Buffer.from(input.document, 'hex')
      const [content, end] = readContent(bytes)
      const hash = hashSlowly(bytes.subarray(0, end), 32).toString('hex')
      expect({ ...content, hash, goodSignatures: countGood(input) }).toEqual(expected)
      expect(expected.goodSignatures).toBeGreaterThanOrEqual(input.threshold)
    })
  }

  it.each([0, 1, 3, 5])(
    'has as many signatures that OpenSSL verifies as were made: %i',
    (count) => {
      const content = createContent([0, 1, 2].map((index) => createEpochNode(index)))
      const document = encodeEpochDocument(signContent(content, AUTHORITY_KEYS.slice(0, count)))
      const authorities = AUTHORITIES.keys.map((key) => Buffer.from(key).toString('hex'))
      const input = { authorities, threshold: 3, document: Buffer.from(document).toString('hex') }
      expect(countGood(input)).toBe(count)
    },
  )

  it('has too few good signatures wherever the vectors say so', () => {
    const refused = cases.filter(({ reject }) => reject === 'epoch_signatures')
    expect(refused.length).toBeGreaterThan(3)
    for (const { input } of refused) expect(countGood(input)).toBeLessThan(input.threshold)
  })
})
