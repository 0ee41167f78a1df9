/**
 * Asks every other member of the swarm to apply a request too, and collects what each says (spec 03 §6).
 *
 * The request is encoded once. Members verify the client's signature themselves and sign their own
 * results, so a hostile entry node can withhold a request but not alter it, nor invent an answer.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import {
  BAD_PEER_ENTRY,
  createRefusedEntry,
  decodeMemberReply,
  encodeForward,
  encodeStampedForward,
  SWARM_FORWARD_TIMEOUT_MS,
  TIMED_OUT_ENTRY,
  type MemberEntry,
  type RecursiveMethodName,
  type RequestOf,
} from '@sotto/protocol/rpc'
import type { PeerClient } from './peer-client.ts'

const SIGNATURE_BYTES = 64

/** A result is signed, a failure says so; anything else is no answer and would mislead clients. */
function isPlausibleEntry({ failed, signature }: MemberEntry): boolean {
  if (failed === 1) return true
  return signature instanceof Uint8Array && signature.length === SIGNATURE_BYTES
}

/** The entries of a reply, by the member's Ed25519 key in hex. */
export type SwarmEntries = Readonly<Record<string, MemberEntry>>

async function askMember(
  peers: PeerClient,
  member: NodeRecord,
  body: Uint8Array,
): Promise<readonly [string, MemberEntry]> {
  const key = encodeHex(member.ed25519)
  const answer = await peers.request(member, {
    command: COMMANDS.storageForward,
    body,
    timeoutMs: SWARM_FORWARD_TIMEOUT_MS,
  })
  if (!answer.ok) return [key, answer.error.kind === 'refused' ? BAD_PEER_ENTRY : TIMED_OUT_ENTRY]
  const reply = decodeMemberReply(answer.value)
  if (reply === undefined) return [key, BAD_PEER_ENTRY]
  if (reply.kind === 'failure') return [key, createRefusedEntry(reply.failure)]
  return [key, isPlausibleEntry(reply.entry) ? reply.entry : BAD_PEER_ENTRY]
}

export interface ForwardOptions {
  readonly peers: PeerClient
  readonly members: readonly NodeRecord[]
  /** When this node had the request. */
  readonly receivedMs: number
}

/** Sends at once; resolves when every member has answered or its time is over. */
export async function forwardRequest(
  request: RequestOf<RecursiveMethodName>,
  { peers, members, receivedMs }: ForwardOptions,
): Promise<SwarmEntries> {
  const body = encodeStampedForward({ receivedMs, forward: encodeForward(request) })
  const entries = await Promise.all(members.map((member) => askMember(peers, member, body)))
  return Object.fromEntries(entries)
}
