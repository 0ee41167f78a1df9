/**
 * What the registry knows about one RPC method (spec 03 §4).
 *
 * A method is a value: its name, how its parameters are read and written, the text that its signature
 * covers, the permission that a subaccount needs and its clock rules. Executing it is the node's part.
 *
 * @module
 */

import { ok } from '@sotto/crypto/result'
import type { BtDict, BtInput } from '../bt/index.ts'
import type { JsonValue, Reading } from './codec.ts'
import type { RpcFailure } from './failure.ts'
import {
  type Field,
  type FieldTable,
  readBtFields,
  readJsonFields,
  writeBtFields,
  writeJsonFields,
} from './fields.ts'

/** What the clock rules of spec 03 §3.2 depend on, besides the parameters. */
export interface ClockContext {
  readonly nowMs: number
  /** True when another member of the swarm forwarded the request. */
  readonly isForwarded: boolean
}

/** How a method is authenticated. */
export interface Signing<P> {
  /** Exactly the bytes that the signature covers (spec 03 §5.4). */
  readonly text: (params: P) => Uint8Array
  /** False where anybody may call the method with these parameters. */
  readonly isNeeded: (params: P) => boolean
  /** Flag bits that a subaccount must have; undefined when only the owner may sign. */
  readonly permission: (params: P) => number | undefined
  /** Whether a revoked subaccount may still do this. */
  readonly isUnrevocable: (params: P) => boolean
  /** The text of the 401 when there is no signature. */
  readonly missingText: (params: P) => string
  /** Spec 03 §3.2. Consulted only when `isNeeded`. */
  readonly checkClock: (params: P, context: ClockContext) => RpcFailure | undefined
  /** The first two and the permission in words, for the table of the specification. */
  readonly textSummary: string
  readonly permissionSummary: string
}

/** A parameter as the specification's table shows it. */
interface ParameterSummary {
  readonly names: readonly string[]
  readonly isRequired: boolean
  readonly description: string
}

export interface Method<P> {
  readonly name: string
  readonly aliases: readonly string[]
  /** Forwarded to every member of the swarm (spec 03 §6). */
  readonly isRecursive: boolean
  readonly parameters: readonly ParameterSummary[]
  readonly replySummary: string
  readonly signing: Signing<P> | undefined
  readonly readJson: (params: Readonly<Record<string, unknown>>) => Reading<P>
  readonly readBt: (dict: BtDict) => Reading<P>
  readonly writeJson: (params: P) => Record<string, JsonValue>
  readonly writeBt: (params: P) => ReadonlyMap<string, BtInput>
}

/** A method as its file writes it: `R` is what is on the wire, `P` what the program sees. */
interface MethodDraft<P extends R, R extends object> {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly isRecursive?: boolean
  readonly fields: FieldTable<R>
  /** Rules between parameters, applied to JSON and bt alike. */
  readonly finish: (raw: R) => Reading<P>
  readonly replySummary: string
  readonly signing?: SigningDraft<P>
}

type SigningDefaults = 'isNeeded' | 'isUnrevocable' | 'missingText'
type SigningDraft<P> = Omit<Signing<P>, SigningDefaults> &
  Partial<Pick<Signing<P>, SigningDefaults>>

function describeField<T>(field: Field<T>): ParameterSummary {
  const suffix = field.fallback === undefined ? '' : `; default ${String(field.fallback)}`
  return {
    names: [field.name, ...field.otherNames],
    isRequired: field.isRequired,
    description: field.codec.description + suffix,
  }
}

export function createMethod<P extends R, R extends object>(draft: MethodDraft<P, R>): Method<P> {
  const { name, fields, finish, signing } = draft
  const parameters: ParameterSummary[] = []
  for (const property in fields) parameters.push(describeField(fields[property]))
  function finishReading(reading: Reading<R>): Reading<P> {
    return reading.ok ? finish(reading.value) : reading
  }
  return {
    name,
    aliases: draft.aliases ?? [],
    isRecursive: draft.isRecursive ?? false,
    parameters,
    replySummary: draft.replySummary,
    signing: signing && {
      isNeeded: () => true,
      isUnrevocable: () => false,
      missingText: () => `${name}: request signature required`,
      ...signing,
    },
    readJson: (params) => finishReading(readJsonFields(fields, params)),
    readBt: (dict) => finishReading(readBtFields(fields, dict)),
    writeJson: (params) => writeJsonFields<R>(fields, params),
    writeBt: (params) => writeBtFields<R>(fields, params),
  }
}

/** For methods without rules between parameters. */
export function acceptFields<P>(raw: P): Reading<P> {
  return ok(raw)
}
