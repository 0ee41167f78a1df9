/**
 * Nodes with stores of their own that answer each other's questions about records, without links between them.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import type { Directory, NodeRecord } from '@sotto/protocol/directory'
import { encodeMessageKey, type ReceivedRecord, type RecordKey } from '@sotto/protocol/replication'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { type Admitted, admitRecords } from '../../src/replication/admit-records.ts'
import { CHANGE_MEANING } from '../../src/store/change-meaning.ts'
import { createKeySet, createRecordReader } from '../../src/replication/read-records.ts'
import { RecordFetcher } from '../../src/replication/record-fetcher.ts'
import { scanKeys } from '../../src/replication/record-scan.ts'
import { createReplicationCommands } from '../../src/replication/replication-commands.ts'
import type { NewMessage } from '../../src/store/message-store.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import type { PeerClient, PeerRequest } from '../../src/swarm/peer-client.ts'
import { createDocument, createKeeper, recordOf } from '../directory/directory-fixture.ts'
import { createMessage, NOW_MS, openMemoryStore, storeAll } from '../store/store-fixture.ts'

/** All nodes are in this swarm. */
export const SWARM = 0n
/** Node 0 asks, the others are asked. */
const ASKER: NodeRecord = recordOf(0)

/** What becomes of a question on its way to a node; undefined for one that is not answered. */
export type Road = (request: PeerRequest, to: NodeRecord) => PeerRequest | undefined

export interface AskedRequest extends PeerRequest {
  readonly to: NodeRecord
}

export interface RecordNetwork extends AsyncDisposable {
  readonly store: SqliteMessageStore
  readonly clock: FakeClock
  readonly peers: PeerClient
  readonly fetcher: RecordFetcher
  readonly asked: AskedRequest[]
  /** Bytes of records that came in. */
  movedBytes: number
  road: Road
  /** Answers are held back until the promise resolves. */
  gate: Promise<void>
  holder(index: number): NodeRecord
  has(key: RecordKey): boolean
  listKept(account: AccountBytes): readonly string[]
}

export function createMessages(count: number, account?: AccountBytes): readonly NewMessage[] {
  return Array.from({ length: count }, (_, index) =>
    createMessage({ text: `message ${index}`, ...(account === undefined ? {} : { account }) }),
  )
}

export function keysOf(messages: readonly NewMessage[]): readonly RecordKey[] {
  const keys = messages.map(({ hash, namespace, expiryMs }) =>
    encodeMessageKey({ hash, namespace, firstExpiryMs: expiryMs }),
  )
  return [...createKeySet(keys)]
}

/** Each list of messages is what one holder keeps; the asking node begins with nothing. */
export async function openRecordNetwork(
  ...kept: readonly (readonly NewMessage[])[]
): Promise<RecordNetwork> {
  const { keeper } = createKeeper(createDocument())
  const directory = keeper.current
  if (directory === undefined) throw new Error('no directory')
  const clock = createFakeClock()
  const own = openMemoryStore()
  const stores = kept.map(() => openMemoryStore())
  for (const [index, store] of stores.entries()) await storeAll(store, kept[index] ?? [])
  const commands = stores.map((store) => createHolder(store, directory))
  const reader = createRecordReader(
    own.records,
    () => true,
    () => NOW_MS,
  )
  const admit = (records: readonly ReceivedRecord[]): Promise<Admitted> => {
    const gate = { isOwn: () => true, nowMs: NOW_MS }
    return admitRecords(records, gate, { records: own.records, meaning: CHANGE_MEANING })
  }
  const peers: PeerClient = {
    async request(to, request) {
      network.asked.push({ ...request, to })
      await network.gate
      const arrived = network.road(request, to)
      const index = kept.findIndex((_, place) => sameNode(recordOf(place + 1), to))
      const answer = arrived && commands[index]?.get(arrived.command)
      if (arrived === undefined || answer === undefined) return err({ kind: 'timeout' })
      const reply = await answer(arrived.body, ASKER)
      return reply instanceof Uint8Array ? ok(reply) : err({ kind: 'refused' })
    },
  }
  const has = (key: RecordKey): boolean => reader.has(key)
  const onMoved = (bytes: number): void => void (network.movedBytes += bytes)
  const network: RecordNetwork = {
    store: own,
    clock,
    peers,
    fetcher: new RecordFetcher({ peers, clock, has, admit, onMoved }),
    asked: [],
    movedBytes: 0,
    road: (request) => request,
    gate: Promise.resolve(),
    holder: (index) => recordOf(index + 1),
    has,
    listKept: (account) => own.records.listMessages(account, NOW_MS).map(({ hash }) => hash),
    async [Symbol.asyncDispose]() {
      keeper[Symbol.dispose]()
      for (const store of [own, ...stores]) await store[Symbol.asyncDispose]()
    },
  }
  return network
}

function sameNode(a: NodeRecord, b: NodeRecord): boolean {
  return encodeHex(a.ed25519) === encodeHex(b.ed25519)
}

function createHolder(
  { records }: SqliteMessageStore,
  directory: Directory,
): ReadonlyMap<number, ReturnType<typeof createReplicationCommands>[number][1]> {
  return new Map(
    createReplicationCommands({
      directory: () => directory,
      scan: () => scanKeys({ records, counts: () => true, nowMs: NOW_MS }),
      createReader: (counts) => createRecordReader(records, counts, () => NOW_MS),
      listAccount: (account) => [
        ...createKeySet(records.listMessages(account, NOW_MS).map(encodeMessageKey)),
      ],
      // A holder takes what it is given for nothing that it could keep.
      admit: () => Promise.resolve({ settled: new Set(), stored: 0, refused: 0 }),
      onMoved: () => undefined,
    }),
  )
}
