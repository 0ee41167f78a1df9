/**
 * Single entries of the dicts whose keys are the bytes of an account.
 *
 * @module
 */

import { asDict, type Bt, type BtDict } from './foreign-bencode.ts'

/** `c` of the contacts, `1` of what was read last. */
export type EntryList = 'c' | '1'

function keyOf(id: string): string {
  return Buffer.from(id, 'hex').toString('latin1')
}

export function findEntry(data: BtDict, list: EntryList, id: string): BtDict {
  return asDict(asDict(data.get(list)).get(keyOf(id)))
}

export function changeEntry(
  data: BtDict,
  place: { readonly list: EntryList; readonly id: string },
  changes: Readonly<Record<string, Bt>>,
): BtDict {
  const { list, id } = place
  const entry = new Map([...findEntry(data, list, id), ...Object.entries(changes)])
  return new Map([...data, [list, new Map([...asDict(data.get(list)), [keyOf(id), entry]])]])
}
