/**
 * Three-hop onion requests beside a bare forwarder and a private Tor network, interleaved in one run.
 *
 * @module
 */
import { randomInt } from 'node:crypto'
import { startNetwork } from '@sotto/devnet/network'
import {
  offerClosedLoop,
  offerOpenLoop,
  type LoadResult,
  type SendRequest,
} from '../measure/load.ts'
import {
  type Candidate,
  medianOf,
  medianRatio,
  runInterleaved,
  type RoundResults,
} from '../measure/rounds.ts'
import { startBareForwarder } from '../peers/bare-forwarder.ts'
import { startTorNetwork } from '../peers/tor-network.ts'
import { openTorStream, startEchoService } from '../peers/tor-stream.ts'
import { openOnionClient } from '../sotto/onion-paths.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const NODES = 12
const CONCURRENCY = 16
const CLOSED = { concurrency: CONCURRENCY, durationMs: 3000 }
const OPEN = { perSecond: 300, durationMs: 3000 }
/** Enough source addresses that a guard's rate limit does not cap one guard's requests. */
const LINKS_PER_NODE = 16
const FIXED_PATH = [0, 1, 2]
const FIXED_PATH_TO_NODE = [0, 1, 2, 3]

/** Different nodes at random, the last of them as destination: a fresh path for each request. */
function choosePath(length: number): number[] {
  const path = new Set<number>()
  while (path.size < length) path.add(randomInt(NODES))
  return [...path]
}

interface Senders {
  readonly bare: SendRequest
  readonly tor: SendRequest
  readonly torFresh: SendRequest
  readonly sotto: SendRequest
  readonly sottoToNode: SendRequest
  readonly sottoFresh: SendRequest
}

async function openSenders(resources: AsyncDisposableStack): Promise<Senders> {
  const forwarder = resources.use(await startBareForwarder())
  const tor = resources.use(await startTorNetwork({ scheduler: 'KIST' }))
  const network = resources.use(await startNetwork({ nodes: NODES, driver: 'production-process' }))
  const client = resources.use(await openOnionClient(network.nodes, LINKS_PER_NODE))
  const { port, server } = await startEchoService()
  resources.defer(() => void server.close())
  const streams = await Promise.all(
    Array.from({ length: CONCURRENCY }, () => openTorStream(tor.socksPort, port, 'kept')),
  )
  for (const stream of streams) resources.use(stream)
  const body = new Uint8Array(1024).fill(1)
  return {
    bare: async () => void (await forwarder.send(body)),
    tor: async (index) => streams[index % CONCURRENCY]?.send(),
    torFresh: async (index) => {
      using stream = await openTorStream(
        tor.socksPort,
        port,
        `fresh-${process.hrtime.bigint()}-${index}`,
      )
      await stream.send()
    },
    sotto: async () => void (await client.send(FIXED_PATH)),
    sottoToNode: async () => void (await client.send(FIXED_PATH_TO_NODE)),
    sottoFresh: async () => void (await client.send(choosePath(FIXED_PATH.length))),
  }
}

function formatRow(
  results: RoundResults<LoadResult>,
  name: string,
  ratios: readonly string[],
): string[] {
  return [
    name,
    formatNumber(medianOf(results, name, ({ perSecond }) => perSecond)),
    formatNumber(
      medianOf(results, name, ({ p50Ms }) => p50Ms),
      1,
    ),
    formatNumber(
      medianOf(results, name, ({ p99Ms }) => p99Ms),
      1,
    ),
    formatNumber(Math.max(...(results.get(name) ?? []).map(({ failed }) => failed))),
    ...ratios,
  ]
}

const RATE = ({ perSecond }: LoadResult): number => perSecond

function formatThroughput(results: RoundResults<LoadResult>): Table {
  const ratio = (ours: string, peer: string, atLeast: number): string =>
    formatRatio(medianRatio(results, { ours, peer, read: RATE }), { atLeast })
  return {
    title: 'Three-hop onion requests, 1 KiB, 16 in flight',
    columns: ['system', 'per second', 'p50 ms', 'p99 ms', 'failed', 'ratio', 'target'],
    rows: [
      formatRow(results, 'bare forwarder', ['', '']),
      formatRow(results, 'Tor, kept circuit', ['', '']),
      formatRow(results, 'Tor, new circuit each', ['', '']),
      formatRow(results, 'Sotto, three nodes', [
        `${ratio('Sotto, three nodes', 'bare forwarder', 0.5)} of bare; ${ratio('Sotto, three nodes', 'Tor, kept circuit', 3)} of Tor`,
        '≥ 0.5; ≥ 3',
      ]),
      formatRow(results, 'Sotto, fresh path each', [
        `${ratio('Sotto, fresh path each', 'Tor, new circuit each', 10)} of Tor`,
        '≥ 10',
      ]),
      formatRow(results, 'Sotto, three hops and a node', [
        `${ratio('Sotto, three hops and a node', 'bare forwarder', 0.5)} of bare`,
        'shown',
      ]),
    ],
    notes: [
      'Default Tor is bound by a 10 ms timer, not by its processor: the ratio to it is partly a win over a timer.',
      'Tor pads cells to 514 bytes and has three relays only; streams share circuits, so it pays its public-key work once.',
      'The bare forwarder has no link encryption, directory, limits or parsing, and one sealed reply like ours.',
    ],
  }
}

function formatLatency(results: RoundResults<LoadResult>): Table {
  const ratio = (read: (result: LoadResult) => number): string =>
    formatRatio(medianRatio(results, { ours: 'Sotto', peer: 'Tor', read }), { atMost: 0.2 })
  return {
    title: 'Latency at 300 requests a second offered',
    columns: ['system', 'per second', 'p50 ms', 'p99 ms', 'failed', 'ratio p50; p99', 'target'],
    rows: [
      formatRow(results, 'Tor', ['', '']),
      formatRow(results, 'Sotto', [
        `${ratio(({ p50Ms }) => p50Ms)}; ${ratio(({ p99Ms }) => p99Ms)}`,
        '≤ 0.2; ≤ 0.2',
      ]),
    ],
  }
}

function atConcurrency(name: string, send: SendRequest): Candidate<LoadResult> {
  return { name, run: () => offerClosedLoop(send, CLOSED) }
}

export async function measureOnion(): Promise<readonly Table[]> {
  await using resources = new AsyncDisposableStack()
  const senders = await openSenders(resources)
  const throughput = await runInterleaved([
    atConcurrency('bare forwarder', senders.bare),
    atConcurrency('Tor, kept circuit', senders.tor),
    atConcurrency('Sotto, three nodes', senders.sotto),
    atConcurrency('Tor, new circuit each', senders.torFresh),
    atConcurrency('Sotto, fresh path each', senders.sottoFresh),
    atConcurrency('Sotto, three hops and a node', senders.sottoToNode),
  ])
  const latency = await runInterleaved([
    { name: 'Tor', run: () => offerOpenLoop(senders.tor, OPEN) },
    { name: 'Sotto', run: () => offerOpenLoop(senders.sotto, OPEN) },
  ])
  return [formatThroughput(throughput), formatLatency(latency)]
}
