/**
 * Messages with forward secrecy (spec 12): sealed and opened on both back ends, beside what their bare primitives cost, beside our
 * first version, and beside Signal's library, which has another kind of session. And the replacement of a key in a group of devices.
 *
 * @module
 */
import { type Figures, startOperations } from '../measure/remote-operations.ts'
import { medianOf, type RoundResults, runInterleaved } from '../measure/rounds.ts'
import { formatNumber, type Table } from '../table.ts'

const SIZES = [20, 300, 2000] as const
const NOBLE = ['--conditions=sotto-noble']
const BACK_ENDS = [
  { name: 'native', execArgv: [], target: 3000 },
  { name: 'noble', execArgv: NOBLE, target: 200 },
] as const
const OPERATIONS = ['v2 seal', 'v2 open', 'floor seal', 'floor open', 'v1 seal', 'v1 open'] as const
const ROTATION_TARGET_MS = 100

type Results = RoundResults<Figures>

function rateOf(results: Results, name: string, figure = 'perSecond'): string {
  return formatNumber(medianOf(results, name, (figures) => figures[figure] ?? Number.NaN))
}

function describeRates(results: Results): Table {
  const row = (label: string, name: string, target: string): readonly string[] => [
    label,
    rateOf(results, `${name} seal`),
    rateOf(results, `${name} open`),
    target,
  ]
  const ours = BACK_ENDS.flatMap(({ name, target }) => [
    row(`second version, ${name}`, `${name} v2`, `≥ ${formatNumber(target)}`),
    row(`its bare primitives, ${name}`, `${name} floor`, ''),
    row(`first version, ${name}`, `${name} v1`, ''),
  ])
  const signal = ['one way', 'in turns'].map((name) => [
    `libsignal, ${name}`,
    rateOf(results, name, 'seal'),
    rateOf(results, name, 'open'),
    '',
  ])
  return {
    title: 'Messages a second of one core, texts of 300 characters',
    columns: ['system', 'sealed', 'opened', 'target'],
    rows: [...ours, ...signal],
    notes: [
      'Ours: contents encoded and decoded too, 20 people whose keys are known, 33 account keys held by each.',
      'Bare primitives of sealing: an X25519 key pair, two agreements, an encapsulation, a signature, the cipher. Of opening: two agreements, a decapsulation, a verification, the cipher twice.',
      'libsignal: the same number of bytes, a session in memory stores; one way is batches of 50, in turns is a new ratchet step with each letter.',
    ],
  }
}

function describeRotation(results: Results): Table {
  const rows = BACK_ENDS.map(({ name }) => [
    name,
    formatNumber(
      medianOf(results, `${name} rotation`, ({ ms = Number.NaN }) => ms),
      1,
    ),
    rateOf(results, `${name} rotation`, 'bytes'),
    name === 'noble' ? `≤ ${ROTATION_TARGET_MS}` : '',
  ])
  return {
    title: 'A new account key for a group of 8 devices',
    columns: ['back end', 'ms', 'bytes stored', 'target in ms'],
    rows,
    notes: ['The key, the group message to all devices, its confirmation, and the outbox.'],
  }
}

function readFigure(figures: Figures, name: string): string {
  return formatNumber(figures[name] ?? Number.NaN)
}

function describeBytes(ours: Figures, signal: Figures): Table {
  const rows = SIZES.map((size) => [
    formatNumber(size),
    readFigure(ours, `v1-${size}`),
    readFigure(ours, `v2-${size}`),
    readFigure(ours, `v2-classes-${size}`),
    `${readFigure(signal, `least-${size}`)}–${readFigure(signal, `most-${size}`)}`,
  ])
  return {
    title: 'Bytes of a stored message',
    columns: [
      'characters',
      'first version',
      'second, steps of 256',
      'second, classes',
      'libsignal',
    ],
    rows,
    notes: [
      `Up to ${formatNumber(signal['ratchet'] ?? 0)} bytes of a libsignal letter are those of its post-quantum ratchet. Its letters hide neither length nor sender; padding and sealed sender, which its apps add, are not in these figures. Ours hide both.`,
    ],
  }
}

export async function measureSecrecy(): Promise<readonly Table[]> {
  const worker = new URL('../sotto/secrecy-worker.ts', import.meta.url)
  await using native = await startOperations(worker)
  await using noble = await startOperations(worker, NOBLE)
  await using signal = await startOperations(new URL('../peers/signal-worker.ts', import.meta.url))
  const candidates = [native, noble].flatMap((remote, index) =>
    [...OPERATIONS, 'rotation'].map((name) => ({
      name: `${BACK_ENDS[index]?.name ?? ''} ${name}`,
      run: () => remote.run(name),
    })),
  )
  const peers = ['one way', 'in turns'].map((name) => ({ name, run: () => signal.run(name) }))
  const results = await runInterleaved([...candidates, ...peers])
  const bytes = describeBytes(await native.run('bytes'), await signal.run('bytes'))
  return [describeRates(results), describeRotation(results), bytes]
}
