/**
 * Changes as a node keeps them, of Alice's account unless told otherwise. Nobody signed them: the store does not ask.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { ChangeRequest } from '@sotto/protocol/replication'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { createChange } from '../../src/rpc/create-change.ts'
import type { AccountChange, NewMessage } from '../../src/store/message-store.ts'
import type { AdmittedMessage } from '../../src/store/record-store.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import { CHANGE_MEANING } from '../../src/store/change-meaning.ts'
import { ALICE, NOW_MS } from './store-fixture.ts'

export const MINUTE_MS = 60_000

export function createKept(request: ChangeRequest, atMs: number = NOW_MS): AccountChange {
  return createChange(request, atMs)
}

export function createDelete(
  messages: readonly string[],
  atMs: number = NOW_MS,
  account: AccountBytes = ALICE,
): AccountChange {
  return createKept({ method: 'delete', params: { account, messages } }, atMs)
}

type Mode = { readonly isExtend?: true; readonly isShorten?: true }

export function createExpire(
  hash: string,
  expiryMs: number,
  { atMs = NOW_MS, ...mode }: Mode & { readonly atMs?: number } = {},
): AccountChange {
  const params = { account: ALICE, messages: [hash], expiryMs, ...mode }
  return createKept({ method: 'expire', params }, atMs)
}

export function createRevoke(
  method: 'revoke_subaccount' | 'unrevoke_subaccount',
  tokens: readonly Uint8Array[],
  signedMs: number = NOW_MS,
  atMs: number = signedMs,
): AccountChange {
  return createKept({ method, params: { account: ALICE, tokens, timestampMs: signedMs } }, atMs)
}

/** A message as another member hands it over. */
export function toAdmitted(message: NewMessage, isAlone = false): AdmittedMessage {
  const { account, namespace, hash, data, timestampMs, storedMs, expiryMs } = message
  const dates = { timestampMs, storedMs, firstExpiryMs: expiryMs }
  return { account, namespace, hash, data, ...dates, isAlone }
}

/** The verdicts, or the failure. */
export async function admit(
  store: SqliteMessageStore,
  ...messages: readonly AdmittedMessage[]
): Promise<unknown> {
  const admitted = await store.records.admitMessages(messages, CHANGE_MEANING)
  return admitted.ok ? admitted.value : admitted.error
}

/** The verdict on each change in turn, or the failure. */
export async function admitChanges(
  store: SqliteMessageStore,
  ...changes: readonly AccountChange[]
): Promise<readonly unknown[]> {
  const verdicts: unknown[] = []
  for (const change of changes) {
    const admitted = await store.records.admitChange(change, CHANGE_MEANING)
    verdicts.push(admitted.ok ? admitted.value : admitted.error)
  }
  return verdicts
}

/** A change in a form that can be compared. */
export function showChange({ account, hash, request, ...change }: AccountChange): object {
  const bytes = { account: encodeHex(account), hash: encodeHex(hash), request: encodeHex(request) }
  return { ...change, ...bytes }
}

/** All changes that the store keeps, as a scan finds them. */
export function listChanges(store: SqliteMessageStore): readonly AccountChange[] {
  const { rows } = store.records.scanChanges(0, Number.MAX_SAFE_INTEGER)
  return rows.flatMap(({ hash }) => store.records.readChange(hash) ?? [])
}
