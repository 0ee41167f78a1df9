/**
 * What a year of nodes that come and go costs networks of several sizes, and how long an assignment of swarms takes. The
 * simulation has no clock and the same numbers in every run; only the second table depends on the machine.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type SwarmAssignment, assignSwarms } from '@sotto/protocol/swarm'
import { medianOf, runInterleaved } from '../measure/rounds.ts'
import { simulateChurn } from '../sotto/simulate-churn.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

/** Nodes on the first and on the last day. */
const NETWORKS: readonly (readonly [number, number])[] = [
  [50, 50],
  [500, 500],
  [2000, 2000],
  [200, 2000],
  [2000, 200],
]
const DAYS = 365
const RATE = { rateMin: 0.01, rateMax: 0.05 }
const TIMED_NODES = 2000
const TIMED_CHANGES = 5
const ASSIGN_TARGET_MS = 50

function formatYear([nodesFirst, nodesLast]: readonly [number, number]): string[] {
  const year = simulateChurn({ nodesFirst, nodesLast, epochs: DAYS, ...RATE })
  const [first, last] = [formatNumber(nodesFirst), formatNumber(nodesLast)]
  return [
    first === last ? first : `${first} to ${last}`,
    formatNumber(year.swarms / DAYS, 1),
    formatNumber(year.changes),
    formatNumber(year.moved / year.changes, 3),
    `${formatNumber((100 * year.received) / year.changes, 2)} %`,
    formatNumber(year.received / year.receivedMin, 2),
    `${year.smallest} to ${year.largest}`,
    formatNumber(year.survivorsMin),
    `${formatNumber(100 * year.lost, 3)} %`,
  ]
}

function tabulateChurn(): Table {
  return {
    title: `${DAYS} days in which 1 to 5 % of the nodes leave and are replaced, one assignment a day`,
    columns: [
      'nodes',
      'swarms',
      'changes',
      'moved per change',
      'data per change',
      '÷ minimum',
      'sizes',
      'fewest survivors',
      'data lost',
    ],
    rows: NETWORKS.map(formatYear),
    notes: [
      'A change is one node that joins or leaves. “Moved” are nodes that stayed in the network and got another swarm.',
      'Data are one unit, evenly on the ring, before copies. The minimum is what newcomers must receive: the data of an average swarm each. A network that shrinks cannot reach it, because those who stay must keep more.',
      'Fewest survivors: members of one swarm that were still in the network after a day, where they were fewest. Data are lost where that is none; what moved is taken to arrive within the day.',
    ],
  }
}

function createKeys(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    encodeHex(blake2b(encodeUtf8(`timed ${first + index}`), { length: 32 })),
  )
}

/** Each run has a seed of its own, so that no run is the repetition of another. */
async function tabulateTimes(): Promise<Table> {
  const keys = createKeys(0, TIMED_NODES)
  const changed = [...keys.slice(TIMED_CHANGES), ...createKeys(TIMED_NODES, TIMED_CHANGES)]
  let runs = 0
  const time = (before: SwarmAssignment, active: readonly string[]) => (): number => {
    const seed = new Uint8Array(32).fill((runs += 1))
    const startedAt = performance.now()
    assignSwarms(before, active, seed)
    return performance.now() - startedAt
  }
  const settled = assignSwarms(new Map(), keys, new Uint8Array(32))
  const changes = `${TIMED_CHANGES} joined, ${TIMED_CHANGES} left`
  const results = await runInterleaved([
    { name: changes, run: time(settled, changed) },
    { name: 'from nothing', run: time(new Map(), keys) },
  ])
  const formatRow = (name: string): string[] => {
    const median = medianOf(results, name, (ms) => ms)
    const ratio = formatRatio(median / ASSIGN_TARGET_MS, { atMost: 1 })
    return [name, formatNumber(median, 1), ratio, `≤ ${ASSIGN_TARGET_MS} ms`]
  }
  return {
    title: `One assignment of ${formatNumber(TIMED_NODES)} nodes`,
    columns: ['assignment', 'ms', 'ratio', 'target'],
    rows: [formatRow(changes), formatRow('from nothing')],
  }
}

export async function measureChurn(): Promise<readonly Table[]> {
  return [tabulateChurn(), await tabulateTimes()]
}
