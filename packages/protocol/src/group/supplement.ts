/**
 * The keys inside a supplement, before they are sealed (spec 14 §4.3).
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import { GROUP_KEY_BYTES } from '@sotto/crypto/session'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../bt/read-bt.ts'
import { ProtocolError } from '../errors.ts'
import type { GroupKey } from './key-history.ts'
import { GROUP_KEYS_MAX } from './limits.ts'

const DEPTH = 2

export function encodeSupplement(keys: readonly GroupKey[]): Uint8Array {
  return encodeBt(
    keys.map(
      ({ generation, key, timestampMs }) =>
        new Map<string, BtInput>([
          ['g', generation],
          ['k', key],
          ['t', timestampMs],
        ]),
    ),
  )
}

/** Total. No key may be newer than the message says, or one admin could pass over all others. */
export function decodeSupplement(
  plaintext: Uint8Array,
  newest: number,
): Result<readonly GroupKey[], ProtocolError> {
  const decoded = decodeBt(plaintext, { depth: DEPTH })
  const list = decoded.ok ? readList(decoded.value) : undefined
  if (list === undefined || list.length > GROUP_KEYS_MAX) return refuse()
  const keys = readItems(list, (item) => readGroupKey(item, newest))
  return keys === undefined || keys.length === 0 ? refuse() : ok(keys)
}

function refuse(): Result<never, ProtocolError> {
  return err(new ProtocolError('group_malformed', 'supplement'))
}

function readGroupKey(value: BtValue, newest: number): GroupKey | undefined {
  if (!isDict(value)) return undefined
  const generation = readInteger(value.get('g'), { min: 0, max: newest })
  const key = readBytes(value.get('k'), GROUP_KEY_BYTES)
  const timestampMs = readInteger(value.get('t'), { min: 0 })
  if (generation === undefined || key === undefined || timestampMs === undefined) return undefined
  return { generation, key: Uint8Array.from(key), timestampMs }
}
