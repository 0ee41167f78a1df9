/**
 * What a node costs in networks of several sizes: what it does of itself in a minute, and what onion requests over kept
 * paths take. The nodes are real, and so many share a process that its heap is as large in all networks
 * (`simulation/network-processes.ts`).
 *
 * @module
 */
import { offerClosedLoop } from '../measure/load.ts'
import { medianOf, medianRatio, runInterleaved } from '../measure/rounds.ts'
import {
  type BackgroundReport,
  type NetworkProcesses,
  startNetworkProcesses,
} from '../simulation/network-processes.ts'
import { measureDirectoryShare } from '../sotto/directory-share.ts'
import { type OnionClient, openOnionClient } from '../sotto/onion-paths.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const SMALLEST = 5
const SMALL = 50
const LARGE = 500
/** Nodes of the smallest networks and of the large one, in the process with the paths. */
const NODES_BESIDE_PATHS = 50
const AUTHORITIES = 3
const EPOCH_MS = 120_000
/** Two epochs: newcomers are tested at once, and links that are opened to a network's first use end. */
const WARM_UP_MINUTES = 4
/** One epoch: documents, votes, reports, audits and comparisons come once in it. */
const MEASURED_MINUTES = 2
const GROWTH_MAX = 1.2
const PATHS = 2
const LINKS = 2
const HOPS = 3
const LOAD = { concurrency: 8, durationMs: 2000 }
const RATE_MIN = 0.9
const CPU_MAX = 1.1

interface Background extends BackgroundReport {
  /** Nodes of a network. */
  readonly size: number
  /** Nodes of all networks that were measured together. */
  readonly nodes: number
}

async function startNetworks(nodes: number, networks = 1): Promise<NetworkProcesses> {
  const shape = { nodes, authorities: AUTHORITIES, votes: true, epochMs: EPOCH_MS }
  return startNetworkProcesses(shape, { networks })
}

async function measureBackground(size: number, networks: NetworkProcesses): Promise<Background> {
  await networks.advance(WARM_UP_MINUTES)
  return { size, nodes: networks.nodes, ...(await networks.advance(MEASURED_MINUTES)) }
}

/** As many small networks as make up the large one: the machine has the same to do, only their sizes differ. */
async function measureSmall(): Promise<Background> {
  await using networks = await startNetworks(SMALL, LARGE / SMALL)
  return await measureBackground(SMALL, networks)
}

function perNodeMinute({ nodes }: Background, value: number): number {
  return value / nodes / MEASURED_MINUTES
}

function tabulateBackground(sizes: readonly Background[]): Table {
  const figures = [
    { name: 'processor ms', read: ({ cpuMs }: Background) => cpuMs, digits: 1, max: GROWTH_MAX },
    {
      name: 'link messages',
      read: ({ frameCount }: Background) => frameCount,
      digits: 1,
      max: GROWTH_MAX,
    },
    { name: 'bytes of link messages', read: ({ bytes }: Background) => bytes, digits: 0 },
    { name: 'links dialled', read: ({ dials }: Background) => dials, digits: 2 },
    {
      name: 'links open at the end (not per minute)',
      read: ({ openLinks }: Background) => 2 * MEASURED_MINUTES * openLinks,
      digits: 1,
    },
  ]
  const [small, large] = [SMALL, LARGE].map((size) => sizes.find((one) => one.size === size))
  return {
    title: 'What a node does of itself, per node and simulated minute',
    columns: ['figure', ...sizes.map(({ size }) => `${size} nodes`), `${SMALL} to ${LARGE}`],
    rows: figures.map(({ name, read, digits, max }) => {
      const values = sizes.map((size) => perNodeMinute(size, read(size)))
      const growth =
        small === undefined || large === undefined
          ? Number.NaN
          : perNodeMinute(large, read(large)) / perNodeMinute(small, read(small))
      const verdict =
        max === undefined
          ? formatNumber(growth, 2)
          : `${formatRatio(growth, { atMost: max })}, target ≤ ${max}`
      return [name].concat(
        values.map((value) => formatNumber(value, digits)),
        verdict,
      )
    }),
    notes: [
      'Real nodes with databases, HTTPS, TLS links over loopback; three of them authorities at work. Their clock is simulated: it stands still while any of them works. Ten networks of 5 share a process. Ten networks of 50 run at the same time, five nodes of each in each of ten processes; the one of 500 has fifty in each of its ten. What the simulation itself takes is counted too.',
      'Epochs of two minutes; after two that do not count, one is measured. Each swarm has 200 messages of 1 KiB; no clients, no node fails, databases are in memory.',
    ],
  }
}

function tabulateMessages(sizes: readonly Background[]): Table {
  const names = [...new Set(sizes.flatMap(({ frames }) => [...frames.keys()]))].toSorted()
  return {
    title: 'Link messages by kind, per node and simulated minute',
    columns: ['kind', ...sizes.map(({ size }) => `${size} nodes`)],
    rows: names.map((name) =>
      [name].concat(
        sizes.map((size) => formatNumber(perNodeMinute(size, size.frames.get(name) ?? 0), 2)),
      ),
    ),
  }
}

/** What of it grows of necessity, for comparison with what grows. */
function tabulateShares(): Table {
  return {
    title: 'The epoch document alone, per node and minute',
    columns: ['nodes', 'processor ms', 'bytes'],
    rows: [SMALL, LARGE, 4 * LARGE].map((nodes) => {
      const { cpuMsPerMinute, bytesPerMinute } = measureDirectoryShare(nodes)
      return [formatNumber(nodes), formatNumber(cpuMsPerMinute, 2), formatNumber(bytesPerMinute)]
    }),
    notes: [
      'Read, verified, indexed and encoded once in an epoch of two minutes, without its transfer.',
    ],
  }
}

interface Loaded {
  readonly perSecond: number
  readonly cpuMsPerRequest: number
}

interface Loading {
  readonly network: NetworkProcesses
  readonly clients: readonly OnionClient[]
}

const PATH = Array.from({ length: HOPS }, (_, index) => index)

async function openPaths(network: NetworkProcesses): Promise<readonly OnionClient[]> {
  const stride = Math.max(1, Math.floor((network.hops.length - HOPS) / PATHS))
  return Promise.all(
    Array.from({ length: PATHS }, (_, index) =>
      openOnionClient(
        network.hops
          .slice(index * stride, index * stride + HOPS)
          .map(({ ed25519, x25519, webPort }) => ({ ed25519, x25519, ports: { web: webPort } })),
        LINKS,
      ),
    ),
  )
}

/** All paths at once; the clients are in this process and their time is not counted. */
async function loadPaths({ network, clients }: Loading): Promise<Loaded> {
  const cpuBeforeMs = await network.readCpuMs()
  const loads = await Promise.all(
    clients.map((client) => offerClosedLoop(async () => void (await client.send(PATH)), LOAD)),
  )
  const cpuMs = (await network.readCpuMs()) - cpuBeforeMs
  const perSecond = loads.reduce((sum, load) => sum + load.perSecond, 0)
  const failed = loads.reduce((sum, load) => sum + load.failed, 0)
  if (failed > 0) throw new Error(`${failed} onion requests failed`)
  const requests = (perSecond * LOAD.durationMs) / 1000
  return { perSecond: perSecond / clients.length, cpuMsPerRequest: cpuMs / requests }
}

function rate({ perSecond }: Loaded): number {
  return perSecond
}

function cpu({ cpuMsPerRequest }: Loaded): number {
  return cpuMsPerRequest
}

async function tabulateOnions(networks: ReadonlyMap<number, NetworkProcesses>): Promise<Table> {
  using resources = new DisposableStack()
  const candidates = []
  for (const [size, network] of networks) {
    const clients = await openPaths(network)
    for (const client of clients) resources.use(client)
    candidates.push({
      name: `${size} nodes`,
      run: () => loadPaths({ network, clients }),
    })
  }
  const results = await runInterleaved(candidates)
  const [few, many] = [`${SMALLEST} nodes`, `${LARGE} nodes`]
  const compare = (read: (loaded: Loaded) => number): number =>
    medianRatio(results, { ours: many, peer: few, read })
  const describe = (name: string, read: (loaded: Loaded) => number): string =>
    formatNumber(medianOf(results, name, read), 2)
  return {
    title: `Onion requests over ${PATHS} kept paths of ${HOPS} nodes, 1 KiB each way`,
    columns: ['figure', few, many, 'ratio', 'target'],
    rows: [
      [
        'requests per second and path',
        describe(few, rate),
        describe(many, rate),
        formatRatio(compare(rate), { atLeast: RATE_MIN }),
        `≥ ${RATE_MIN}`,
      ],
      [
        'processor ms per request, all three nodes',
        describe(few, cpu),
        describe(many, cpu),
        formatRatio(compare(cpu), { atMost: CPU_MAX }),
        `≤ ${CPU_MAX}`,
      ],
    ],
    notes: [
      'The networks take turns. Their clock stands still meanwhile, so that nothing but requests is counted; the nodes of all paths share one process with others, fifty together, in both sizes: ten networks of 5, or a tenth of the one of 500.',
    ],
  }
}

export async function measureScale(): Promise<readonly Table[]> {
  await using resources = new AsyncDisposableStack()
  const smallest = resources.use(await startNetworks(SMALLEST, NODES_BESIDE_PATHS / SMALLEST))
  const sizes = [await measureBackground(SMALLEST, smallest), await measureSmall()]
  const large = resources.use(await startNetworks(LARGE))
  sizes.push(await measureBackground(LARGE, large))
  return [
    tabulateBackground(sizes),
    tabulateMessages(sizes),
    tabulateShares(),
    await tabulateOnions(
      new Map([
        [SMALLEST, smallest],
        [LARGE, large],
      ]),
    ),
  ]
}
