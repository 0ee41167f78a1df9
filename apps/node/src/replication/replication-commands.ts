/**
 * What a node answers when others compare their records with its own (spec 10 §6). Who asks about a swarm must be in it
 * under this node's directory, because messages are for those who keep them; who delivers may be any node, because
 * records prove themselves.
 *
 * @module
 */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import type { Directory, NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import {
  answerReconciliation,
  decodeKeyRequest,
  decodeRecordsAnswer,
  encodeConfirmAnswer,
  encodeRecordsAnswer,
  type KeySet,
  RECORD_KEY_BYTES,
  type ReceivedRecord,
  type RecordKey,
  REQUEST_KEYS_MAX,
} from '@sotto/protocol/replication'
import { type AccountBytes, INVALID_SWARM_ID, parseAccountBytes } from '@sotto/protocol/swarm'
import type { LinkAnswer } from '../link/incoming-requests.ts'
import type { AnswerCommand } from '../link/link-answer.ts'
import type { Admitted } from './admit-records.ts'
import { createKeySet, type RecordReader } from './read-records.ts'
import { decodeSwarmQuestion } from './swarm-question.ts'

export interface ReplicationCommandParts {
  readonly directory: () => Directory | undefined
  readonly scan: (swarm: bigint) => Promise<KeySet>
  /** Reads records of accounts for which `counts` holds. */
  readonly createReader: (counts: (account: AccountBytes) => boolean) => RecordReader
  readonly listAccount: (account: AccountBytes) => readonly RecordKey[]
  readonly admit: (records: readonly ReceivedRecord[]) => Promise<Admitted>
  readonly onMoved: (bytes: number) => void
}

const ACCOUNT_BYTES = 33
const TAKEN = Uint8Array.of(1)

export function createReplicationCommands(
  parts: ReplicationCommandParts,
): readonly (readonly [number, AnswerCommand])[] {
  return [
    [COMMANDS.reconcile, (body, sender) => answerReconcile(body, sender, parts)],
    [COMMANDS.fetchRecords, (body, sender) => Promise.resolve(answerFetch(body, sender, parts))],
    [COMMANDS.deliverRecords, (body) => answerDelivery(body, parts)],
    [COMMANDS.confirmRecords, (body) => Promise.resolve(answerConfirm(body, parts))],
    [COMMANDS.accountKeys, (body, sender) => Promise.resolve(answerAccount(body, sender, parts))],
  ]
}

/** The question's body, if the asking node is in the swarm. */
function openQuestion(
  bytes: Uint8Array,
  sender: NodeRecord,
): { readonly swarm: bigint; readonly body: Uint8Array } | 'malformed' | 'not_allowed' {
  const question = decodeSwarmQuestion(bytes)
  if (question === undefined) return 'malformed'
  const isMember = question.swarm !== INVALID_SWARM_ID && question.swarm === sender.swarm
  return isMember ? question : 'not_allowed'
}

async function answerReconcile(
  bytes: Uint8Array,
  sender: NodeRecord,
  { scan }: ReplicationCommandParts,
): Promise<LinkAnswer> {
  const question = openQuestion(bytes, sender)
  if (typeof question === 'string') return question
  const answer = answerReconciliation(await scan(question.swarm), question.body)
  return answer.ok ? answer.value : 'malformed'
}

function createMemberReader(sender: NodeRecord, parts: ReplicationCommandParts): RecordReader {
  const directory = parts.directory()
  return parts.createReader((account) => directory?.swarmOf(account).id === sender.swarm)
}

function answerFetch(
  bytes: Uint8Array,
  sender: NodeRecord,
  parts: ReplicationCommandParts,
): LinkAnswer {
  const question = openQuestion(bytes, sender)
  if (typeof question === 'string') return question
  const keys = decodeKeyRequest(question.body)
  if (!keys.ok) return 'malformed'
  return encodeRead([...keys.value], createMemberReader(sender, parts), parts)
}

function encodeRead(
  keys: readonly RecordKey[],
  reader: RecordReader,
  { onMoved }: ReplicationCommandParts,
): Uint8Array {
  const { records, reached } = reader.read(keys)
  const answer = encodeRecordsAnswer({ records, next: trimZeros(keys[reached]) })
  onMoved(answer.length)
  return answer
}

/** A bound does not end in zeros (spec 10 §4.1). */
function trimZeros(key: RecordKey | undefined): Uint8Array | undefined {
  return key?.subarray(0, key.findLastIndex((byte) => byte !== 0) + 1)
}

/** The bitmap of an answer to `confirm`, for the records in the order in which they came. */
async function answerDelivery(
  body: Uint8Array,
  { admit, onMoved }: ReplicationCommandParts,
): Promise<LinkAnswer> {
  const decoded = decodeRecordsAnswer(new Uint8Array(body))
  if (!decoded.ok) return 'malformed'
  onMoved(body.length)
  const { settled } = await admit(decoded.value.records)
  if (decoded.value.records.length === 0) return TAKEN
  return encodeConfirmAnswer(decoded.value.records.map(({ key }) => settled.has(encodeHex(key))))
}

function answerConfirm(body: Uint8Array, { createReader }: ReplicationCommandParts): LinkAnswer {
  const keys = decodeKeyRequest(body)
  if (!keys.ok) return 'malformed'
  // That a node keeps a record of which the asking one has the key is no news to it.
  const reader = createReader(() => true)
  return encodeConfirmAnswer([...keys.value].map((key) => reader.has(key)))
}

function answerAccount(
  bytes: Uint8Array,
  sender: NodeRecord,
  parts: ReplicationCommandParts,
): LinkAnswer {
  const account = parseAccountBytes(bytes.subarray(0, ACCOUNT_BYTES))
  if (account === undefined) return 'malformed'
  const from = bytes.subarray(ACCOUNT_BYTES)
  if (from.length !== 0 && from.length !== RECORD_KEY_BYTES) return 'malformed'
  if (parts.directory()?.swarmOf(account).id !== sender.swarm) return 'not_allowed'
  const keys = [...createKeySet(parts.listAccount(account))]
  const behind = from.length === 0 ? keys : keys.filter((key) => Buffer.compare(key, from) > 0)
  return concatBytes(behind.slice(0, REQUEST_KEYS_MAX))
}
