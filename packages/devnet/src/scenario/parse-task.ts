/**
 * One line of a scenario file behind its first word, as a task or a sentence about what is missing. Which lines may stand
 * where is `parse-scenario.ts`.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { parseDuration } from '../chaos/parse-duration.ts'
import { isOrderAction, parseOrder } from '../chaos/parse-order.ts'
import { splitWords } from '../chaos/select-nodes.ts'
import { ACCOUNTS_MAX, isAccountName } from './account-names.ts'
import { parsePhrase } from './node-phrase.ts'
import { EXPECTED_REASONS, EXPECTED_STATES, type ScenarioTask, WAIT_MS } from './scenario.ts'

type Parsed<T> = Result<T, string>
type Words = readonly string[]

export interface TaskContext {
  /** Undefined where the network line sets none. */
  readonly epochMs: number | undefined
}

const RATE_MAX = 200
const COUNT_MAX = 1_000_000
const WAIT_MS_MAX = 600_000
const ACCOUNTS_MIN = 2
const MESSAGES_MAX = 100

export function parseCount(text: string | undefined, max: number): number | undefined {
  const value = text !== undefined && /^\d{1,9}$/u.test(text) ? Number(text) : undefined
  return value !== undefined && value <= max ? value : undefined
}

function parseWait(text: string): Parsed<number> {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0 && ms <= WAIT_MS_MAX) return ok(ms)
  return err(`${text || 'nothing'} is no time to wait; up to 10m, such as 500ms or 30s`)
}

/** Reads `within 5s` or `within 2 epochs`, or nothing. */
function parseWithin(words: Words, { epochMs }: TaskContext): Parsed<number> {
  const [within, amount = '', unit, ...rest] = words
  if (within === undefined) return ok(WAIT_MS)
  if (within !== 'within' || rest.length > 0) return err(`what is ${words.join(' ')}?`)
  if (unit === undefined) return parseWait(amount)
  if (unit !== 'epoch' && unit !== 'epochs') return err(`${unit} is no unit of time`)
  if (epochMs === undefined) return err('epochs need `network … epoch` in the file')
  const count = parseCount(amount, COUNT_MAX)
  return parseWait(count === undefined ? amount : String(count * epochMs))
}

function parseWrites([what, ...words]: Words): Parsed<ScenarioTask> {
  if (what === 'stop' && words.length === 0) return ok({ kind: 'stop-writes' })
  const [rate, perSecond, accounts, count, ...rest] = words
  const isStart = what === 'start' && rate === 'rate' && accounts === 'accounts'
  if (!isStart || rest.length > 0) {
    return err('say `start rate PER_SECOND accounts COUNT`, or `stop`')
  }
  const task = {
    perSecond: parseCount(perSecond, RATE_MAX) ?? 0,
    accounts: parseCount(count, ACCOUNTS_MAX) ?? 0,
  }
  if (task.perSecond < 1) return err(`the rate is 1 to ${RATE_MAX} a second`)
  if (task.accounts < ACCOUNTS_MIN)
    return err(`there are ${ACCOUNTS_MIN} to ${ACCOUNTS_MAX} accounts`)
  return ok({ kind: 'start-writes', ...task })
}

function parseWaiting(words: Words, context: TaskContext): Parsed<ScenarioTask> {
  const [first = '', second, ...rest] = words
  if (second === 'epoch' || second === 'epochs') {
    const ms = parseWithin(['within', ...words], context)
    return ms.ok ? ok({ kind: 'wait', ms: ms.value }) : ms
  }
  if (first !== 'acknowledged') {
    const ms = words.length > 1 ? err(`what is ${words.slice(1).join(' ')}?`) : parseWait(first)
    return ms.ok ? ok({ kind: 'wait', ms: ms.value }) : ms
  }
  const count = parseCount(second, COUNT_MAX)
  if (count === undefined) return err('after `acknowledged` comes how many')
  const withinMs = parseWithin(rest, context)
  return withinMs.ok ? ok({ kind: 'wait-acknowledged', count, withinMs: withinMs.value }) : withinMs
}

function parseExpectedCount([text, ...rest]: Words): Parsed<number> {
  const count = rest.length === 0 ? parseCount(text, COUNT_MAX) : undefined
  return count === undefined ? err('one number is expected') : ok(count)
}

/** `NODES STATE [within TIME]`. */
function parseExpectedState(words: Words, context: TaskContext): Parsed<ScenarioTask> {
  const parts = parseNodesAnd(words, EXPECTED_STATES, context)
  if (!parts.ok) return parts
  const state = EXPECTED_STATES.find((each) => each === parts.value.found)
  if (state === undefined) return err(`a state is ${EXPECTED_STATES.join(', ')}`)
  const { nodes, withinMs } = parts.value
  return ok({ kind: 'expect-state', nodes, state, withinMs })
}

/** `NODES REASON [within TIME]`. */
function parseExpectedReason(words: Words, context: TaskContext): Parsed<ScenarioTask> {
  const parts = parseNodesAnd(words, EXPECTED_REASONS, context)
  if (!parts.ok) return parts
  const { nodes, found: reason, withinMs } = parts.value
  if (reason === undefined) return err(`a reason is ${EXPECTED_REASONS.join(', ')}`)
  return ok({ kind: 'expect-reason', nodes, reason, withinMs })
}

interface NodesAnd {
  readonly nodes: Words
  readonly found: string | undefined
  readonly withinMs: number
}

/** A phrase of nodes, then one of these words, then how long it may take. */
function parseNodesAnd(
  words: Words,
  known: readonly string[],
  context: TaskContext,
): Parsed<NodesAnd> {
  const at = words.findIndex((word) => known.includes(word))
  if (at === -1) return ok({ nodes: [], found: undefined, withinMs: 0 })
  const nodes = words.slice(0, at).flatMap(splitWords)
  const phrase = parsePhrase(nodes)
  if (!phrase.ok) return phrase
  const withinMs = parseWithin(words.slice(at + 1), context)
  return withinMs.ok ? ok({ nodes, found: words[at], withinMs: withinMs.value }) : withinMs
}

/** `moving` or `frozen`, and for how long: `for 5 epochs`. */
function parseExpectedEpochs(
  [how, preposition, ...time]: Words,
  context: TaskContext,
): Parsed<ScenarioTask> {
  if ((how !== 'moving' && how !== 'frozen') || preposition !== 'for') {
    return err('say `moving for TIME` or `frozen for TIME`')
  }
  const forMs = parseWithin(['within', ...time], context)
  if (!forMs.ok) return forMs
  return ok({ kind: 'expect-epochs', moving: how === 'moving', forMs: forMs.value })
}

/** `N`, now, or `N throughout`, since the watch began. */
function parseExpectedLosses([count, throughout, ...rest]: Words): Parsed<ScenarioTask> {
  const isWatched = throughout === 'throughout' && rest.length === 0
  const most = parseExpectedCount(
    isWatched
      ? [count ?? '']
      : [count ?? '', ...(throughout === undefined ? [] : [throughout, ...rest])],
  )
  if (!most.ok) return most
  return ok({ kind: isWatched ? 'expect-lost-throughout' : 'expect-lost', most: most.value })
}

/** `at-most 1.5`. */
function parseExpectedMoves([preposition, factor = '', ...rest]: Words): Parsed<ScenarioTask> {
  const isFactor = /^\d{1,3}(\.\d{1,3})?$/u.test(factor) && Number(factor) > 0
  if (preposition !== 'at-most' || !isFactor || rest.length > 0) {
    return err('say `at-most FACTOR`, such as 1.5')
  }
  return ok({ kind: 'expect-moved', atMost: Number(factor) })
}

/** `N on sides`. */
function parseSideStore([text, ...rest]: Words): Parsed<ScenarioTask> {
  const count = parseCount(text, MESSAGES_MAX) ?? 0
  if (count < 1 || rest.join(' ') !== 'on sides') return err('say how many, such as `5 on sides`')
  return ok({ kind: 'store-on-sides', count })
}

/** `N of NAME`. */
function parseDeletion([text, preposition, account = '', ...rest]: Words): Parsed<ScenarioTask> {
  const count = parseCount(text, MESSAGES_MAX) ?? 0
  const isKnown = preposition === 'of' && isAccountName(account) && rest.length === 0
  if (count < 1 || !isKnown) return err('say how many of whose, such as `5 of alice`')
  return ok({ kind: 'delete', count, account })
}

function parseExpectation(
  [what = '', ...words]: Words,
  context: TaskContext,
): Parsed<ScenarioTask> {
  switch (what) {
    case 'lost':
      return parseExpectedLosses(words)
    case 'moved':
      return parseExpectedMoves(words)
    case 'deleted': {
      if (words[0] !== 'gone') return err('after `deleted` comes `gone`')
      const withinMs = parseWithin(words.slice(1), context)
      return withinMs.ok ? ok({ kind: 'expect-deleted', withinMs: withinMs.value }) : withinMs
    }
    case 'failed': {
      const most = parseExpectedCount(words)
      return most.ok ? ok({ kind: 'expect-failed', most: most.value }) : most
    }
    case 'acknowledged': {
      const least = parseExpectedCount(words)
      return least.ok ? ok({ kind: 'expect-acknowledged', least: least.value }) : least
    }
    case 'sides':
    case 'replicas':
    case 'delivered': {
      const wanted = what === 'delivered' ? 'all' : 'full'
      if (words[0] !== wanted) return err(`after \`${what}\` comes \`${wanted}\``)
      const withinMs = parseWithin(words.slice(1), context)
      return withinMs.ok ? ok({ kind: `expect-${what}`, withinMs: withinMs.value }) : withinMs
    }
    case 'state':
      return parseExpectedState(words, context)
    case 'reason':
      return parseExpectedReason(words, context)
    case 'evidence': {
      const count = parseCount(words[0], COUNT_MAX)
      if (count === undefined) return err('after `evidence` comes against how many authorities')
      const withinMs = parseWithin(words.slice(1), context)
      return withinMs.ok
        ? ok({ kind: 'expect-evidence', count, withinMs: withinMs.value })
        : withinMs
    }
    case 'epochs':
      return parseExpectedEpochs(words, context)
    default:
      return err(
        'say `lost`, `failed`, `acknowledged`, `replicas`, `sides`, `delivered`, `deleted`, `moved`, `state`, `reason`, `evidence` or `epochs`',
      )
  }
}

function parseRestart(words: Words): Parsed<ScenarioTask> {
  const nodes = words.flatMap(splitWords)
  const phrase = parsePhrase(nodes)
  return phrase.ok ? ok({ kind: 'restart', nodes }) : phrase
}

function parseOrderTask(action: string, words: Words): Parsed<ScenarioTask> {
  if (!isOrderAction(action)) return err('no step begins so')
  const order = parseOrder(action, words)
  if (!order.ok) return err(order.error.slice(`${action}: `.length, -1))
  // Groups of a partition are names, numbers and `half` only.
  const phrase = 'nodes' in order.value ? parsePhrase(order.value.nodes) : ok(undefined)
  return phrase.ok ? ok({ kind: 'order', order: order.value }) : phrase
}

/** Total: whatever the words are, a task or a sentence without its full stop. */
export function parseTask(
  [first = '', ...words]: Words,
  context: TaskContext,
): Parsed<ScenarioTask> {
  switch (first) {
    case 'writes':
      return parseWrites(words)
    case 'wait':
      return parseWaiting(words, context)
    case 'expect':
      return parseExpectation(words, context)
    case 'restart':
      return parseRestart(words)
    case 'watch':
      return words.join(' ') === 'lost' ? ok({ kind: 'watch-lost' }) : err('say `lost`')
    case 'measure':
      return words.join(' ') === 'moved' ? ok({ kind: 'measure-moved' }) : err('say `moved`')
    case 'store':
      return parseSideStore(words)
    case 'delete':
      return parseDeletion(words)
    default:
      return parseOrderTask(first, words)
  }
}
