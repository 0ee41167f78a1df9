/**
 * Records made of fields, written into a configuration so that keys which this version does not know stay
 * (spec 11 §7.1).
 *
 * @module
 */

import { type ConfigDict, type ConfigValue, EMPTY_DICT, isConfigDict } from '../config-value.ts'
import type { SharedConfig } from '../shared-config.ts'
import type { Field, FieldEntry } from './record-fields.ts'

export type Fields<R> = { readonly [K in keyof R]-?: Field<R[K]> }

export interface RecordCodec<R> {
  readonly fields: Fields<R>
  readonly read: (record: ConfigDict) => R
}

export function findRecord<R>(
  config: SharedConfig,
  path: readonly string[],
  codec: RecordCodec<R>,
): R | undefined {
  const record = config.find(path)
  return isConfigDict(record) ? codec.read(record) : undefined
}

/** Writes the members that `changes` has; a record that is not there begins with what each must have. */
export function writeRecord<R>(
  config: SharedConfig,
  path: readonly string[],
  { codec, changes }: { readonly codec: RecordCodec<R>; readonly changes: Partial<R> },
): void {
  const found = config.find(path)
  const entries = listChanges(codec.fields, changes)
  if (path.length === 0) {
    for (const [key, value] of entries) config.set([key], value)
    return
  }
  const record = isConfigDict(found) ? found : listInitial(codec.fields)
  config.set(path, applyEntries(record, entries))
}

function listInitial<R>(fields: Fields<R>): ConfigDict {
  const entries: FieldEntry[] = []
  for (const name in fields) {
    const { initial } = fields[name]
    if (initial !== undefined) entries.push(initial)
  }
  return applyEntries(EMPTY_DICT, entries)
}

function listChanges<R>(fields: Fields<R>, changes: Partial<R>): readonly FieldEntry[] {
  const entries: FieldEntry[] = []
  for (const name in fields) {
    const value = changes[name]
    if (value !== undefined) entries.push(...fields[name].write(value))
  }
  return entries
}

function applyEntries(record: ConfigDict, entries: readonly FieldEntry[]): ConfigDict {
  const result = new Map<string, ConfigValue>(record)
  for (const [key, value] of entries) {
    if (value === undefined) result.delete(key)
    else result.set(key, value)
  }
  return result
}
