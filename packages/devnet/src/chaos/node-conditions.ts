/**
 * What is wrong with one node of a local network, as one document that the node reads from a file: at its start, and again
 * whenever it is told to. The document says everything, so that taking something back needs no order of its own.
 *
 * Who is told what is `network-conditions.ts`; this file is part of the node's program and stays small.
 *
 * @module
 */

import { REAL_TIME, type Timeline } from './timeline.ts'

export interface LinkConditions {
  /** Ed25519 keys, in hex, of nodes that this one cannot reach and whose connections it does not take. */
  readonly unreachable: readonly string[]
  /** Delay of whatever is sent to other nodes … */
  readonly lagMs: number
  /** … give or take up to this much. */
  readonly jitterMs: number
  /** How often a dial fails, or a link is cut instead of carrying what is sent. */
  readonly dropPercent: number
}

export interface NodeConditions extends LinkConditions {
  readonly timeline: Timeline
  readonly skewMs: number
  /** Nothing can be written that needs room. */
  readonly isDiskFull: boolean
  /** Says that it stores, and does not. */
  readonly isLying: boolean
}

/** Nothing is wrong. */
export const CALM: NodeConditions = {
  unreachable: [],
  lagMs: 0,
  jitterMs: 0,
  dropPercent: 0,
  timeline: REAL_TIME,
  skewMs: 0,
  isDiskFull: false,
  isLying: false,
}

export function encodeConditions(conditions: NodeConditions): string {
  return `${JSON.stringify(conditions)}\n`
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function readNumber(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number') throw new TypeError(`the conditions have no number ${name}`)
  return value
}

function readKeys({ unreachable }: Fields): readonly string[] {
  return Array.isArray(unreachable) ? unreachable.filter((key) => typeof key === 'string') : []
}

function readLine({ timeline }: Fields): Timeline {
  if (!isFields(timeline)) throw new TypeError('the conditions have no timeline')
  return {
    baseMs: readNumber(timeline, 'baseMs'),
    timeMs: readNumber(timeline, 'timeMs'),
    rate: readNumber(timeline, 'rate'),
  }
}

/** Reads what `encodeConditions` wrote; throws on anything else, which would be a mistake of our own. */
export function decodeConditions(text: string): NodeConditions {
  const fields: unknown = JSON.parse(text)
  if (!isFields(fields)) throw new TypeError('the conditions are no object')
  return {
    unreachable: readKeys(fields),
    lagMs: readNumber(fields, 'lagMs'),
    jitterMs: readNumber(fields, 'jitterMs'),
    dropPercent: readNumber(fields, 'dropPercent'),
    timeline: readLine(fields),
    skewMs: readNumber(fields, 'skewMs'),
    isDiskFull: fields['isDiskFull'] === true,
    isLying: fields['isLying'] === true,
  }
}
