/**
 * What a client pays for knowing the nodes: reading and verifying an epoch document on both back ends, and its size. Each
 * reading is done in a process of its own, because a back end is selected for a process.
 *
 * @module
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { medianOf, runInterleaved } from '../measure/rounds.ts'
import { createSignedEpoch, type SignedEpoch } from '../sotto/epoch-documents.ts'
import type { EpochReaderReport, EpochReaderTask } from '../sotto/epoch-reader.ts'
import { fetchDirectory } from '../sotto/fetch-directory.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const NODES = 2000
const AUTHORITIES = 5
const THRESHOLD = 3
const BYTES_PER_NODE_TARGET = 830
/** Three paths of three nodes. */
const HOPS = 9
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
  const epoch = createSignedEpoch({ nodes: NODES, authorities: AUTHORITIES, described: HOPS })
  const { bytes, authorities } = epoch
  const task = { bytes, authorities, threshold: THRESHOLD }
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
    await createSizes(epoch),
  ]
}

async function createSizes(epoch: SignedEpoch): Promise<Table> {
  const { documentBytes, descriptorBytes } = await fetchDirectory(epoch)
  const perNode = (documentBytes + descriptorBytes) / NODES
  const [descriptor] = epoch.described
  return {
    title: `What a client fetches, ${formatNumber(NODES)} nodes and ${AUTHORITIES} signatures`,
    columns: ['figure', 'bytes', 'target'],
    rows: [
      ['epoch document', formatNumber(epoch.bytes.length), ''],
      ['one descriptor with a hybrid key', formatNumber(descriptor?.bytes.length ?? 0), ''],
      ['on the wire: document', formatNumber(documentBytes), ''],
      [`on the wire: descriptors of ${HOPS} hops`, formatNumber(descriptorBytes), ''],
      [
        'both for each node of the network',
        formatNumber(perNode, 1),
        `≤ ${BYTES_PER_NODE_TARGET}; ratio ${formatRatio(perNode / BYTES_PER_NODE_TARGET, { atMost: 1 })}`,
      ],
    ],
    notes: [
      'From a real node over HTTPS, one connection, both directions, TLS and HTTP included. The document has hashes of hybrid keys; a client fetches the keys of the hops that it chose, and nobody else’s.',
    ],
  }
}
