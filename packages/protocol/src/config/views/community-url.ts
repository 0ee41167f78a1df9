/**
 * Addresses of community rooms in the one form under which configurations keep them (spec 11 §7.6). Two spellings of
 * one room would be two conversations.
 *
 * @module
 */

import { decodeHex, encodeHex } from '@sotto/crypto/bytes'

export interface CommunityRoom {
  /** Scheme and host in lower case, port only if it is not the scheme's own, no path. */
  readonly baseUrl: string
  /** As written; its key is in lower case. */
  readonly room: string
}

export interface CommunityAddress extends CommunityRoom {
  /** The server's X25519 key, 32 bytes. */
  readonly publicKey: Uint8Array
}

const URL_CHARACTERS_MAX = 512
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' }
const PORT_MAX = 65_535
const BASE = /^(https?):\/\/([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?$/i
const ADDRESS = /^(https?:\/\/[^/?#]+)\/(?:r\/)?([-0-9_a-z]{1,64})\/?\?public_key=([0-9a-f]{64})$/i
const ROOM = /^[-0-9_a-z]{1,64}$/i

/** `https://host/room?public_key=…`, also with `/r/` in front of the room. */
export function parseCommunityAddress(text: string): CommunityAddress | undefined {
  if (text.length > URL_CHARACTERS_MAX) return undefined
  const [, base = '', room = '', keyText = ''] = ADDRESS.exec(text) ?? []
  const baseUrl = parseBaseUrl(base)
  const publicKey = decodeHex(keyText)
  if (baseUrl === undefined || publicKey === undefined || room === '') return undefined
  return { baseUrl, room, publicKey }
}

export function formatCommunityAddress({ baseUrl, room, publicKey }: CommunityAddress): string {
  return `${baseUrl}/${room}?public_key=${encodeHex(publicKey)}`
}

/** `undefined` for what is no address, or has a path. */
export function parseBaseUrl(text: string): string | undefined {
  if (text.length > URL_CHARACTERS_MAX) return undefined
  const [, scheme = '', host = '', port] = BASE.exec(text) ?? []
  if (host === '') return undefined
  const name = `${scheme}://${host}`.toLowerCase()
  if (port === undefined || Number(port) === Number(DEFAULT_PORTS[scheme.toLowerCase()]))
    return name
  const number = Number(port)
  return number >= 1 && number <= PORT_MAX ? `${name}:${number}` : undefined
}

/** `undefined` for what no room is called. */
export function parseRoomKey(room: string): string | undefined {
  return ROOM.test(room) ? room.toLowerCase() : undefined
}
