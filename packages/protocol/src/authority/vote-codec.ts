/**
 * Votes as bytes (spec 08 §2.2): one bt dict, one encoding for each vote. Reading judges the form alone; whether a vote
 * is of this network and epoch and of its author is judged where it is counted. Whoever calls brings the decoder of
 * descriptors.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { type BtDict, type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import type { SoftwareVersion } from '../directory/node-descriptor.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { assertVote } from './assert-vote.ts'
import { compareKeys, isAscending } from './compare-keys.ts'
import {
  isDict,
  readBytes,
  readDict,
  readInteger,
  readItems,
  readKey,
  readList,
} from '../bt/read-bt.ts'
import {
  EPOCH_MAX,
  EPOCH_MIN,
  HASH_BYTES,
  NETWORK_BYTES,
  REASONS_MAX,
  type SignedDescriptor,
  VOTE_BYTES_MAX,
  VOTE_ENTRIES_MAX,
  type Verdict,
  type Vote,
} from './vote.ts'

/** Spec 08 §2.2. */
const VERSION = 1
const SOFTWARE_BYTES = 3
const VERDICT_ITEMS = 2
/** Three full lists, of which verdicts are lists of two, and the rest: less memory than the general limit allows. */
const LIMITS = { bytes: VOTE_BYTES_MAX, depth: 3, items: 5 * VOTE_ENTRIES_MAX + 32 }
const KEYS = [
  'authority',
  'commitment',
  'descriptors',
  'epoch',
  'network',
  'previous',
  'readiness',
  'reveal',
  'software_min',
  'verdicts',
  'version',
]

/**
 * Its answer must depend on the bytes alone. Were a descriptor good for one authority and not for another, they would
 * count different votes, and no document would come about.
 */
export type DescriptorDecoder = (bytes: Uint8Array) => Result<SignedDescriptor, ProtocolError>

type Checked<T> = Result<T, ProtocolError>
type VoteHead = Omit<Vote, 'descriptors' | 'verdicts' | 'readiness'>

/** Lists may be in any order. Throws for what no vote may hold. */
export function encodeVote(vote: Vote): Uint8Array {
  assertVote(vote)
  const descriptors = vote.descriptors.toSorted((a, b) => compareKeys(keyOf(a), keyOf(b)))
  const verdicts = vote.verdicts.toSorted((a, b) => compareKeys(a.node, b.node))
  const bytes = encodeBt(
    new Map<string, BtInput>([
      ['authority', vote.authority],
      ['commitment', vote.commitment],
      ['descriptors', descriptors.map((signed) => signed.bytes)],
      ['epoch', vote.epoch],
      ['network', vote.network],
      ['previous', vote.previous],
      ['readiness', vote.readiness.toSorted(compareKeys)],
      ['reveal', vote.reveal],
      ['software_min', Uint8Array.from(vote.softwareMin)],
      ['verdicts', verdicts.map(({ node, reasons }) => [node, reasons])],
      ['version', VERSION],
    ]),
  )
  if (bytes.length > VOTE_BYTES_MAX) throw new RangeError('a vote is too long')
  return bytes
}

/** Reads bytes from outside. Never throws. Byte strings of the vote are views into the input. */
export function decodeVote(bytes: Uint8Array, decodeDescriptor: DescriptorDecoder): Checked<Vote> {
  const decoded = decodeBt(bytes, LIMITS)
  if (!decoded.ok) return decoded
  const version = isDict(decoded.value) ? decoded.value.get('version') : undefined
  if (typeof version === 'number' && version !== VERSION) {
    return refuse('vote_version', `version ${version}`)
  }
  const dict = readDict(decoded.value, KEYS)
  const head = dict === undefined ? undefined : readHead(dict)
  if (dict === undefined || version !== VERSION || head === undefined) {
    return refuse('vote_malformed', 'a field is missing, unknown or of another kind')
  }
  return readLists(dict, head, decodeDescriptor)
}

function readHead(dict: BtDict): VoteHead | undefined {
  const network = readBytes(dict.get('network'), NETWORK_BYTES)
  const epoch = readInteger(dict.get('epoch'), { min: EPOCH_MIN, max: EPOCH_MAX })
  const previous = readBytes(dict.get('previous'), HASH_BYTES)
  const authority = readKey(dict.get('authority'))
  const reveal = readBytes(dict.get('reveal'), HASH_BYTES)
  const commitment = readBytes(dict.get('commitment'), HASH_BYTES)
  const softwareMin = readSoftware(dict.get('software_min'))
  if (network === undefined || epoch === undefined || previous === undefined) return undefined
  if (authority === undefined || reveal === undefined || commitment === undefined) return undefined
  if (softwareMin === undefined) return undefined
  return { network, epoch, previous, authority, reveal, commitment, softwareMin }
}

function readSoftware(value: BtValue | undefined): SoftwareVersion | undefined {
  const bytes = readBytes(value, SOFTWARE_BYTES)
  return bytes === undefined ? undefined : [bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0]
}

function readLists(
  dict: BtDict,
  head: VoteHead,
  decodeDescriptor: DescriptorDecoder,
): Checked<Vote> {
  const signed = readList(dict.get('descriptors'))
  const judged = readList(dict.get('verdicts'))
  const ready = readList(dict.get('readiness'))
  if (signed === undefined || judged === undefined || ready === undefined) {
    return refuse('vote_malformed', 'no list')
  }
  if (Math.max(signed.length, judged.length, ready.length) > VOTE_ENTRIES_MAX) {
    return refuse('vote_limit', `lists of ${signed.length}, ${judged.length}, ${ready.length}`)
  }
  const verdicts = readItems(judged, readVerdict)
  const readiness = readItems(ready, readKey)
  if (verdicts === undefined || readiness === undefined) return refuse('vote_malformed', 'entry')
  if (!isAscending(verdicts.map(({ node }) => node)) || !isAscending(readiness)) {
    return refuse('vote_order', 'verdicts or readiness')
  }
  // Last, because each one costs the check of a signature.
  const descriptors = readItems(signed, (item) => readDescriptor(item, decodeDescriptor))
  if (descriptors === undefined) return refuse('vote_descriptor', 'a descriptor is refused')
  if (!isAscending(descriptors.map(keyOf))) return refuse('vote_order', 'descriptors')
  return ok({ ...head, descriptors, verdicts, readiness })
}

function readVerdict(value: BtValue): Verdict | undefined {
  const items = readList(value)
  if (items?.length !== VERDICT_ITEMS) return undefined
  const node = readKey(items[0])
  const reasons = readInteger(items[1], { min: 1, max: REASONS_MAX })
  return node === undefined || reasons === undefined ? undefined : { node, reasons }
}

function readDescriptor(value: BtValue, decode: DescriptorDecoder): SignedDescriptor | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  const decoded = decode(value)
  return decoded.ok ? decoded.value : undefined
}

function keyOf({ descriptor }: SignedDescriptor): Uint8Array {
  return descriptor.ed25519
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}
