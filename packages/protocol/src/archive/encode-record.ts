/**
 * Writes the records of an archive (spec 16 §3 and §4). Fields with nothing to say are left out.
 *
 * @module
 */

import { concatBytes, decodeHex, encodeUint32LittleEndian } from '@sotto/crypto/bytes'
import { type BtInput, encodeBt } from '../bt/index.ts'
import type { MessageRef } from '../session/index.ts'
import {
  type ArchivedDetails,
  type ArchivedFile,
  type ArchivedMessage,
  type ArchivedName,
  type ArchiveRecord,
  RECORD_BYTES_MAX,
  RECORD_KIND,
} from './archive-record.ts'

type Field = readonly [key: string, value: BtInput | undefined]

/** Nothing for a record that no reader would take; of ours, only the dump of a configuration can be as large. */
export function encodeRecord(record: ArchiveRecord): Uint8Array | undefined {
  const body = encodeBt(dictOf(listFields(record)))
  return body.length > RECORD_BYTES_MAX ? undefined : frameRecord(RECORD_KIND[record.kind], body)
}

/** Spec 16 §3.1. */
export function frameRecord(kind: number, body: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(kind), encodeUint32LittleEndian(body.length), body])
}

function dictOf(fields: readonly Field[]): ReadonlyMap<string, BtInput> {
  const dict = new Map<string, BtInput>()
  for (const [key, value] of fields) if (value !== undefined) dict.set(key, value)
  return dict
}

function listFields(record: ArchiveRecord): readonly Field[] {
  switch (record.kind) {
    case 'owner':
      return [
        ['a', idBytes(record.owner.account)],
        ['t', record.owner.createdAtMs],
      ]
    case 'seed':
      return [['s', record.seed]]
    case 'message':
      return listMessage(record.message)
    case 'reaction':
      return [
        ...listName(record.reaction.target),
        ['b', idBytes(record.reaction.reactor)],
        ['m', record.reaction.changedAtMs],
        ['o', flag(record.reaction.isRemoved)],
        ['x', record.reaction.emoji],
      ]
    case 'tombstone':
      return [...listName(record.name), ['z', record.endsAtMs]]
    case 'draft':
      return [
        ['c', idBytes(record.conversation)],
        ['x', record.text],
      ]
    case 'profile':
      return [
        ['a', idBytes(record.profile.account)],
        ['k', filled(record.profile.pictureKey)],
        ['m', record.profile.changedAtMs],
        ['n', filled(record.profile.name)],
        ['u', filled(record.profile.pictureUrl)],
      ]
    case 'config':
      return [
        ['d', record.dump],
        ['n', record.namespace],
        ['o', idBytes(record.owner)],
      ]
  }
}

function listName({ conversation, author, sentAtMs }: ArchivedName): readonly Field[] {
  return [
    ['a', idBytes(author)],
    ['c', idBytes(conversation)],
    ['t', sentAtMs],
  ]
}

function listMessage(message: ArchivedMessage): readonly Field[] {
  const { kind, state, text, details, receivedAtMs, timer, isReadByThem } = message
  return [
    ...listName(message),
    ...listDetails(details),
    ['e', message.editedAtMs],
    ['h', message.hash],
    ['k', kind],
    ['m', timer.mode === 'off' ? undefined : timer.mode],
    ['n', filled(timer.seconds)],
    ['r', receivedAtMs],
    ['s', state],
    ['v', flag(isReadByThem)],
    ['w', message.readAtMs],
    ['x', filled(text)],
    ['z', message.expiresAtMs],
  ]
}

function listDetails({
  quote,
  preview,
  invitation,
  attachments,
}: ArchivedDetails): readonly Field[] {
  return [
    ['f', attachments?.map((file) => dictOf(listFile(file)))],
    ['i', invitation && [invitation.url, invitation.name]],
    ['p', preview && [preview.url, preview.title]],
    ['q', quote && isWritable(quote.sentAtMs) ? writeRef(quote) : undefined],
  ]
}

function writeRef({ author, sentAtMs }: MessageRef): BtInput {
  return [idBytes(author), sentAtMs]
}

function listFile(file: ArchivedFile): readonly Field[] {
  return [
    ['b', filled(file.size)],
    ['c', filled(file.caption)],
    ['d', filled(hexBytes(file.digest))],
    ['h', filled(file.height)],
    ['k', filled(hexBytes(file.key))],
    ['n', filled(file.fileName)],
    ['u', filled(file.url)],
    ['v', flag(file.isVoice)],
    ['w', filled(file.width)],
    ['y', filled(file.contentType)],
  ]
}

/** What is no hexadecimal is left out, because a history may hold what another version wrote. */
function hexBytes(text: string): Uint8Array {
  return decodeHex(text) ?? new Uint8Array()
}

function idBytes(id: string): Uint8Array {
  const bytes = decodeHex(id)
  if (bytes === undefined) throw new TypeError('an id that was never parsed')
  return bytes
}

function flag(value: boolean): 1 | undefined {
  return value ? 1 : undefined
}

/** Details are what some version once wrote: a number that has no encoding must not keep all the rest from being archived. */
function isWritable(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function filled<T extends number | string | Uint8Array>(value: T): T | undefined {
  if (typeof value === 'number') return isWritable(value) && value > 0 ? value : undefined
  return value.length === 0 ? undefined : value
}
