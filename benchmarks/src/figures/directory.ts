/**
 * What a client pays for knowing the nodes: reading and verifying an epoch document on both back ends, and its size. Each
 * reading is done in a process of its own, because a back end is selected for a process.
 *
 * @module
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { medianOf, runInterleaved } from '../measure/rounds.ts'
import { createSignedEpoch, measureDescriptorBytes } from '../sotto/epoch-documents.ts'
import type { EpochReaderReport, EpochReaderTask } from '../sotto/epoch-reader.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const NODES = 2000
const AUTHORITIES = 5
const THRESHOLD = 3
const BYTES_PER_NODE_TARGET = 830
const BACK_ENDS = [
  { name: 'native', execArgv: [], targetMs: 50 },
  { name: 'noble', execArgv: ['--conditions=sotto-noble'], targetMs: 500 },
] as const

type BackEnd = (typeof BACK_ENDS)[number]

async function readInProcess(
  { name, execArgv }: BackEnd,
  task: EpochReaderTask,
): Promise<EpochReaderReport> {
  const child = fork(new URL('../sotto/epoch-reader.ts', import.meta.url), {
    execArgv: [...execArgv],
    serialization: 'advanced',
  })
  const reports: EpochReaderReport[] = []
  child.on('message', (message) => reports.push(message as EpochReaderReport))
  child.send(task)
  await Promise.all([once(child, 'disconnect'), once(child, 'exit')])
  const [report] = reports
  if (report?.backend !== name) throw new Error(`no report of the ${name} back end`)
  return report
}

export async function measureDirectory(): Promise<readonly Table[]> {
  const epoch = createSignedEpoch({ nodes: NODES, authorities: AUTHORITIES })
  const task = { ...epoch, threshold: THRESHOLD }
  const results = await runInterleaved(
    BACK_ENDS.map((backEnd) => ({
      name: backEnd.name,
      run: () => readInProcess(backEnd, task),
    })),
  )
  const rows = BACK_ENDS.map(({ name, targetMs }) => {
    const tell = (read: (report: EpochReaderReport) => number): string =>
      formatNumber(medianOf(results, name, read), 1)
    const together = medianOf(results, name, ({ decodeMs, verifyMs }) => decodeMs + verifyMs)
    return [
      name,
      tell(({ decodeMs }) => decodeMs),
      tell(({ verifyMs }) => verifyMs),
      formatNumber(together, 1),
      tell(({ firstMs }) => firstMs),
      together <= targetMs ? `≤ ${targetMs} (met)` : `≤ ${targetMs} (missed)`,
    ]
  })
  return [
    {
      title: `An epoch of ${formatNumber(NODES)} nodes, ${THRESHOLD} of ${AUTHORITIES} signatures, ms`,
      columns: ['back end', 'decode', 'verify', 'together', 'first in a process', 'target'],
      rows,
      notes: ['“Together” is after the compiler has settled; the last column but one is before.'],
    },
    createSizes(epoch.bytes.length),
  ]
}

function createSizes(documentBytes: number): Table {
  const perNode = documentBytes / NODES
  return {
    title: `Sizes, ${formatNumber(NODES)} nodes and ${AUTHORITIES} signatures`,
    columns: ['figure', 'bytes', 'target'],
    rows: [
      ['epoch document', formatNumber(documentBytes), ''],
      [
        'of it for each node',
        formatNumber(perNode, 1),
        `≤ ${BYTES_PER_NODE_TARGET}; ratio ${formatRatio(perNode / BYTES_PER_NODE_TARGET, { atMost: 1 })}`,
      ],
      [
        'descriptor with a hybrid key, for each chosen hop',
        formatNumber(measureDescriptorBytes()),
        '',
      ],
    ],
  }
}
