/**
 * A configuration as a device keeps it between runs (spec 11 §6.4). Reading is total, because a disk may hold anything,
 * but what is read is believed: whoever can change the dump can change the program too.
 *
 * @module
 */

import { decodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { type BtDict, type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../bt/read-bt.ts'
import { ProtocolError } from '../errors.ts'
import { fromByteText, toByteText } from './byte-text.ts'
import type { ConfigKeeping, RevisionStanding, UnansweredRevision } from './config-keeping.ts'
import type { ConfigDict } from './config-value.ts'
import { decodeData, encodeData } from './data-encoding.ts'
import { decodeMessage } from './decode-message.ts'
import type { HeldPart } from './part-sets.ts'

export interface ConfigDump {
  readonly keeping: ConfigKeeping
  readonly parts: readonly HeldPart[]
}

const KEY = {
  standing: '!',
  latest: '$',
  hashes: '(',
  obsolete: ')',
  parts: '*',
  extra: '+',
} as const
const EXTRA_KEY = { agreed: 'a', draft: 'd', rewrite: 'r', unanswered: 'u' } as const
/** In the order of their numbers: clean, dirty, waiting. */
const STANDINGS: readonly RevisionStanding[] = ['stored', 'unsent', 'sent']
const HASH_BYTES = 32
const LIMITS = { bytes: 64 * 1024 * 1024, depth: 16, items: 2_000_000 }

export function encodeDump({ keeping, parts }: ConfigDump): Uint8Array {
  const { latest, standing, draft, isRewriteDue, agreed } = keeping
  const extra = new Map<string, BtInput>([[EXTRA_KEY.agreed, encodeData(agreed)]])
  if (draft !== undefined) extra.set(EXTRA_KEY.draft, encodeData(draft))
  const unanswered = keeping.unanswered.map(({ hash, data }) => [
    fromByteText(hash),
    encodeData(data),
  ])
  extra.set(EXTRA_KEY.unanswered, unanswered)
  if (isRewriteDue) extra.set(EXTRA_KEY.rewrite, 1)
  return encodeBt(
    new Map<string, BtInput>([
      [KEY.standing, STANDINGS.indexOf(standing)],
      [KEY.latest, latest.bytes],
      [KEY.hashes, keeping.hashes],
      [KEY.obsolete, keeping.obsolete],
      [KEY.parts, parts.map(encodePart)],
      [KEY.extra, extra],
    ]),
  )
}

function encodePart({ wholeHash, index, count, chunk, messageHash }: HeldPart): BtInput {
  return [fromByteText(wholeHash), index, count, chunk, messageHash]
}

export function decodeDump(bytes: Uint8Array): Result<ConfigDump, ProtocolError> {
  const decoded = decodeBt(bytes, LIMITS)
  if (!decoded.ok) {
    return err(new ProtocolError('config_malformed', 'dump', { cause: decoded.error }))
  }
  const dump = isDict(decoded.value) ? readDump(decoded.value) : undefined
  return dump === undefined ? err(new ProtocolError('config_malformed', 'dump')) : ok(dump)
}

function readDump(dict: BtDict): ConfigDump | undefined {
  const standing = STANDINGS[readInteger(dict.get(KEY.standing), { min: 0 }) ?? STANDINGS.length]
  const latest = dict.get(KEY.latest)
  const message = latest instanceof Uint8Array ? decodeMessage(latest) : undefined
  const hashes = readList(dict.get(KEY.hashes))
  const obsolete = readList(dict.get(KEY.obsolete))
  const parts = readList(dict.get(KEY.parts))
  const extra = dict.get(KEY.extra)
  if (standing === undefined || message?.ok !== true || extra === undefined) return undefined
  const changes = isDict(extra) ? readExtra(extra) : undefined
  const own = hashes === undefined ? undefined : readItems(hashes, readText)
  const old = obsolete === undefined ? undefined : readItems(obsolete, readText)
  const held = parts === undefined ? undefined : readItems(parts, readPart)
  if (changes === undefined || own === undefined || old === undefined) return undefined
  if (held === undefined) return undefined
  const keeping = { latest: message.value, standing, ...changes, hashes: own, obsolete: old }
  return { keeping, parts: held }
}

function readExtra(
  extra: BtDict,
): Pick<ConfigKeeping, 'agreed' | 'draft' | 'isRewriteDue' | 'unanswered'> | undefined {
  const agreed = readData(extra.get(EXTRA_KEY.agreed))
  const rows = readList(extra.get(EXTRA_KEY.unanswered))
  const unanswered = rows === undefined ? undefined : readItems(rows, readUnanswered)
  if (agreed === undefined || unanswered === undefined) return undefined
  const isRewriteDue = extra.get(EXTRA_KEY.rewrite) === 1
  if (!extra.has(EXTRA_KEY.draft)) return { agreed, unanswered, isRewriteDue }
  const draft = readData(extra.get(EXTRA_KEY.draft))
  return draft === undefined ? undefined : { agreed, unanswered, draft, isRewriteDue }
}

function readUnanswered(value: BtValue): UnansweredRevision | undefined {
  const [hashValue, dataValue] = readList(value) ?? []
  const hash = readBytes(hashValue, HASH_BYTES)
  const data = readData(dataValue)
  return hash === undefined || data === undefined ? undefined : { hash: toByteText(hash), data }
}

function readData(value: BtValue | undefined): ConfigDict | undefined {
  return value !== undefined && isDict(value) ? decodeData(value) : undefined
}

function readText(value: BtValue): string | undefined {
  return value instanceof Uint8Array ? decodeUtf8(value) : undefined
}

function readPart(value: BtValue): HeldPart | undefined {
  const list = readList(value)
  if (list?.length !== 5) return undefined
  const [hash, indexValue, countValue, chunk, name] = list
  const wholeHash = readBytes(hash, HASH_BYTES)
  const count = readInteger(countValue, { min: 2, max: 255 })
  const index = readInteger(indexValue, { min: 0, max: (count ?? 0) - 1 })
  const messageHash = name === undefined ? undefined : readText(name)
  if (wholeHash === undefined || count === undefined || index === undefined) return undefined
  if (!(chunk instanceof Uint8Array) || messageHash === undefined) return undefined
  return { wholeHash: toByteText(wholeHash), index, count, chunk, messageHash }
}
