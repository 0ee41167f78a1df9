/**
 * Store and retrieve over the wire-compatible HTTPS endpoint: ten nodes in two swarms of five as child
 * processes, sixteen requests in flight, the client on the same cores. The peer is the C++ reference
 * server, measured on the same kind of machine with the same set-up; it is not part of this repository,
 * so its figures are quoted and not run here.
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { startNetwork } from '@sotto/devnet/network'
import { offerClosedLoop, type LoadResult, type SendRequest } from '../measure/load.ts'
import { medianOf, runInterleaved, type RoundResults } from '../measure/rounds.ts'
import { startBareSwarms } from '../peers/bare-swarm.ts'
import { createAccounts, encodeRetrieveRequest, encodeStoreRequest } from '../sotto/accounts.ts'
import { createHttpsClient, type HttpsClient } from '../sotto/https-client.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const NODES = 10
const ACCOUNTS = 100
const STORES_PER_ACCOUNT = 10
const LOAD = { concurrency: 16, durationMs: 4000 }
const PEER = {
  store: { perSecond: 729, p50Ms: 20, p99Ms: 52, target: 1.5 },
  retrieve: { perSecond: 2669, p50Ms: 5.4, p99Ms: 15, target: 1 },
}

interface Setup {
  readonly client: HttpsClient
  readonly accounts: readonly { readonly account: Account; readonly ports: readonly number[] }[]
}

function createSender(
  { client, accounts }: Setup,
  encode: (account: Account, nowMs: number) => string,
  check: (text: string) => boolean,
): SendRequest {
  return async (index) => {
    const entry = accounts[index % accounts.length]
    const port = entry?.ports[Math.floor(index / accounts.length) % entry.ports.length]
    if (entry === undefined || port === undefined) throw new Error('the network has no swarm')
    const { status, text } = await client.post(port, encode(entry.account, Date.now()))
    if (status !== 200 || !check(text)) throw new Error(`answer ${status}: ${text.slice(0, 900)}`)
  }
}

/** The same bodies to the same number of processes that do nothing but pass them on. */
async function measureBare(
  { client, accounts }: { readonly client: HttpsClient; readonly accounts: readonly Account[] },
  isDurable: boolean,
): Promise<RoundResults<LoadResult>> {
  await using bare = await startBareSwarms(isDurable)
  const ports = bare.swarms.flat()
  const send: SendRequest = async (index) => {
    const account = accounts[index % accounts.length]
    const port = ports[index % ports.length]
    if (account === undefined || port === undefined) throw new Error('there is no swarm')
    const { status } = await client.post(port, encodeStoreRequest(account, Date.now()))
    if (status !== 200) throw new Error(`answer ${status}`)
  }
  return await runInterleaved([{ name: 'bare', run: () => offerClosedLoop(send, LOAD) }])
}

function formatBareRow(name: string, results: RoundResults<LoadResult>): string[] {
  const read = (field: 'perSecond' | 'p50Ms' | 'p99Ms'): number =>
    medianOf(results, 'bare', (result) => result[field])
  return [
    name,
    formatNumber(read('perSecond')),
    formatNumber(read('p50Ms'), 1),
    formatNumber(read('p99Ms'), 1),
    '0',
    '',
    formatNumber(read('perSecond') / PEER.store.perSecond, 2),
    '',
  ]
}

/** A store counts only when no member of the swarm failed. */
function isStored(text: string): boolean {
  return text.includes('"hash"') && !text.includes('"failed"')
}

function formatRow(results: RoundResults<LoadResult>, name: keyof typeof PEER): string[] {
  const peer = PEER[name]
  const perSecond = medianOf(results, name, (result) => result.perSecond)
  return [
    name,
    formatNumber(perSecond),
    formatNumber(
      medianOf(results, name, ({ p50Ms }) => p50Ms),
      1,
    ),
    formatNumber(
      medianOf(results, name, ({ p99Ms }) => p99Ms),
      1,
    ),
    formatNumber(Math.max(...(results.get(name) ?? []).map(({ failed }) => failed))),
    `${peer.perSecond}/s, ${peer.p50Ms} ms, ${peer.p99Ms} ms`,
    formatRatio(perSecond / peer.perSecond, { atLeast: peer.target }),
    `≥ ${peer.target}`,
  ]
}

async function measureSotto(
  client: HttpsClient,
  owners: readonly Account[],
): Promise<RoundResults<LoadResult>> {
  await using network = await startNetwork({ nodes: NODES, driver: 'child-process' })
  const accounts = owners.map((account) => ({
    account,
    ports: network.swarmOf(account.accountId).map(({ ports }) => ports.https),
  }))
  const setup = { client, accounts }
  const store = createSender(setup, encodeStoreRequest, isStored)
  const retrieve = createSender(setup, encodeRetrieveRequest, (text) =>
    text.includes('"messages":[{'),
  )
  for (let index = 0; index < ACCOUNTS * STORES_PER_ACCOUNT; index += 1) await store(index)
  // Retrieval first: the stores of a round would make its pages longer from round to round.
  const retrieves = await runInterleaved([
    { name: 'retrieve', run: () => offerClosedLoop(retrieve, LOAD) },
  ])
  const stores = await runInterleaved([{ name: 'store', run: () => offerClosedLoop(store, LOAD) }])
  return new Map([...retrieves, ...stores])
}

export async function measureHttpsRpc(): Promise<Table> {
  using client = createHttpsClient()
  const accounts = createAccounts(ACCOUNTS)
  const sotto = await measureSotto(client, accounts)
  // Alone: idle nodes test each other, which is work that the bare swarms do not have.
  const setup = { client, accounts }
  const passedOn = await measureBare(setup, false)
  const written = await measureBare(setup, true)
  return {
    title: 'Storage over HTTPS, ten nodes, swarms of five, 16 in flight, 1 KiB',
    columns: [
      'request',
      'per second',
      'p50 ms',
      'p99 ms',
      'failed',
      'C++ reference',
      'ratio',
      'target',
    ],
    rows: [
      formatRow(sotto, 'store'),
      formatBareRow('store, bare: passed on', passedOn),
      formatBareRow('store, bare: and a row in each', written),
      formatRow(sotto, 'retrieve'),
    ],
    notes: [
      'The reference server is quoted from its own measurement (same kind of machine, same set-up); run both on one machine before relying on the ratio.',
      `Rate limits are on; requests come from 16 loopback addresses. A retrieve returns the account's first messages, about ${STORES_PER_ACCOUNT} of 1 KiB.`,
      'Bare: ten processes of Node that pass each body to four others over TLS and wait for them, with no parsing, hash, signature, limit or schema.',
    ],
  }
}
