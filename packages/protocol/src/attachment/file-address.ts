/**
 * Where a file is kept, in the one form that messages and profiles carry (spec 13 §4.1). Which server is the usual one
 * is the client's choice.
 *
 * @module
 */

import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import { parseBaseUrl } from '../config/index.ts'

export interface FileAddress {
  /** Scheme, host and port of the file server. */
  readonly baseUrl: string
  readonly fileId: string
  /** Left out for the server that a client takes without being told. */
  readonly serverKey?: Ed25519PublicKey
  /** Whether the file is sealed as a stream; else in the older way. */
  readonly isStream: boolean
}

/** Spec 13 §4.1. */
export const FILE_URL_CHARACTERS_MAX = 512
const URL = /^(https?:\/\/[^/?#]+)\/file\/([^/?#]+)(?:#(.*))?$/is
const NUMBER_ID = /^(?:0|[1-9][0-9]{0,15})$/
const HASH_ID = /^[-_0-9A-Za-z]{44}$/

/** A number below 2⁵³, or the hash of the file in base64url. */
export function isFileId(text: string): boolean {
  return HASH_ID.test(text) || readNumberId(text) !== undefined
}

/** `undefined` for the id that is a hash, and for what is none. */
export function readNumberId(fileId: string): number | undefined {
  const number = NUMBER_ID.test(fileId) ? Number(fileId) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

/** Total. Members of the fragment that are not named here are ignored. */
export function parseFileAddress(text: string): FileAddress | undefined {
  if (text.length > FILE_URL_CHARACTERS_MAX) return undefined
  const [, base = '', fileId = '', fragment = ''] = URL.exec(text) ?? []
  const baseUrl = parseBaseUrl(base)
  if (baseUrl === undefined || !isFileId(fileId)) return undefined
  const members = parseFragment(fragment)
  const keyText = members.get('p')
  const isStream = members.has('d')
  if (keyText === undefined) return { baseUrl, fileId, isStream }
  const serverKey = toEd25519PublicKey(decodeHex(keyText) ?? new Uint8Array())
  return serverKey === undefined ? undefined : { baseUrl, fileId, isStream, serverKey }
}

/** The first of equal names counts, as in other clients. */
function parseFragment(fragment: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  for (const member of fragment.split('&')) {
    const [name = '', value = ''] = member.split('=', 2)
    if (!members.has(name)) members.set(name, value)
  }
  return members
}

/** Throws for what no `parseFileAddress` gave, which is a mistake of ours. */
export function formatFileAddress(address: FileAddress): string {
  const { baseUrl, fileId, serverKey, isStream } = address
  if (!isFileId(fileId)) throw new RangeError('no file id')
  const members = [
    ...(serverKey === undefined ? [] : [`p=${encodeHex(serverKey)}`]),
    ...(isStream ? ['d='] : []),
  ]
  const url = `${baseUrl}/file/${fileId}`
  return members.length === 0 ? url : `${url}#${members.join('&')}`
}
