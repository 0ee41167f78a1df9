/**
 * Reads the record of a message (spec 16 §4.3).
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { BtDict, BtValue } from '../bt/index.ts'
import { isDict, readItems, readList } from '../bt/read-bt.ts'
import type { MessageRef } from '../session/index.ts'
import {
  ARCHIVED_KINDS,
  ARCHIVED_STATES,
  ARCHIVED_TIMERS,
  type ArchivedDetails,
  type ArchivedFile,
  type ArchivedMessage,
} from './archive-record.ts'
import {
  isComplete,
  readAccount,
  readBlob,
  readFlag,
  readName,
  readNumber,
  readOptional,
  readText,
} from './record-fields.ts'

type Value = BtValue | undefined

/** A word of a newer version is not a mistake: the record is one that this version does not know. */
export function hasUnknownWord(dict: BtDict): boolean {
  const words = [
    [ARCHIVED_KINDS, dict.get('k')],
    [ARCHIVED_STATES, dict.get('s')],
    [ARCHIVED_TIMERS, dict.get('m')],
  ] as const
  return words.some(([known, value]) => {
    const word = readText(value)
    return word !== undefined && findWord(known, word) === undefined
  })
}

export function readMessage(dict: BtDict): ArchivedMessage | undefined {
  const name = readName(dict)
  const details = readDetails(dict)
  const fields = {
    kind: readWord(ARCHIVED_KINDS, dict.get('k')),
    state: readWord(ARCHIVED_STATES, dict.get('s')),
    text: readOptional(dict.get('x'), readText, ''),
    receivedAtMs: readNumber(dict.get('r')),
    isReadByThem: readFlag(dict.get('v')),
  }
  const timer = {
    mode: readOptional(dict.get('m'), (value) => readWord(ARCHIVED_TIMERS, value), 'off' as const),
    seconds: readOptional(dict.get('n'), readNumber, 0),
  }
  const extras = {
    hash: readOptional(dict.get('h'), readText, null),
    editedAtMs: readOptional(dict.get('e'), readNumber, null),
    readAtMs: readOptional(dict.get('w'), readNumber, null),
    expiresAtMs: readOptional(dict.get('z'), readNumber, null),
  }
  if (name === undefined || details === undefined) return undefined
  if (!isComplete(fields) || !isComplete(timer) || !isComplete(extras)) return undefined
  const { hash, editedAtMs, readAtMs, expiresAtMs } = extras
  return {
    ...name,
    ...fields,
    details,
    timer,
    ...(hash !== null && { hash }),
    ...(editedAtMs !== null && { editedAtMs }),
    ...(readAtMs !== null && { readAtMs }),
    ...(expiresAtMs !== null && { expiresAtMs }),
  }
}

function readDetails(dict: BtDict): ArchivedDetails | undefined {
  const details = {
    quote: readOptional(dict.get('q'), readRef, null),
    preview: readOptional(dict.get('p'), readTexts, null),
    invitation: readOptional(dict.get('i'), readTexts, null),
    attachments: readOptional(dict.get('f'), readFiles, null),
  }
  if (!isComplete(details)) return undefined
  const { quote, preview, invitation, attachments } = details
  return {
    ...(quote !== null && { quote }),
    ...(preview !== null && { preview: { url: preview[0], title: preview[1] } }),
    ...(invitation !== null && { invitation: { url: invitation[0], name: invitation[1] } }),
    ...(attachments !== null && { attachments }),
  }
}

function readRef(value: Value): MessageRef | undefined {
  const [author, sentAtMs] = readPair(value)
  const ref = { author: readAccount(author), sentAtMs: readNumber(sentAtMs) }
  return isComplete(ref) ? ref : undefined
}

function readTexts(value: Value): readonly [string, string] | undefined {
  const [first, second] = readPair(value).map(readText)
  return first === undefined || second === undefined ? undefined : [first, second]
}

function readPair(value: Value): readonly BtValue[] {
  const list = value === undefined ? undefined : readList(value)
  return list?.length === 2 ? list : []
}

function readFiles(value: Value): readonly ArchivedFile[] | undefined {
  const list = value === undefined ? undefined : readList(value)
  return list && readItems(list, readFile)
}

function readFile(value: BtValue): ArchivedFile | undefined {
  if (!isDict(value)) return undefined
  const file = {
    url: readOptional(value.get('u'), readText, ''),
    contentType: readOptional(value.get('y'), readText, ''),
    size: readOptional(value.get('b'), readNumber, 0),
    fileName: readOptional(value.get('n'), readText, ''),
    caption: readOptional(value.get('c'), readText, ''),
    width: readOptional(value.get('w'), readNumber, 0),
    height: readOptional(value.get('h'), readNumber, 0),
    isVoice: readFlag(value.get('v')),
    key: readOptional(value.get('k'), readHex, ''),
    digest: readOptional(value.get('d'), readHex, ''),
  }
  return isComplete(file) ? file : undefined
}

function readHex(value: Value): string | undefined {
  const bytes = readBlob(value)
  return bytes && encodeHex(bytes)
}

function readWord<W extends string>(words: readonly W[], value: Value): W | undefined {
  const word = readText(value)
  return word === undefined ? undefined : findWord(words, word)
}

function findWord<W extends string>(words: readonly W[], word: string): W | undefined {
  return words.find((candidate) => candidate === word)
}
