/**
 * Reads a scenario file: one step a line, `#` begins a comment, the network and the limit come first.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { parseDuration } from '../chaos/parse-duration.ts'
import { NODE_COUNT_MAX } from '../port-plan.ts'
import { parseCount, parseTask } from './parse-task.ts'
import type { Scenario, ScenarioNetwork, ScenarioStep, ScenarioTask } from './scenario.ts'

export interface ScenarioProblem {
  /** Counted from 1; 0 for the file as a whole. */
  readonly line: number
  readonly message: string
}

const FILE_CHARACTERS_MAX = 65_536
const DEFAULT_NETWORK: ScenarioNetwork = { nodes: 12, seed: 'scenario', epochMs: undefined }
const DEFAULT_LIMIT_MS = 300_000
const LIMIT_MS_MAX = 3_600_000
const EPOCH_MS_MIN = 100
const EPOCH_MS_MAX = 600_000
const SEED = /^[a-z0-9-]{1,64}$/u

interface Draft {
  network: ScenarioNetwork | undefined
  limitMs: number | undefined
  hasWrites: boolean
  readonly steps: ScenarioStep[]
}

type Parsed<T> = Result<T, string>

function readNetworkField(
  network: ScenarioNetwork,
  name: string,
  value: string,
): Parsed<ScenarioNetwork> {
  if (name === 'nodes') {
    const nodes = parseCount(value, NODE_COUNT_MAX) ?? 0
    return nodes > 0 ? ok({ ...network, nodes }) : err(`a network has 1 to ${NODE_COUNT_MAX} nodes`)
  }
  if (name === 'seed') {
    return SEED.test(value) ? ok({ ...network, seed: value }) : err('the seed is a word')
  }
  if (name !== 'epoch') return err(`what is ${name}? Say \`nodes\`, \`seed\` or \`epoch\``)
  const epochMs = parseDuration(value) ?? 0
  const isPossible = epochMs >= EPOCH_MS_MIN && epochMs <= EPOCH_MS_MAX
  return isPossible ? ok({ ...network, epochMs }) : err('an epoch takes 100ms to 10m')
}

function parseNetwork(words: readonly string[]): Parsed<ScenarioNetwork> {
  let network: Parsed<ScenarioNetwork> = ok(DEFAULT_NETWORK)
  for (let place = 0; place < words.length && network.ok; place += 2) {
    network = readNetworkField(network.value, words[place] ?? '', words[place + 1] ?? '')
  }
  return network
}

function parseLimit([text = '', ...rest]: readonly string[]): Parsed<number> {
  const limitMs = rest.length === 0 ? (parseDuration(text) ?? 0) : 0
  const isPossible = limitMs > 0 && limitMs <= LIMIT_MS_MAX
  return isPossible ? ok(limitMs) : err('the limit is one length of time, up to 1h')
}

function takeNetwork(draft: Draft, words: readonly string[]): string | undefined {
  if (draft.network !== undefined || draft.steps.length > 0)
    return 'it stands once, before all steps'
  const network = parseNetwork(words)
  if (!network.ok) return network.error
  draft.network = network.value
  return undefined
}

function takeLimit(draft: Draft, words: readonly string[]): string | undefined {
  if (draft.limitMs !== undefined || draft.steps.length > 0)
    return 'it stands once, before all steps'
  const limitMs = parseLimit(words)
  if (!limitMs.ok) return limitMs.error
  draft.limitMs = limitMs.value
  return undefined
}

const NEEDS_WRITES: ReadonlySet<ScenarioTask['kind']> = new Set([
  'stop-writes',
  'wait-acknowledged',
  'watch-lost',
  'measure-moved',
  'delete',
  'store-on-sides',
] as const)

/** What needs messages, and there are none before they are written. */
function needsWrites({ task: { kind } }: ScenarioStep): boolean {
  return NEEDS_WRITES.has(kind) || kind.startsWith('expect-')
}

/** What is looked at from one step to another. */
function findMissingStart({ task: { kind } }: ScenarioStep, draft: Draft): string | undefined {
  const has = (wanted: ScenarioTask['kind']): boolean =>
    draft.steps.some(({ task }) => task.kind === wanted)
  if (kind === 'expect-lost-throughout' && !has('watch-lost')) return 'no `watch lost` before it'
  if (kind === 'expect-moved' && !has('measure-moved')) return 'no `measure moved` before it'
  const isParted = draft.steps.some(
    ({ task }) => task.kind === 'order' && task.order.action === 'partition',
  )
  if ((kind === 'expect-sides' || kind === 'store-on-sides') && !isParted)
    return 'no `partition` before it'
  if (kind === 'expect-deleted' && !has('delete')) return 'nothing was deleted before it'
  return undefined
}

function takeStep(draft: Draft, line: number, words: readonly string[]): string | undefined {
  const task = parseTask(words, { epochMs: draft.network?.epochMs })
  if (!task.ok) return task.error
  const step = { line, text: words.join(' '), task: task.value }
  if (task.value.kind === 'start-writes') {
    if (draft.hasWrites) return 'writes are started once'
    draft.hasWrites = true
  }
  draft.steps.push(step)
  return needsWrites(step) && !draft.hasWrites
    ? 'nothing is written before `writes start`'
    : findMissingStart(step, draft)
}

function takeLine(draft: Draft, line: number, text: string): ScenarioProblem | undefined {
  const words = text.replace(/#.*$/u, '').split(/\s+/u).filter(Boolean)
  const [first, ...rest] = words
  if (first === undefined) return undefined
  const problem =
    first === 'network'
      ? takeNetwork(draft, rest)
      : first === 'limit'
        ? takeLimit(draft, rest)
        : takeStep(draft, line, words)
  return problem === undefined ? undefined : { line, message: `${first}: ${problem}.` }
}

/** The scenario, or everything that is wrong with the file. */
export function parseScenario(text: string): Result<Scenario, readonly ScenarioProblem[]> {
  if (text.length > FILE_CHARACTERS_MAX) {
    return err([{ line: 0, message: 'A scenario has 64 KiB at most.' }])
  }
  const draft: Draft = { network: undefined, limitMs: undefined, hasWrites: false, steps: [] }
  const problems = text
    .split(/\r?\n/u)
    .flatMap((line, index) => takeLine(draft, index + 1, line) ?? [])
  if (problems.length > 0) return err(problems)
  if (draft.steps.length === 0) return err([{ line: 0, message: 'The file has no steps.' }])
  const { network = DEFAULT_NETWORK, limitMs = DEFAULT_LIMIT_MS, steps } = draft
  return ok({ network, limitMs, steps })
}
