/** The bytes of epochs, beyond the vector file: round trips, limits, and every way to write one thing twice. */
import { concatBytes, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import {
  AUTHORITY_KEYS,
  createContent,
  createEpochNode,
  signContent,
} from '../../test/epoch-fixtures.ts'
import { createSigningKeys } from '../../test/node-fixtures.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import {
  EPOCH_BYTES_MAX,
  type EpochContent,
  type EpochDocument,
  type EpochNode,
  NODE_STATES,
  createEpochDocument,
  decodeEpochContent,
  decodeEpochDocument,
  encodeEpochContent,
  encodeEpochDocument,
  hashEpochContent,
  signEpoch,
} from './index.ts'

/** Offsets of spec 07 §8.1 and §8.2, written a second time. */
const FIRST_NODE = 115 + 5 * 64
const NODE_NAME_LENGTH = 169 + 8

function createNodes(changes: Partial<EpochNode>): readonly EpochNode[] {
  return [createEpochNode(0), createEpochNode(1, changes), createEpochNode(2)]
}

/** Three nodes of 184 bytes each, with signatures of nobody: the decoder does not check them. */
const BYTES = encodeEpochDocument(signContent(createContent(), []))

function patch(offset: number, ...values: readonly number[]): Uint8Array {
  const patched = Uint8Array.from(BYTES)
  patched.set(values, offset)
  return patched
}

function codeOf(bytes: Uint8Array): string | undefined {
  const decoded = decodeEpochDocument(bytes)
  return decoded.ok ? undefined : decoded.error.code
}

function expectRoundTrip(document: EpochDocument): void {
  const bytes = encodeEpochDocument(document)
  const decoded = decodeEpochDocument(bytes)
  expect(decoded).toEqual({ ok: true, value: document })
  // Without the decoder's memory of what it read.
  const anew = createContent([], { ...document.content })
  expect(encodeEpochContent(anew)).toEqual(encodeEpochContent(document.content))
}

describe('an epoch document', () => {
  it.each<[string, Partial<EpochContent>]>([
    ['three nodes', {}],
    ['nobody', { nodes: [], commitments: [] }],
    ['the first epoch', { epoch: 0, nodes: [], previous: new Uint8Array(32) }],
    ['the last epoch', { epoch: 2 ** 32 - 1, startsAt: 2 ** 48 - 1 }],
    ['another rhythm', { epochMs: 500, softwareMin: [255, 0, 255] }],
  ])('gives back everything: %s', (_, changes) => {
    expectRoundTrip(signContent(createContent(undefined, changes)))
  })

  it.each<[string, Partial<EpochNode>]>([
    ['a state without swarm', { state: 'awaiting', swarm: INVALID_SWARM_ID }],
    ['a node that leaves its swarm', { state: 'leaving', swarm: 2n ** 64n - 2n }],
    ['an active node that keeps no messages', { swarm: INVALID_SWARM_ID, roles: [] }],
    ['a credit below zero', { credit: -(2 ** 31) }],
    ['every reason', { reasonsSeen: 127, reasonsAgreed: 127 }],
    ['sixteen roles in the node’s own order', { roles: 'ponmlkjihgfedcba'.split('') }],
    ['the longest role and name', { roles: ['x'.repeat(32)], name: 'x'.repeat(64) }],
    [
      'the highest host and ports',
      { host: '255.255.255.255', ports: { https: 65_535, web: 1, peer: 2 } },
    ],
  ])('gives back every member of a node: %s', (_, changes) => {
    expectRoundTrip(signContent(createContent(createNodes(changes))))
  })

  it('gives back a node without a name as one', () => {
    const { name: _, ...nameless } = createEpochNode(0)
    expectRoundTrip(signContent(createContent([nameless])))
  })

  it('gives back any number of signatures', () => {
    for (let count = 0; count <= AUTHORITY_KEYS.length; count++) {
      expectRoundTrip(signContent(createContent(), AUTHORITY_KEYS.slice(0, count)))
    }
  })

  it('has a hash of its content, not of its signatures', () => {
    const few = signContent(createContent(), AUTHORITY_KEYS.slice(0, 1))
    const many = signContent(createContent(), AUTHORITY_KEYS)
    expect(many.hash).toEqual(few.hash)
    expect(few.hash).toEqual(hashEpochContent(encodeEpochContent(few.content)))
    const decoded = decodeEpochDocument(encodeEpochDocument(many))
    expect(decoded.ok && decoded.value.hash).toEqual(few.hash)
  })

  it('does not change when the buffer that it came in is used again', () => {
    const document = signContent(createContent())
    const buffer = encodeEpochDocument(document)
    const decoded = decodeEpochDocument(buffer)
    buffer.fill(0)
    expect(decoded).toEqual({ ok: true, value: document })
    expect(decoded.ok && encodeHex(encodeEpochDocument(decoded.value))).toBe(
      encodeHex(encodeEpochDocument(document)),
    )
  })

  it('is read from the middle of a larger buffer, as sockets give it', () => {
    const larger = Buffer.concat([Buffer.from('xx'), BYTES, Buffer.from('xx')])
    expect(decodeEpochDocument(larger.subarray(2, -2)).ok).toBe(true)
  })

  it('lets nodes that are gone share an address with one that is there', () => {
    const { host, ports } = createEpochNode(0)
    const gone = { host, ports, swarm: INVALID_SWARM_ID }
    const nodes = [
      createEpochNode(0),
      createEpochNode(1, { ...gone, state: 'left' }),
      createEpochNode(2, { ...gone, state: 'decommissioned' }),
    ]
    expectRoundTrip(signContent(createContent(nodes)))
  })
})

describe('encodeEpochContent', () => {
  it.each<[string, Partial<EpochNode>]>([
    ['a port beyond 16 bits', { ports: { https: 65_537, web: 1, peer: 2 } }],
    ['one port twice', { ports: { https: 1, web: 1, peer: 2 } }],
    ['a host that is a name', { host: 'node.example' }],
    ['a credit beyond 32 bits', { credit: 2 ** 31 }],
    ['half a thirtieth of credit', { credit: 0.5 }],
    ['a swarm beyond 64 bits', { swarm: 2n ** 64n }],
    ['a negative swarm', { swarm: -1n }],
    ['a reserved reason', { reasonsSeen: 128 }],
    ['a reason agreed on that nobody saw', { reasonsSeen: 1, reasonsAgreed: 2 }],
    ['an empty name', { name: '' }],
    ['a name beyond ASCII', { name: 'nöde' }],
    ['a name beyond bytes', { name: '節点' }],
    ['a role beyond ASCII', { roles: ['stôrage'] }],
    ['a hash of another length', { hybridHash: new Uint8Array(31) }],
    ['a state entered in a later epoch', { since: 101 }],
    ['a swarm of a node that waits', { state: 'awaiting', swarm: 5n }],
    ['an unknown state', { state: 'gone' as never }],
    ['a description in seconds', { describedAt: 1_767_225_600 }],
    ['the same x25519 key', { x25519: createEpochNode(0).x25519 }],
    ['the same legacy key', { legacy: createEpochNode(0).legacy }],
    ['the same name key', { ed25519: createEpochNode(0).ed25519 }],
    ['the same address', { host: '10.0.0.1', ports: { https: 22_023, web: 1, peer: 2 } }],
  ])('throws for %s, because no reader would take it', (_, changes) => {
    expect(() => encodeEpochContent(createContent(createNodes(changes)))).toThrow(RangeError)
  })

  it.each<[string, Partial<EpochContent>]>([
    ['nodes out of order', { nodes: createContent().nodes.toReversed() }],
    ['commitments out of order', { commitments: createContent().commitments.toReversed() }],
    ['a network of another length', { network: new Uint8Array(15) }],
    ['an epoch beyond 32 bits', { epoch: 2 ** 32 }],
    ['a time in seconds', { startsAt: 1_767_225_600 }],
    ['a fraction of a millisecond', { epochMs: 0.5 }],
  ])('throws for %s', (_, changes) => {
    expect(() => encodeEpochContent(createContent(undefined, changes))).toThrow(RangeError)
  })
})

describe('signing', () => {
  it('throws for bytes that are no content, so that a signature says nothing else', () => {
    const [key] = AUTHORITY_KEYS
    if (key === undefined) throw new Error('no key')
    const bytes = encodeEpochContent(createContent())
    expect(signEpoch(bytes, key).authority).toBe(key.publicKey)
    expect(() => signEpoch(bytes.subarray(1), key)).toThrow(RangeError)
    expect(() => signEpoch(encodeUtf8('sotto-epoch-1'), key)).toThrow(RangeError)
    expect(() => signEpoch(concatBytes([bytes, Uint8Array.of(0)]), key)).toThrow(RangeError)
  })

  it('puts signatures in order, and throws for two of one key', () => {
    const { content, signatures } = signContent(createContent(), AUTHORITY_KEYS)
    const [first] = signatures
    if (first === undefined) throw new Error('no signature')
    expect(createEpochDocument(content, signatures.toReversed()).signatures).toEqual(signatures)
    expect(() => createEpochDocument(content, [first, first])).toThrow(RangeError)
    const cut = { ...first, signature: first.signature.subarray(1) }
    expect(() => createEpochDocument(content, [cut])).toThrow(RangeError)
  })

  it('throws for more signatures than there may be authorities', () => {
    const signatures = Array.from({ length: 32 }, (_, index) => ({
      authority: createSigningKeys(`stranger ${index}`).publicKey,
      signature: new Uint8Array(64),
    }))
    expect(() => createEpochDocument(createContent(), signatures)).toThrow(RangeError)
    expect(createEpochDocument(createContent(), signatures.slice(1)).signatures.length).toBe(31)
  })
})

describe('decodeEpochDocument', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'epoch_malformed'],
    ['a header without its last byte', BYTES.subarray(0, 114), 'epoch_malformed'],
    ['commitments without their last byte', BYTES.subarray(0, FIRST_NODE - 1), 'epoch_malformed'],
    ['a node without its fixed part', BYTES.subarray(0, FIRST_NODE + 100), 'epoch_node'],
    ['a node without its name', BYTES.subarray(0, FIRST_NODE + NODE_NAME_LENGTH), 'epoch_node'],
    ['no count of signatures', BYTES.subarray(0, -1), 'epoch_malformed'],
    ['a byte too many', concatBytes([BYTES, Uint8Array.of(0)]), 'epoch_malformed'],
    ['another version in the context', patch(12, 0x32), 'epoch_malformed'],
    ['a start of zero', patch(33, 0, 0, 0, 0, 0, 0, 0, 0), 'epoch_malformed'],
    ['a start beyond 48 bits', patch(33, 0, 1), 'epoch_malformed'],
    ['32 commitments', patch(112, 32), 'epoch_limit'],
    ['4,097 nodes', patch(113, 0x10, 0x01), 'epoch_limit'],
    ['4,096 nodes that are not there', patch(113, 0x10, 0x00), 'epoch_node'],
    ['a node fewer than there are', patch(113, 0, 2), 'epoch_limit'],
    ['32 signatures', patch(BYTES.length - 1, 32), 'epoch_limit'],
    ['a signature that is not there', patch(BYTES.length - 1, 1), 'epoch_malformed'],
    ['equal commitments', patch(115, ...BYTES.subarray(179, 211)), 'epoch_malformed'],
    ['the unspecified host', patch(FIRST_NODE + 152, 0, 0, 0, 0), 'epoch_node'],
    ['port 0', patch(FIRST_NODE + 158, 0, 0), 'epoch_node'],
    ['a state of 5', patch(FIRST_NODE + 165, NODE_STATES.length), 'epoch_node'],
    ['a reserved reason', patch(FIRST_NODE + 166, 0x80), 'epoch_node'],
    ['a reason agreed on that nobody saw', patch(FIRST_NODE + 167, 1), 'epoch_node'],
    ['17 roles', patch(FIRST_NODE + 168, 17), 'epoch_node'],
    ['a role in capitals', patch(FIRST_NODE + 170, 0x53), 'epoch_node'],
    ['an empty role', patch(FIRST_NODE + 169, 0), 'epoch_node'],
    ['a name with a zero byte', patch(FIRST_NODE + NODE_NAME_LENGTH + 1, 0), 'epoch_node'],
    ['nodes out of order', patch(FIRST_NODE, 0xff, 0xff), 'epoch_malformed'],
  ])('refuses %s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code)
  })

  it('refuses more than four megabytes before it reads them', () => {
    expect(codeOf(new Uint8Array(EPOCH_BYTES_MAX + 1))).toBe('epoch_limit')
  })

  it('refuses signatures out of order or twice, because each document has one encoding', () => {
    const document = signContent(createContent(), AUTHORITY_KEYS.slice(0, 2))
    const bytes = encodeEpochDocument(document)
    const start = bytes.length - 2 * 96
    const [first, second] = [bytes.subarray(start, start + 96), bytes.subarray(start + 96)]
    const head = bytes.subarray(0, start)
    expect(codeOf(concatBytes([head, second, first]))).toBe('epoch_malformed')
    expect(codeOf(concatBytes([head, first, first]))).toBe('epoch_malformed')
    expect(codeOf(concatBytes([head, first, second]))).toBeUndefined()
  })

  it('tells which of two nodes repeats what, by its place only', () => {
    const nodes = createContent().nodes
    const bytes = Uint8Array.from(BYTES)
    bytes.set(nodes[0]?.x25519 ?? [], FIRST_NODE + 184 + 32)
    const decoded = decodeEpochDocument(bytes)
    expect(decoded.ok ? '' : decoded.error.message).toBe(
      'epoch_duplicate: node 1 repeats the x25519 of another',
    )
  })

  it('takes a key that is no point, because whoever uses it first checks it', () => {
    const broken = toEd25519PublicKey(new Uint8Array(32).fill(0xff))
    if (broken === undefined) throw new Error('no key')
    expectRoundTrip(signContent(createContent(createNodes({ ed25519: broken }))))
  })

  it('reads no content with something behind it', () => {
    const bytes = encodeEpochContent(createContent())
    expect(decodeEpochContent(bytes).ok).toBe(true)
    expect(decodeEpochContent(concatBytes([bytes, Uint8Array.of(0)]))).toMatchObject({
      error: { code: 'epoch_malformed' },
    })
  })
})
