/**
 * A group's keys as a device keeps them between two runs (spec 14 §4.8). A key that the device made and nobody has yet is
 * not kept: after a crash it would seal what no member can open.
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import { GROUP_KEY_BYTES } from '@sotto/crypto/session'
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../bt/read-bt.ts'
import { ProtocolError } from '../errors.ts'
import type { GroupKeysState } from './group-keys.ts'
import { type GroupKey, mergeKeys } from './key-history.ts'
import { GENERATION_MAX, GROUP_KEYS_MAX } from './limits.ts'

const KEY = { keys: 'k', messages: 'm' } as const
const DEPTH = 3
const HASH_CHARACTERS = 43

type KeptMessage = GroupKeysState['messages'][number]

export function encodeKeysDump({ keys, messages }: GroupKeysState): Uint8Array {
  return encodeBt(
    new Map<string, BtInput>([
      [KEY.keys, keys.map(({ generation, key, timestampMs }) => [generation, key, timestampMs])],
      [KEY.messages, messages.map(({ hash, generation }) => [hash, generation])],
    ]),
  )
}

/** Total: a device whose dump cannot be read fetches the keys anew. */
export function decodeKeysDump(bytes: Uint8Array): Result<GroupKeysState, ProtocolError> {
  const decoded = decodeBt(bytes, { depth: DEPTH })
  if (!decoded.ok || !isDict(decoded.value)) return refuse('dump')
  const keys = readItems(readList(decoded.value.get(KEY.keys)) ?? [], readKey)
  const messages = readItems(readList(decoded.value.get(KEY.messages)) ?? [], readMessage)
  if (keys === undefined || messages === undefined) return refuse('dump')
  if (keys.length > GROUP_KEYS_MAX) return refuse(`${keys.length} keys`)
  return ok({ keys: mergeKeys(keys), messages })
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('group_malformed', detail))
}

function readKey(value: BtValue): GroupKey | undefined {
  const [first, second, third] = readList(value) ?? []
  const generation = readInteger(first, { min: 0, max: GENERATION_MAX })
  const key = readBytes(second, GROUP_KEY_BYTES)
  const timestampMs = readInteger(third, { min: 0 })
  if (generation === undefined || key === undefined || timestampMs === undefined) return undefined
  return { generation, key: Uint8Array.from(key), timestampMs }
}

function readMessage(value: BtValue): KeptMessage | undefined {
  const [first, second] = readList(value) ?? []
  const hash = readBytes(first, HASH_CHARACTERS)
  const text = hash && decodeUtf8(hash)
  const generation = readInteger(second, { min: 0, max: GENERATION_MAX })
  return text === undefined || generation === undefined ? undefined : { hash: text, generation }
}
