/**
 * Orders as words: `kill node-03`, `lag all 200ms`, `partition 1,2 | 3,4`. The command line and scenario files share them.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { type ChaosOrder, parseChaosOrder } from './chaos-order.ts'
import { parseDuration } from './parse-duration.ts'
import { splitWords } from './select-nodes.ts'

type Draft = Result<Readonly<Record<string, unknown>>, string>

function draftNodes(words: readonly string[]): Draft {
  const nodes = words.flatMap(splitWords)
  return nodes.length === 0
    ? err('which nodes? Give names, numbers, `half` or `all`')
    : ok({ nodes })
}

/** Nodes, and behind them one more word. */
function draftNodesAnd(
  words: readonly string[],
  name: string,
  parse: (text: string) => number | undefined,
): Draft {
  const last = words.at(-1)
  const value = last === undefined ? undefined : parse(last)
  if (value === undefined) return err(`${last ?? 'nothing'} is no value; nodes come first, then it`)
  const nodes = draftNodes(words.slice(0, -1))
  return nodes.ok ? ok({ ...nodes.value, [name]: value }) : nodes
}

function draftLag(words: readonly string[]): Draft {
  const place = words.indexOf('jitter')
  if (place === -1) return draftNodesAnd(words, 'ms', parseDuration)
  const jitterMs = parseDuration(words.slice(place + 1).join(' '))
  if (jitterMs === undefined) return err('after `jitter` comes a length of time, such as 20ms')
  const lag = draftNodesAnd(words.slice(0, place), 'ms', parseDuration)
  return lag.ok ? ok({ ...lag.value, jitterMs }) : lag
}

function draftSwitch(words: readonly string[]): Draft {
  const isOff = words.at(-1) === 'off'
  const nodes = draftNodes(isOff ? words.slice(0, -1) : words)
  return nodes.ok ? ok({ ...nodes.value, on: !isOff }) : nodes
}

/** Groups are separated by `|`, or are one word each. */
function draftGroups(words: readonly string[]): Draft {
  const line = words.join(' ')
  const texts = line.includes('|') ? line.split('|') : words
  const groups = texts.map(splitWords)
  const isWhole = groups.length > 0 && groups.every((group) => group.length > 0)
  return isWhole ? ok({ groups }) : err('which groups? For example `1,2 | 3,4`, or `half`')
}

function draftTime([mode = '', value = '', ...rest]: readonly string[]): Draft {
  if (rest.length > 0) return err(`what is ${rest.join(' ')}?`)
  if (mode === 'step') return ok({ mode, ms: parseDuration(value) })
  if (mode === 'scale') return ok({ mode, factor: parseNumber(value) })
  return value === '' ? ok({ mode }) : err(`${mode} takes no value`)
}

function draftNothing(words: readonly string[]): Draft {
  return words.length === 0 ? ok({}) : err(`what is ${words.join(' ')}?`)
}

function parseNumber(text: string): number | undefined {
  return /^\d{1,9}(\.\d{1,6})?$/u.test(text) ? Number(text) : undefined
}

function parsePercent(text: string): number | undefined {
  return parseNumber(text.replace(/%$/u, ''))
}

const DRAFTS: Readonly<Record<ChaosOrder['action'], (words: readonly string[]) => Draft>> = {
  kill: draftNodes,
  stop: draftNodes,
  start: draftNodes,
  pause: draftNodes,
  resume: draftNodes,
  move: draftNodes,
  leave: draftNodes,
  clone: draftNodes,
  join: draftNothing,
  heal: draftNothing,
  partition: draftGroups,
  lag: draftLag,
  drop: (words) => draftNodesAnd(words, 'percent', parsePercent),
  skew: (words) => draftNodesAnd(words, 'ms', parseDuration),
  'disk-full': draftSwitch,
  lie: draftSwitch,
  time: draftTime,
}

export function isOrderAction(word: string): word is ChaosOrder['action'] {
  return Object.hasOwn(DRAFTS, word)
}

/** The order that the words mean, or a sentence about what is missing. Which nodes there are is seen later. */
export function parseOrder(
  action: ChaosOrder['action'],
  words: readonly string[],
): Result<ChaosOrder, string> {
  const draft = DRAFTS[action](words)
  if (!draft.ok) return err(`${action}: ${draft.error}.`)
  const order = parseChaosOrder({ action, ...draft.value })
  return 'problem' in order ? err(`${action}: ${order.problem}.`) : ok(order)
}
