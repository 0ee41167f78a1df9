/**
 * Reads the records of an archive (spec 16 §4). Total: what cannot be read is said to be so, and the next record is not the worse
 * for it.
 *
 * @module
 */

import { ACCOUNT_SEED_BYTES } from '@sotto/crypto/identity'
import { type BtDict, decodeBt } from '../bt/index.ts'
import { isDict, readBytes } from '../bt/read-bt.ts'
import {
  type ArchiveEntry,
  type ArchiveRecord,
  RECORD_BYTES_MAX,
  RECORD_KIND,
} from './archive-record.ts'
import { hasUnknownWord, readMessage } from './decode-message.ts'
import {
  isComplete,
  readAccount,
  readBlob,
  readConversation,
  readFlag,
  readName,
  readNumber,
  readOptional,
  readText,
} from './record-fields.ts'

/** Spec 16 §4.1. Deeper and more than any record of ours, so that newer fields are passed over and not refused. */
const LIMITS = { bytes: RECORD_BYTES_MAX, depth: 16, items: 100_000 }
/** Spec 16 §4.1. Fields that change what the others mean. */
const ESSENTIAL_PREFIX = '!'
const EMOJI_BYTES_MAX = 128
const NO_BYTES = new Uint8Array()

export function decodeRecord(kind: number, body: Uint8Array): ArchiveEntry {
  if (kind > RECORD_KIND.config) return { kind: 'unknown' }
  const decoded = decodeBt(body, LIMITS)
  if (!decoded.ok || !isDict(decoded.value)) return { kind: 'malformed' }
  const dict = decoded.value
  if (isBeyondUs(kind, dict)) return { kind: 'unknown' }
  return readRecord(kind, dict) ?? { kind: 'malformed' }
}

function isBeyondUs(kind: number, dict: BtDict): boolean {
  const hasEssential = [...dict.keys()].some((key) => key.startsWith(ESSENTIAL_PREFIX))
  return hasEssential || (kind === RECORD_KIND.message && hasUnknownWord(dict))
}

function readRecord(kind: number, dict: BtDict): ArchiveRecord | undefined {
  switch (kind) {
    case RECORD_KIND.owner:
      return readOwner(dict)
    case RECORD_KIND.seed: {
      const seed = readBytes(dict.get('s'), ACCOUNT_SEED_BYTES)
      return seed && { kind: 'seed', seed: Uint8Array.from(seed) }
    }
    case RECORD_KIND.message: {
      const message = readMessage(dict)
      return message && { kind: 'message', message }
    }
    case RECORD_KIND.reaction:
      return readReaction(dict)
    case RECORD_KIND.tombstone: {
      const tombstone = { name: readName(dict), endsAtMs: readNumber(dict.get('z')) }
      return isComplete(tombstone) ? { kind: 'tombstone', ...tombstone } : undefined
    }
    case RECORD_KIND.draft: {
      const draft = { conversation: readConversation(dict.get('c')), text: readText(dict.get('x')) }
      return isComplete(draft) ? { kind: 'draft', ...draft } : undefined
    }
    case RECORD_KIND.profile:
      return readProfile(dict)
    case RECORD_KIND.config:
      return readConfig(dict)
    default:
      return undefined
  }
}

function readOwner(dict: BtDict): ArchiveRecord | undefined {
  const owner = { account: readAccount(dict.get('a')), createdAtMs: readNumber(dict.get('t')) }
  return isComplete(owner) ? { kind: 'owner', owner } : undefined
}

function readReaction(dict: BtDict): ArchiveRecord | undefined {
  const emoji = dict.get('x')
  const isShort = emoji instanceof Uint8Array && emoji.length <= EMOJI_BYTES_MAX
  const reaction = {
    target: readName(dict),
    reactor: readAccount(dict.get('b')),
    emoji: isShort ? readText(emoji) : undefined,
    isRemoved: readFlag(dict.get('o')),
    changedAtMs: readNumber(dict.get('m')),
  }
  return isComplete(reaction) && reaction.emoji !== '' ? { kind: 'reaction', reaction } : undefined
}

function readProfile(dict: BtDict): ArchiveRecord | undefined {
  const profile = {
    account: readAccount(dict.get('a')),
    name: readOptional(dict.get('n'), readText, ''),
    pictureUrl: readOptional(dict.get('u'), readText, ''),
    pictureKey: readOptional(dict.get('k'), readBlob, NO_BYTES),
    changedAtMs: readNumber(dict.get('m')),
  }
  return isComplete(profile) ? { kind: 'profile', profile } : undefined
}

function readConfig(dict: BtDict): ArchiveRecord | undefined {
  const config = {
    owner: readConversation(dict.get('o')),
    namespace: readNumber(dict.get('n')),
    dump: readBlob(dict.get('d')),
  }
  return isComplete(config) ? { kind: 'config', ...config } : undefined
}
