/**
 * The requests that a group's swarm is asked, signed by whoever may (spec 03 §4, spec 14 §2).
 *
 * @module
 */
import {
  type BatchRequest,
  encodeDeleteText,
  encodeExpireText,
  encodeRetrieveText,
  encodeRevokeText,
  encodeStoreText,
  REVOCATIONS_MAX,
  TTL_MAX_MS,
} from '@sotto/protocol/rpc'
import type { GroupAccess } from './group-access.ts'

export type GroupRequest = BatchRequest['params']['requests'][number]

export interface GroupStore {
  readonly namespace: number
  readonly data: Uint8Array
  /** When it was made, for what may be sent late; now for everything else. */
  readonly sentAtMs?: number
  /** As long as a swarm keeps anything, unless it says otherwise. */
  readonly ttlMs?: number
}

export function composeStore(
  { accountBytes: account, sign }: GroupAccess,
  { namespace, data, sentAtMs, ttlMs = TTL_MAX_MS }: GroupStore,
  nowMs: number,
): GroupRequest {
  const timestampMs = sentAtMs ?? nowMs
  return {
    method: 'store',
    params: {
      account,
      namespace,
      timestampMs,
      expiryMs: timestampMs + ttlMs,
      sigTimestampMs: nowMs,
      data,
      ...sign(encodeStoreText({ namespace, sigTimestampMs: nowMs })),
    },
  }
}

export function composeRetrieve(
  { accountBytes: account, sign }: GroupAccess,
  wish: { readonly namespace: number; readonly lastHash?: string; readonly maxSize: number },
  timestampMs: number,
): GroupRequest {
  const { namespace } = wish
  const signature = sign(encodeRetrieveText({ namespace, timestampMs }))
  return { method: 'retrieve', params: { account, ...wish, timestampMs, ...signature } }
}

/** Longer only: a member's token can do no more (trap 24). */
export function composeExtend(
  { accountBytes: account, sign }: GroupAccess,
  messages: readonly string[],
  nowMs: number,
): GroupRequest {
  const expire = { messages, expiryMs: nowMs + TTL_MAX_MS, isExtend: true }
  return { method: 'expire', params: { account, ...expire, ...sign(encodeExpireText(expire)) } }
}

/** Only admins may. */
export function composeDelete(
  { accountBytes: account, sign }: GroupAccess,
  messages: readonly string[],
): GroupRequest {
  return {
    method: 'delete',
    params: { account, messages, ...sign(encodeDeleteText({ messages })) },
  }
}

/** As many requests as it takes. Only admins may. */
export function composeRevocations(
  { accountBytes: account, sign }: GroupAccess,
  change: {
    readonly method: 'revoke_subaccount' | 'unrevoke_subaccount'
    readonly tokens: readonly Uint8Array[]
  },
  timestampMs: number,
): readonly GroupRequest[] {
  const { method } = change
  const requests: GroupRequest[] = []
  for (let start = 0; start < change.tokens.length; start += REVOCATIONS_MAX) {
    const tokens = change.tokens.slice(start, start + REVOCATIONS_MAX)
    const signature = sign(encodeRevokeText(method, { tokens, timestampMs }))
    requests.push({ method, params: { account, tokens, timestampMs, ...signature } })
  }
  return requests
}
