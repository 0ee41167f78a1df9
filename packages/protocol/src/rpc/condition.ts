/**
 * The condition of `ifelse`: comparisons with the node's versions and height (spec 03 §4.14).
 *
 * @module
 */

import { err, ok } from '@sotto/crypto/result'
import {
  type Codec,
  createIntegerCodec,
  isJsonObject,
  type JsonValue,
  type Reading,
} from './codec.ts'
import { type FieldTable, optionalField, readJsonFields, writeJsonFields } from './fields.ts'

type Version = readonly number[]

/** All comparisons that are present must hold. */
export interface Condition {
  readonly hardForkAtLeast?: Version
  readonly hardForkBefore?: Version
  readonly versionAtLeast?: Version
  readonly versionBefore?: Version
  readonly heightAtLeast?: number
  readonly heightBefore?: number
}

/** What a node compares with. */
export interface NodeVersions {
  readonly hardFork: Version
  readonly version: Version
  readonly height: number
}

const numberCodec = createIntegerCodec(0, Number.MAX_SAFE_INTEGER, 'unsigned integer')

function createVersionCodec(parts: number): Codec<Version> {
  const refusal = err(`must be a list of ${parts} unsigned integers`)
  const read = (value: unknown): Reading<Version> =>
    Array.isArray(value) &&
    value.length === parts &&
    value.every((part: unknown) => numberCodec.readJson(part).ok)
      ? ok(value.map(Number))
      : refusal
  return {
    description: `list of ${parts} unsigned integers`,
    readJson: read,
    readBt: read,
    writeJson: (value) => [...value],
    writeBt: (value) => [...value],
  }
}

const HARD_FORK_PARTS = 2
const VERSION_PARTS = 3

export const conditionFields: FieldTable<Condition> = {
  hardForkAtLeast: optionalField('hf_at_least', createVersionCodec(HARD_FORK_PARTS)),
  hardForkBefore: optionalField('hf_before', createVersionCodec(HARD_FORK_PARTS)),
  versionAtLeast: optionalField('v_at_least', createVersionCodec(VERSION_PARTS)),
  versionBefore: optionalField('v_before', createVersionCodec(VERSION_PARTS)),
  heightAtLeast: optionalField('height_at_least', numberCodec),
  heightBefore: optionalField('height_before', numberCodec),
}

export function parseCondition(value: unknown): Reading<Condition> {
  if (!isJsonObject(value)) return err('if must be an object')
  const reading = readJsonFields(conditionFields, value)
  if (reading.ok && Object.keys(reading.value).length === 0) {
    return err('if must have at least one known condition')
  }
  return reading
}

export function encodeCondition(condition: Condition): Record<string, JsonValue> {
  return writeJsonFields(conditionFields, condition)
}

function isBefore(left: Version, right: Version): boolean {
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? 0
    if (part !== other) return part < other
  }
  return false
}

/** Whether every comparison of the condition holds on this node. */
export function isConditionMet(condition: Condition, node: NodeVersions): boolean {
  const { hardForkAtLeast, hardForkBefore, versionAtLeast, versionBefore } = condition
  const { heightAtLeast, heightBefore } = condition
  return (
    (hardForkAtLeast === undefined || !isBefore(node.hardFork, hardForkAtLeast)) &&
    (hardForkBefore === undefined || isBefore(node.hardFork, hardForkBefore)) &&
    (versionAtLeast === undefined || !isBefore(node.version, versionAtLeast)) &&
    (versionBefore === undefined || isBefore(node.version, versionBefore)) &&
    (heightAtLeast === undefined || node.height >= heightAtLeast) &&
    (heightBefore === undefined || node.height < heightBefore)
  )
}
