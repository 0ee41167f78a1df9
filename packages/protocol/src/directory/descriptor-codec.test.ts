/** Descriptors, beyond the vector file: round trips, limits, and what a node might try. */
import { concatBytes } from '@sotto/crypto/bytes'
import { toEd25519PublicKey, sign } from '@sotto/crypto/signing'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createDescriptor,
  createDescriptorKeys,
  signDescriptor,
} from '../../test/epoch-fixtures.ts'
import { ISSUED_AT_MS, createNode, createSigningKeys } from '../../test/node-fixtures.ts'
import { type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import {
  CLOCK_TOLERANCE_MS,
  DESCRIPTOR_BYTES_MAX,
  type NodeDescriptor,
  decodeDescriptor,
  encodeDescriptor,
  isFromFuture,
} from './index.ts'

const SIGNATURES_BYTES = 128
const KEYS = createDescriptorKeys(0)

function encode(changes: Partial<NodeDescriptor> = {}): Uint8Array {
  return encodeDescriptor(createDescriptor(0, changes), KEYS)
}

function codeOf(bytes: Uint8Array): string | undefined {
  const decoded = decodeDescriptor(bytes)
  return decoded.ok ? undefined : decoded.error.code
}

/** A dict with changed members, truly signed by both keys. */
function forge(edit: (dict: Map<string, BtInput>) => void): Uint8Array {
  const decoded = decodeBt(encode({ hybrid: new Uint8Array() }).subarray(0, -SIGNATURES_BYTES))
  if (!decoded.ok || !(decoded.value instanceof Map)) throw new Error('no dict')
  const dict = new Map<string, BtInput>(decoded.value)
  edit(dict)
  return signBytes(encodeBt(dict))
}

function signBytes(content: Uint8Array): Uint8Array {
  return concatBytes([content, sign(KEYS.signing, content), sign(KEYS.legacy, content)])
}

describe('a descriptor', () => {
  it.each<[string, Partial<NodeDescriptor>]>([
    ['with everything', {}],
    ['without a hybrid key', { hybrid: new Uint8Array() }],
    ['without name, contact and roles', { name: '', contact: '', roles: [] }],
    ['of a node that asks to be let go', { isLeaving: true }],
    ['with a contact in any script', { contact: 'Ølmær – 連絡先 🙂' }],
    ['with the highest ports', { ports: { https: 65_535, web: 65_534, peer: 65_533 } }],
  ])('gives back every member: %s', (_, changes) => {
    const decoded = decodeDescriptor(encode(changes))
    expect(decoded.ok && decoded.value.descriptor).toEqual(createDescriptor(0, changes))
  })

  it('keeps its bytes as they came, for others to check', () => {
    const bytes = encode()
    const decoded = decodeDescriptor(bytes)
    expect(decoded.ok && decoded.value.bytes).toEqual(bytes)
  })

  it('does not change when the buffer that it came in is used again', () => {
    const buffer = encode()
    const decoded = decodeDescriptor(buffer)
    buffer.fill(0)
    expect(decoded.ok && decoded.value.descriptor).toEqual(createDescriptor(0))
  })

  it('has a hash of what it says, not of its signatures', () => {
    const hash = signDescriptor(0).hash
    expect(signDescriptor(0).hash).toEqual(hash)
    expect(signDescriptor(0, { issuedAt: ISSUED_AT_MS + 1 }).hash).not.toEqual(hash)
    expect(hash.length).toBe(32)
  })

  it('may use one key as name and as legacy name', () => {
    const legacy = KEYS.signing.publicKey
    const keys = { signing: KEYS.signing, legacy: KEYS.signing }
    expect(decodeDescriptor(encodeDescriptor(createDescriptor(0, { legacy }), keys)).ok).toBe(true)
  })

  it('stays below the limit with the most that it can hold', () => {
    const roles = Array.from({ length: 16 }, (_, index) => 'abcdefghijklmnop'.slice(index))
    const bytes = encode({
      roles: roles.map((role) => role.padEnd(32, 'z')),
      contact: 'x'.repeat(256),
      name: 'x'.repeat(64),
      host: '255.255.255.255',
    })
    expect(bytes.length).toBeLessThan(DESCRIPTOR_BYTES_MAX)
    expect(decodeDescriptor(bytes).ok).toBe(true)
  })
})

describe('encodeDescriptor', () => {
  it.each<[string, Partial<NodeDescriptor>]>([
    ['a host that is a name', { host: 'node.example' }],
    ['port 0', { ports: { https: 0, web: 1, peer: 2 } }],
    ['one port for two purposes', { ports: { https: 1, web: 1, peer: 2 } }],
    ['a hybrid key of another length', { hybrid: new Uint8Array(1184) }],
    ['a contact of two lines', { contact: 'a\nb' }],
    ['a contact of 257 bytes', { contact: 'x'.repeat(257) }],
    ['a role twice', { roles: ['storage', 'storage'] }],
    ['seventeen roles', { roles: 'abcdefghijklmnopq'.split('') }],
    ['a version part above 255', { software: [256, 0, 0] }],
    ['a name with a space', { name: 'my node' }],
    ['a time in seconds', { issuedAt: Math.floor(ISSUED_AT_MS / 1000) }],
    ['a time that no clock will show', { issuedAt: 2 ** 48 }],
    ['an x25519 key of low order', { x25519: createNode(0).x25519.map(() => 0) as never }],
  ])('throws for %s, because it is a mistake of ours', (_, changes) => {
    expect(() => encode(changes)).toThrow(RangeError)
  })

  it('throws for keys that are not the descriptor’s own', () => {
    const { signing, legacy } = KEYS
    const other = createSigningKeys('other')
    const descriptor = createDescriptor(0)
    expect(() => encodeDescriptor(descriptor, { signing: other, legacy })).toThrow(RangeError)
    expect(() => encodeDescriptor(descriptor, { signing, legacy: other })).toThrow(RangeError)
  })
})

describe('decodeDescriptor', () => {
  it('refuses a legacy key that the node does not hold, so that nobody can claim another’s', () => {
    const stolen = createSigningKeys('legacy 1').publicKey
    expect(codeOf(forge((dict) => dict.set('legacy', stolen)))).toBe('descriptor_signature')
  })

  it('refuses a name key that the node does not hold', () => {
    const stolen = createSigningKeys('node 1').publicKey
    expect(codeOf(forge((dict) => dict.set('ed25519', stolen)))).toBe('descriptor_signature')
  })

  it('refuses the two signatures in each other’s place', () => {
    const bytes = encode()
    const content = bytes.subarray(0, -SIGNATURES_BYTES)
    const swapped = [content, sign(KEYS.legacy, content), sign(KEYS.signing, content)]
    expect(codeOf(concatBytes(swapped))).toBe('descriptor_signature')
  })

  it('refuses a legacy key of small order, for which signatures can be made up', () => {
    const small = toEd25519PublicKey(Uint8Array.of(1, ...new Uint8Array(31)))
    if (small === undefined) throw new Error('no key')
    expect(codeOf(forge((dict) => dict.set('legacy', small)))).toBe('descriptor_signature')
  })

  it('refuses members that are not specified, signed or not', () => {
    expect(codeOf(forge((dict) => dict.set('stake', 1)))).toBe('descriptor_malformed')
    expect(codeOf(forge((dict) => dict.delete('contact')))).toBe('descriptor_malformed')
  })

  it('refuses what was signed for another purpose', () => {
    const forged = forge((dict) => dict.set('context', 'sotto-directory-list'))
    expect(codeOf(forged)).toBe('descriptor_malformed')
  })

  it('refuses a second encoding of the same content, truly signed', () => {
    const content = encode().subarray(0, -SIGNATURES_BYTES)
    const text = String.fromCharCode(...content).replace('7:contact', '07:contact')
    const second = Uint8Array.from(text, (character) => character.charCodeAt(0))
    expect(codeOf(signBytes(second))).toBe('descriptor_malformed')
  })

  it.each<[string, string, BtInput]>([
    ['a host with leading zeros', 'host', '10.0.0.01'],
    ['the unspecified host', 'host', '0.0.0.0'],
    ['two ports', 'ports', [1, 2]],
    ['four ports', 'ports', [1, 2, 3, 4]],
    ['a port beyond 16 bits', 'ports', [1, 2, 65_536]],
    ['one port twice', 'ports', [1, 2, 1]],
    ['a role in capitals', 'roles', ['Storage']],
    ['a role that is a number', 'roles', [1]],
    ['a version of two parts', 'software', [1, 2]],
    ['a negative version part', 'software', [1, 2, -1]],
    ['a flag above one', 'leaving', 2],
    ['a contact that is no UTF-8', 'contact', Uint8Array.of(0xff)],
    ['a contact with an escape', 'contact', '\u001b[31m'],
    ['a contact with a C1 control', 'contact', '\u0085'],
    ['a key of 31 bytes', 'x25519', new Uint8Array(31).fill(9)],
    ['a time of zero', 'issued_at', 0],
    ['a time beyond doubles', 'issued_at', 2n ** 60n],
    ['a hybrid key without its second half', 'hybrid', new Uint8Array(1184)],
    ['a dict as name', 'name', new Map()],
  ])('refuses %s, truly signed', (_, member, value) => {
    expect(codeOf(forge((dict) => dict.set(member, value)))).toBe('descriptor_field')
  })

  it('names the member that is malformed and never shows it', () => {
    const decoded = decodeDescriptor(forge((dict) => dict.set('host', 'secret.example')))
    const message = decoded.ok ? '' : decoded.error.message
    expect(message).toBe('descriptor_field: host is malformed')
  })

  it('refuses more than four kilobytes before it reads them', () => {
    expect(codeOf(new Uint8Array(DESCRIPTOR_BYTES_MAX + 1))).toBe('descriptor_limit')
    expect(codeOf(new Uint8Array(DESCRIPTOR_BYTES_MAX))).toBe('descriptor_malformed')
  })

  it('refuses what is shorter than its signatures', () => {
    for (let length = 0; length <= SIGNATURES_BYTES; length++) {
      expect(codeOf(new Uint8Array(length))).toBe('descriptor_malformed')
    }
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(600), (bytes) => {
        expect(codeOf(bytes)).toMatch(/^descriptor_/)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers any dict in place of its own with a refusal, never a throw', () => {
    const value = fc.oneof(
      fc.integer(),
      arbitraryBytes(40),
      fc.constant([]),
      fc.constant(new Map()),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('contact', 'host', 'x'), value), (members) => {
        const content = encodeBt(new Map<string, BtInput>(Object.entries(members)))
        expect(codeOf(concatBytes([content, new Uint8Array(128)]))).toBe('descriptor_malformed')
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses every change of a signed one', () => {
    const original = encode({ hybrid: new Uint8Array() })
    fc.assert(
      fc.property(arbitraryMutation(original), (changed) => {
        const isSame = changed.every((byte, index) => byte === original[index])
        expect(decodeDescriptor(changed).ok).toBe(isSame)
      }),
      // Most reach a signature, and those of the reference back end are slow.
      { numRuns: 3000 },
    )
  })
})

describe('isFromFuture', () => {
  it('lets clocks differ by a minute, so that nobody can have the last word for long', () => {
    const descriptor = createDescriptor(0)
    const nowMs = ISSUED_AT_MS - CLOCK_TOLERANCE_MS
    expect(isFromFuture(descriptor, nowMs)).toBe(false)
    expect(isFromFuture(descriptor, nowMs - 1)).toBe(true)
  })
})
