/**
 * Records under the ids of accounts or groups (spec 11 §7.1). A key is the 33 bytes of the id, not its text.
 *
 * @module
 */

import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { fromByteText, toByteText } from '../byte-text.ts'
import { isConfigDict } from '../config-value.ts'
import type { SharedConfig } from '../shared-config.ts'
import { findRecord, type RecordCodec, writeRecord } from './record-codec.ts'

/** `03` and 64 hexadecimal digits in lower case. */
export type GroupId = `03${string}`

export interface KeyedPlace<Id extends string, R> {
  /** The dict that holds the records. */
  readonly key: string
  readonly codec: RecordCodec<R>
  /** From hexadecimal; `undefined` for a key that is no id of this kind. */
  readonly parseId: (text: string) => Id | undefined
}

const GROUP_ID = /^03[0-9a-f]{64}$/

export function parseAccountKey(text: string): AccountId | undefined {
  const parsed = parseAccountId(text)
  return parsed.ok ? parsed.value : undefined
}

export function parseGroupKey(text: string): GroupId | undefined {
  return isGroupId(text) ? text : undefined
}

function isGroupId(text: string): text is GroupId {
  return GROUP_ID.test(text)
}

export class KeyedRecords<Id extends string, R> {
  readonly #config: SharedConfig
  readonly #place: KeyedPlace<Id, R>

  constructor(config: SharedConfig, place: KeyedPlace<Id, R>) {
    this.#config = config
    this.#place = place
  }

  find(id: Id): R | undefined {
    return findRecord(this.#config, this.#path(id), this.#place.codec)
  }

  /** In ascending order of ids; entries that are none are passed over and stay. */
  list(): readonly (readonly [Id, R])[] {
    const records = this.#config.find([this.#place.key])
    if (!isConfigDict(records)) return []
    const listed: (readonly [Id, R])[] = []
    for (const key of [...records.keys()].toSorted()) {
      const record = records.get(key)
      const id = this.#place.parseId(encodeHex(fromByteText(key)))
      if (id !== undefined && isConfigDict(record))
        listed.push([id, this.#place.codec.read(record)])
    }
    return listed
  }

  /** Creates the record if there is none, and changes what is given. */
  update(id: Id, changes: Partial<R>): void {
    writeRecord(this.#config, this.#path(id), { codec: this.#place.codec, changes })
  }

  erase(id: Id): void {
    this.#config.set(this.#path(id), undefined)
  }

  #path(id: Id): readonly string[] {
    const bytes = this.#place.parseId(id) === undefined ? undefined : decodeHex(id)
    if (bytes === undefined) throw new RangeError('no id of this kind')
    return [this.#place.key, toByteText(bytes)]
  }
}
