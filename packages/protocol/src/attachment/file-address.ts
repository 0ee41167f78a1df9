/**
 * Where a file is kept, in the one form that messages and profiles carry (spec 13 §4.1). Which server is the usual one
 * is the client's choice.
 *
 * @module
 */

import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import { parseBaseUrl } from '../config/index.ts'
import { isFileId } from '../files/file-id.ts'

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
