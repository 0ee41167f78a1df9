/** DER forms, each against the bytes that X.690 prescribes. */
import { describe, expect, it } from 'vitest'
import {
  encodeBitString,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeImplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSet,
  encodeUtf8String,
} from './der.ts'

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('encodeInteger', () => {
  it.each([
    ['00', '020100'],
    ['0000', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['0001', '020101'],
    ['00ff01', '020300ff01'],
  ])('writes %s as %s: shortest, and never negative', (bytes, der) => {
    expect(hex(encodeInteger(Buffer.from(bytes, 'hex')))).toBe(der)
  })
})

describe('encodeObjectIdentifier', () => {
  it.each([
    ['1.3.101.112', '06032b6570'],
    ['2.5.4.3', '0603550403'],
    ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
    ['2.5.29.17', '0603551d11'],
  ])('writes %s as %s', (dotted, der) => {
    expect(hex(encodeObjectIdentifier(dotted))).toBe(der)
  })
})

describe('lengths', () => {
  it.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [70_000, '0483011170'],
  ])('of %i bytes take the shortest form', (length, header) => {
    const der = encodeOctetString(new Uint8Array(length))
    expect(hex(der).startsWith(header)).toBe(true)
    expect(der.length).toBe(header.length / 2 + length)
  })
})

describe('the other forms', () => {
  it('write strings, times and nested elements with their tags', () => {
    expect(hex(encodeUtf8String('é'))).toBe('0c02c3a9')
    expect(hex(encodeGeneralizedTime('99991231235959Z'))).toBe(
      `180f${Buffer.from('99991231235959Z').toString('hex')}`,
    )
    expect(hex(encodeBitString(Uint8Array.of(5)))).toBe('03020005')
    expect(hex(encodeSequence(encodeInteger(Uint8Array.of(1))))).toBe('3003020101')
    expect(hex(encodeSet())).toBe('3100')
    expect(hex(encodeExplicit(3, Uint8Array.of(1)))).toBe('a30101')
    expect(hex(encodeImplicit(2, Uint8Array.of(1)))).toBe('820101')
  })
})
