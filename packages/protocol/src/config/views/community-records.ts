/**
 * Records of community rooms: by server, which has one key, and under it by room (spec 11 §7.6).
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { fromByteText, toByteText } from '../byte-text.ts'
import { type ConfigDict, isConfigDict } from '../config-value.ts'
import type { SharedConfig } from '../shared-config.ts'
import { type CommunityRoom, parseBaseUrl, parseRoomKey } from './community-url.ts'
import { findRecord, type RecordCodec, writeRecord } from './record-codec.ts'

export interface CommunityEntry<R> extends CommunityRoom {
  readonly publicKey: Uint8Array
  readonly record: R
}

const KEY = { communities: 'o', publicKey: '#', rooms: 'R' } as const
const PUBLIC_KEY_BYTES = 32

export class CommunityRecords<R> {
  readonly #config: SharedConfig
  readonly #codec: RecordCodec<R>

  constructor(config: SharedConfig, codec: RecordCodec<R>) {
    this.#config = config
    this.#codec = codec
  }

  find(room: CommunityRoom): R | undefined {
    return findRecord(this.#config, roomPath(room), this.#codec)
  }

  /** Rooms by their keys, in lower case. Servers without a key of 32 bytes are passed over and stay. */
  list(): readonly CommunityEntry<R>[] {
    const servers = this.#config.find([KEY.communities])
    if (!isConfigDict(servers)) return []
    return [...servers].flatMap(([key, server]) => {
      const baseUrl = decodeUtf8(fromByteText(key))
      const isReadable = baseUrl !== undefined && isConfigDict(server)
      return isReadable ? this.#listRooms(baseUrl, server) : []
    })
  }

  /** The key of the server counts for all of its rooms: the last one that was given. */
  update(room: CommunityRoom, publicKey: Uint8Array, changes: Partial<R>): void {
    if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError('community key')
    writeRecord(this.#config, roomPath(room), { codec: this.#codec, changes })
    this.#config.set([...serverPath(room), KEY.publicKey], toByteText(publicKey))
  }

  /** The server goes with its last room. */
  erase(room: CommunityRoom): void {
    this.#config.set(roomPath(room), undefined)
    if (this.#config.find([...serverPath(room), KEY.rooms]) === undefined) {
      this.#config.set(serverPath(room), undefined)
    }
  }

  #listRooms(baseUrl: string, server: ConfigDict): readonly CommunityEntry<R>[] {
    const key = server.get(KEY.publicKey)
    const rooms = server.get(KEY.rooms)
    if (typeof key !== 'string' || key.length !== PUBLIC_KEY_BYTES || !isConfigDict(rooms))
      return []
    const publicKey = fromByteText(key)
    return [...rooms].flatMap(([room, record]) =>
      isConfigDict(record) ? [{ baseUrl, room, publicKey, record: this.#codec.read(record) }] : [],
    )
  }
}

function serverPath({ baseUrl }: CommunityRoom): readonly string[] {
  const parsed = parseBaseUrl(baseUrl)
  if (parsed === undefined) throw new RangeError('community URL')
  return [KEY.communities, toByteText(encodeUtf8(parsed))]
}

function roomPath(place: CommunityRoom): readonly string[] {
  const key = parseRoomKey(place.room)
  if (key === undefined) throw new RangeError('community room')
  return [...serverPath(place), KEY.rooms, key]
}
