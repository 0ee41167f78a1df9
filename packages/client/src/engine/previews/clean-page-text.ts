/**
 * Text of a stranger's page, made harmless to show: its character references resolved, in one line, and without what hides or turns the
 * direction of writing (spec 13 §4.3 does the same to names of files).
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'

const REFERENCE = /&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));?/gi
const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
])
/** All but the joiner that families of emoji are made of. */
const INVISIBLE = /(?!\u200D)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu
const REPLACEMENT = '\uFFFD'
const POINT_MAX = 0x10ffff

/** `latin1` has one character for a byte: UTF-8 if it is that, else what the characters are. */
export function decodePageText(latin1: string): string {
  const bytes = Uint8Array.from(latin1, (character) => character.charCodeAt(0))
  return resolveReferences(decodeUtf8(bytes) ?? latin1)
}

export function cleanPageText(latin1: string, charactersMax: number): string {
  const line = decodePageText(latin1).replaceAll(/\s+/gu, ' ').replaceAll(INVISIBLE, '').trim()
  return Array.from(line).slice(0, charactersMax).join('').trim()
}

/** Once: what comes out of a reference is text, also where it looks like another one. */
function resolveReferences(text: string): string {
  return text.replaceAll(REFERENCE, (_, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? REPLACEMENT
    return showPoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
  })
}

function showPoint(point: number): string {
  const isSurrogate = point >= 0xd800 && point <= 0xdfff
  return point === 0 || isSurrogate || point > POINT_MAX ? REPLACEMENT : String.fromCodePoint(point)
}
