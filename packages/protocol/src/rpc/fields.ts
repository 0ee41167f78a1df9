/**
 * The parameters of a method as a table, and how a whole table is read and written (spec 03 §2.4).
 *
 * A table names each parameter once: its wire name, other accepted spellings, whether it may be
 * absent, and its codec. Rules between parameters belong to the method (`method.ts`).
 *
 * @module
 */

import { err, ok } from '@sotto/crypto/result'
import type { BtDict, BtInput } from '../bt/index.ts'
import type { Codec, JsonValue, Reading } from './codec.ts'

export interface Field<T> {
  readonly name: string
  readonly codec: Codec<T>
  readonly isRequired: boolean
  readonly otherNames: readonly string[]
  /** Taken when the parameter is absent. */
  readonly fallback: T | undefined
}

/** One field for each property of `P`. */
export type FieldTable<P> = { readonly [K in keyof P]-?: Field<Required<P>[K]> }

interface FieldOptions<T> {
  readonly otherNames?: readonly string[]
  readonly fallback?: T
}

export function requiredField<T>(
  name: string,
  codec: Codec<T>,
  options: FieldOptions<T> = {},
): Field<T> {
  return { ...optionalField(name, codec, options), isRequired: true }
}

export function optionalField<T>(
  name: string,
  codec: Codec<T>,
  { otherNames = [], fallback }: FieldOptions<T> = {},
): Field<T> {
  return { name, codec, isRequired: false, otherNames, fallback }
}

type Raw = Readonly<Record<string, unknown>>

/** JSON null counts as absent, and so does an inherited property of the object. */
function findJson(params: Raw, name: string): unknown {
  return Object.hasOwn(params, name) ? (params[name] ?? undefined) : undefined
}

/** Reads parameters that a client sent; unknown names are ignored. Total. */
export function readJsonFields<P>(table: FieldTable<P>, params: Raw): Reading<P> {
  return readFields(table, (field) => {
    let value = findJson(params, field.name)
    for (const name of field.otherNames) value ??= findJson(params, name)
    return value === undefined ? undefined : field.codec.readJson(value)
  })
}

/** Reads parameters that a node of the swarm forwarded; unknown keys are ignored. Total. */
export function readBtFields<P>(table: FieldTable<P>, dict: BtDict): Reading<P> {
  return readFields(table, (field) => {
    const value = dict.get(field.name)
    return value === undefined ? undefined : field.codec.readBt(value)
  })
}

function readFields<P>(
  table: FieldTable<P>,
  read: <T>(field: Field<T>) => Reading<T> | undefined,
): Reading<P> {
  const values: Partial<P> = {}
  for (const property in table) {
    const field = table[property]
    const reading = read(field)
    if (reading === undefined) {
      if (field.fallback !== undefined) values[property] = field.fallback
    } else if (reading.ok) {
      values[property] = reading.value
    } else {
      return err(`${field.name} ${reading.error}`)
    }
  }
  if (isComplete(table, values)) return ok(values)
  return err(`missing required parameter ${findMissing(table, values)}`)
}

function isComplete<P>(table: FieldTable<P>, values: Partial<P>): values is P {
  return findMissing(table, values) === undefined
}

function findMissing<P>(table: FieldTable<P>, values: Partial<P>): string | undefined {
  for (const property in table) {
    const { isRequired, name } = table[property]
    if (isRequired && values[property] === undefined) return name
  }
  return undefined
}

/** The `params` object that a client sends; absent properties are left out. */
export function writeJsonFields<P extends object>(
  table: FieldTable<P>,
  params: P,
): Record<string, JsonValue> {
  const object: Record<string, JsonValue> = {}
  for (const property in table) {
    const field = table[property]
    const value = params[property]
    if (value !== undefined) object[field.name] = field.codec.writeJson(value)
  }
  return object
}

/** The same for a forward between nodes, with binary values. */
export function writeBtFields<P extends object>(
  table: FieldTable<P>,
  params: P,
): ReadonlyMap<string, BtInput> {
  const dict = new Map<string, BtInput>()
  for (const property in table) {
    const field = table[property]
    const value = params[property]
    if (value !== undefined) dict.set(field.name, field.codec.writeBt(value))
  }
  return dict
}
