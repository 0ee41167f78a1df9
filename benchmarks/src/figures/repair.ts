/**
 * Two members of a swarm with 100,000 messages each in SQLite files on the disk that differ in 100: the comparison of an
 * epoch (spec 10 §9) by two whole nodes, from reading the keys to messages that are durable on both sides. Both nodes are
 * in this process, on one thread; their link is TLS over loopback.
 *
 * @module
 */
import type { MessageStore } from '@sotto/node/message-store'
import { createNodeEvents } from '@sotto/node/events'
import { ROUNDS } from '../measure/rounds.ts'
import { computeMedian } from '../measure/statistics.ts'
import { subtractTraffic, sumCounts } from '../simulation/counted-network.ts'
import { SimulatedClock } from '../simulation/simulated-clock.ts'
import { type Simulation, startSimulation } from '../simulation/simulated-network.ts'
import { createAccountBytes, createMessages, storeAll } from '../simulation/stored-messages.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const MESSAGES = 100_000
const ACCOUNTS = 1000
/** Each side has so many that the other lacks. */
const MISSING = 50
const DATA_BYTES = 1024
const EPOCH_MS = 120_000
const STEP_MS = 50
const OTHER_STEP_MS = 3000
const BYTES_TARGET_KIB = 200
const TIME_TARGET_MS = 1000

interface Measured {
  readonly kib: number
  readonly questions: number
  readonly wallMs: number
  readonly cpuMs: number
}

interface Pair {
  readonly simulation: Simulation
  readonly stores: readonly MessageStore[]
  /** Of the node that answers. */
  readonly otherClock: SimulatedClock
  /** How many records the next comparison settles. */
  readonly awaitRepair: () => Promise<number>
}

async function startPair(resources: AsyncDisposableStack): Promise<Pair> {
  const accounts = Array.from({ length: ACCOUNTS }, createAccountBytes)
  const stores: MessageStore[] = []
  let repaired = Promise.withResolvers<number>()
  let caughtUp = 0
  const allCaughtUp = Promise.withResolvers<void>()
  let otherClock: SimulatedClock | undefined
  const events = {
    ...createNodeEvents('silent'),
    caughtUp: () => {
      caughtUp += 1
      if (caughtUp === 2) allCaughtUp.resolve()
    },
    recordsRepaired: (fetched: number, delivered: number) => repaired.resolve(fetched + delivered),
  }
  let common: ReturnType<typeof createMessages> | undefined
  const simulation = await startSimulation({
    nodes: 2,
    authorities: 1,
    votes: false,
    epochMs: EPOCH_MS,
    isOnDisk: true,
    fill: (_swarm, nowMs) =>
      (common ??= createMessages({
        accounts,
        count: MESSAGES - MISSING,
        dataBytes: DATA_BYTES,
        nowMs,
      })),
    override: (index, nowMs) => ({
      events,
      ...(index === 0 ? {} : { clock: (otherClock ??= new SimulatedClock(nowMs)) }),
      wrapStore: (store) => {
        stores.push(store)
        return store
      },
    }),
  })
  resources.use(simulation)
  await allCaughtUp.promise
  if (otherClock === undefined) throw new Error('no second node')
  return {
    simulation,
    stores,
    otherClock,
    awaitRepair() {
      repaired = Promise.withResolvers()
      return repaired.promise
    },
  }
}

/** One comparison: the only thing of weight that the nodes do in the step in which its first question is asked. */
async function measureOnce(pair: Pair): Promise<Measured> {
  const { simulation, stores, otherClock, awaitRepair } = pair
  const { clock, network } = simulation
  // The other only answers: its time goes on just enough for it to forget the keys that it read last time.
  await otherClock.advance(OTHER_STEP_MS)
  const accounts = [createAccountBytes(), createAccountBytes()]
  for (const store of stores) {
    const nowMs = Date.now()
    await storeAll(
      store,
      createMessages({ accounts, count: MISSING, dataBytes: DATA_BYTES, nowMs }),
    )
  }
  const repair = awaitRepair()
  for (;;) {
    const before = network.read()
    const startedAt = performance.now()
    const cpu = process.cpuUsage()
    await clock.advance(STEP_MS)
    const isAsked = (subtractTraffic(network.read(), before).frames.get('reconcile') ?? 0) > 0
    if (!isAsked) continue
    // The last commits may wait for the disk while the loop rests.
    if ((await repair) !== 2 * MISSING) throw new Error('not everything was repaired')
    const { user, system } = process.cpuUsage(cpu)
    const wallMs = performance.now() - startedAt
    const traffic = subtractTraffic(network.read(), before)
    const questions = traffic.frames.get('reconcile') ?? 0
    const kib = sumCounts(traffic.bytes) / 1024
    return { kib, questions, wallMs, cpuMs: (user + system) / 1000 }
  }
}

export async function measureRepair(): Promise<Table> {
  await using resources = new AsyncDisposableStack()
  const pair = await startPair(resources)
  // The comparison of the first epoch finds nothing; the one after it is the round that is not counted.
  await pair.simulation.clock.advance(EPOCH_MS / 2)
  await measureOnce(pair)
  const results: Measured[] = []
  for (let round = 0; round < ROUNDS; round += 1) results.push(await measureOnce(pair))
  const median = (read: (result: Measured) => number): number => computeMedian(results.map(read))
  const [kib, wallMs] = [median((result) => result.kib), median((result) => result.wallMs)]
  return {
    title: `Two nodes with ${formatNumber(MESSAGES)} messages of 1 KiB on disk that differ in ${2 * MISSING}`,
    columns: ['figure', 'value', 'target'],
    rows: [
      [
        'bytes of all frames on the link, the missing messages included',
        `${formatNumber(kib, 1)} KiB`,
        `≤ ${BYTES_TARGET_KIB} KiB; ratio ${formatRatio(kib / BYTES_TARGET_KIB, { atMost: 1 })}`,
      ],
      ['rounds of questions', formatNumber(median(({ questions }) => questions)), ''],
      [
        'from the first read to the last durable write',
        `${formatNumber(wallMs)} ms`,
        `≤ ${formatNumber(TIME_TARGET_MS)} ms; ratio ${formatRatio(wallMs / TIME_TARGET_MS, { atMost: 1 })}`,
      ],
      ['processor time of both nodes', `${formatNumber(median(({ cpuMs }) => cpuMs))} ms`, ''],
    ],
    notes: [
      'Two whole nodes in one process on one thread, TLS over loopback. Both read all keys from the database; half of the missing messages go each way.',
      `Of the bytes ${formatNumber((2 * MISSING * DATA_BYTES) / 1024)} KiB are the messages' own.`,
    ],
  }
}
