/**
 * Two sets of 100,000 record keys that differ in 100: bytes, rounds and processor time of both sides, with the sets built
 * from unsorted keys; and what the two choices of the protocol cost, into how many parts a range is cut and how many
 * keys are listed. Everything runs in this process: latency and the database are not in it.
 *
 * @module
 */
import { randomFillSync } from 'node:crypto'
import {
  KeySet,
  RECORD_KEY_BYTES,
  answerReconciliation,
  createReconciliation,
} from '@sotto/protocol/replication'
import { ROUNDS } from '../measure/rounds.ts'
import { computeMedian } from '../measure/statistics.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const KEYS = 100_000
const BYTES_TARGET_KIB = 200
const TIME_TARGET_MS = 1000
/** Where a key tells that it is of a message, by a bit that is not set. */
const KIND_OFFSET = 32

interface Scenario {
  readonly name: string
  /** How many keys each side has that the other lacks. */
  readonly ours: number
  readonly theirs: number
}

interface Choices {
  readonly splitParts?: number
  readonly listKeys?: number
}

interface Measured {
  readonly questionKib: number
  readonly answerKib: number
  readonly rounds: number
  readonly buildMs: number
  readonly askMs: number
  readonly answerMs: number
}

const SCENARIOS: readonly Scenario[] = [
  { name: '50 missing on each side', ours: 50, theirs: 50 },
  { name: '100 missing on the asking side', ours: 0, theirs: 100 },
  { name: '100 missing on the answering side', ours: 100, theirs: 0 },
  { name: 'nothing missing', ours: 0, theirs: 0 },
]

function createKeys(count: number): Uint8Array {
  const packed = randomFillSync(new Uint8Array(count * RECORD_KEY_BYTES))
  for (let offset = KIND_OFFSET; offset < packed.length; offset += RECORD_KEY_BYTES) {
    packed[offset] = (packed[offset] ?? 0) & 0x7f
  }
  return packed
}

/** Processor time of the whole process, so that neighbours on the machine do not count, and collecting garbage does. */
function readCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function measure({ ours, theirs }: Scenario, choices: Choices = {}): Measured {
  const common = createKeys(KEYS - Math.max(ours, theirs))
  const packed = [ours, theirs].map((count) => Buffer.concat([createKeys(count), common]))
  const times = { build: 0, ask: 0, answer: 0 }
  const timed = <T>(side: keyof typeof times, run: () => T): T => {
    const startedMs = readCpuMs()
    const value = run()
    times[side] += readCpuMs() - startedMs
    return value
  }
  const [mine, other] = timed('build', () => packed.map((keys) => new KeySet(keys)))
  if (mine === undefined || other === undefined) throw new Error('no sets')
  const reconciliation = timed('ask', () => createReconciliation(mine, choices))
  let [questionBytes, answerBytes] = [0, 0]
  let step = timed('ask', () => reconciliation.next())
  while (step.ok && step.value.kind === 'ask') {
    const { message } = step.value
    const answer = timed('answer', () => answerReconciliation(other, message, choices))
    if (!answer.ok) throw answer.error
    questionBytes += message.length
    answerBytes += answer.value.length
    step = timed('ask', () => reconciliation.next(answer.value))
  }
  if (!step.ok || step.value.kind !== 'done') throw new Error('refused')
  const { have, need, isComplete, rounds } = step.value
  if (!isComplete || have.count !== ours || need.count !== theirs) throw new Error('wrong')
  return {
    questionKib: questionBytes / 1024,
    answerKib: answerBytes / 1024,
    rounds,
    buildMs: times.build,
    askMs: times.ask,
    answerMs: times.answer,
  }
}

/** Medians of each value over the rounds, after one that does not count. */
function measureMedians(scenario: Scenario, choices: Choices = {}): Measured {
  measure(scenario, choices)
  const results = Array.from({ length: ROUNDS }, () => measure(scenario, choices))
  const median = (read: (result: Measured) => number): number => computeMedian(results.map(read))
  return {
    questionKib: median(({ questionKib }) => questionKib),
    answerKib: median(({ answerKib }) => answerKib),
    rounds: median(({ rounds }) => rounds),
    buildMs: median(({ buildMs }) => buildMs),
    askMs: median(({ askMs }) => askMs),
    answerMs: median(({ answerMs }) => answerMs),
  }
}

function formatScenario(scenario: Scenario): string[] {
  const { questionKib, answerKib, rounds, buildMs, askMs, answerMs } = measureMedians(scenario)
  const kib = questionKib + answerKib
  const ms = buildMs + askMs + answerMs
  return [
    scenario.name,
    formatNumber(questionKib, 1),
    formatNumber(answerKib, 1),
    formatNumber(kib, 1),
    formatNumber(rounds),
    formatNumber(buildMs, 1),
    formatNumber(askMs, 1),
    formatNumber(answerMs, 1),
    formatNumber(ms, 1),
    `${formatRatio(kib / BYTES_TARGET_KIB, { atMost: 1 })}; ${formatRatio(ms / TIME_TARGET_MS, { atMost: 1 })}`,
  ]
}

function formatChoices(splitParts: number, listKeys: number): string[] {
  const [both = { name: '', ours: 0, theirs: 0 }] = SCENARIOS
  const { questionKib, answerKib, rounds } = measureMedians(both, { splitParts, listKeys })
  const kib = formatNumber(questionKib + answerKib, 1)
  return [String(splitParts), String(listKeys), kib, formatNumber(rounds)]
}

export function measureReconcile(): Promise<readonly Table[]> {
  return Promise.resolve([
    {
      title: 'Reconciling two sets of 100,000 keys',
      columns: [
        'difference',
        'questions KiB',
        'answers KiB',
        'both KiB',
        'rounds',
        'both sets ms',
        'asking ms',
        'answering ms',
        'in all ms',
        `of ${BYTES_TARGET_KIB} KiB; of ${formatNumber(TIME_TARGET_MS)} ms`,
      ],
      rows: SCENARIOS.map(formatScenario),
      notes: ['Processor time, native back end. All keys of one side would be 3,906 KiB.'],
    },
    {
      title: 'Parts and lists, 50 missing on each side',
      columns: ['parts', 'listed up to', 'both KiB', 'rounds'],
      rows: [4, 8, 16, 32].flatMap((parts) =>
        [4, 16, 32].map((list) => formatChoices(parts, list)),
      ),
    },
  ])
}
