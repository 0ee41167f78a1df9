/**
 * Tests whether another node can be reached in every way in which it is used (spec 09 §3.4): as clients do over HTTPS and
 * the web listener, and as nodes do over the link. All must answer, and as the node that they should be.
 *
 * @module
 */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { createSecureContext } from 'node:tls'
import { encodeBase64, equalBytes } from '@sotto/crypto/bytes'
import type { Clock } from '@sotto/protocol/clock'
import type { NodeRecord } from '@sotto/protocol/directory'
import { decodeUptimeProof, TESTED_PROTOCOLS, type UptimeProof } from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { monotonicNow } from '../system-clock.ts'
import type { PeerClient } from '../swarm/peer-client.ts'

export interface ProbeParts {
  readonly peers: PeerClient
  readonly clock: Clock
  /** The node's own second name, which it shows to those that it tests. */
  readonly legacyKey: Uint8Array
}

export interface Probed {
  /** Bits of `TESTED_PROTOCOLS`. */
  readonly failing: number
  readonly roundTripMs: number
  /** Undefined when the link did not answer. */
  readonly clockOffsetMs: number | undefined
  readonly proof: UptimeProof | undefined
}

/** Spec 09 §3.4. Not scaled with the epoch. */
const TIMEOUT_MS = 5000
const PATH = '/ping_test/v1'
/** One for all tests: making it takes as long as half a handshake. */
const CONTEXT = createSecureContext()
const NAME_HEADER = 'x-oxen-snode-pubkey'

/** Never rejects. */
export async function probeNode(node: NodeRecord, parts: ProbeParts): Promise<Probed> {
  const [https, web, peer] = await Promise.all([
    ping(node, 'https', parts),
    ping(node, 'web', parts),
    askProof(node, parts),
  ])
  const failing =
    (https ? 0 : TESTED_PROTOCOLS.https) |
    (web ? 0 : TESTED_PROTOCOLS.web) |
    (peer === undefined ? TESTED_PROTOCOLS.peer : 0)
  return {
    failing,
    roundTripMs: peer?.roundTripMs ?? 0,
    clockOffsetMs: peer?.clockOffsetMs,
    proof: peer?.proof,
  }
}

async function askProof(
  node: NodeRecord,
  { peers, clock }: ProbeParts,
): Promise<
  | { readonly proof: UptimeProof; readonly roundTripMs: number; readonly clockOffsetMs: number }
  | undefined
> {
  const beganMs = monotonicNow()
  const reply = await peers.request(node, {
    command: COMMANDS.uptime,
    body: new Uint8Array(),
    timeoutMs: TIMEOUT_MS,
  })
  const proof = reply.ok ? decodeUptimeProof(reply.value) : undefined
  if (proof === undefined || !equalBytes(proof.node, node.ed25519)) return undefined
  const roundTripMs = Math.round(monotonicNow() - beganMs)
  // The answer was made about half a round trip ago.
  const clockOffsetMs = Math.round(proof.issuedAt + roundTripMs / 2 - clock.now())
  return { proof, roundTripMs, clockOffsetMs }
}

function ping(
  { host, ports, legacy }: NodeRecord,
  listener: 'https' | 'web',
  { legacyKey }: ProbeParts,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const options = {
    host,
    port: ports[listener],
    path: PATH,
    method: 'POST',
    headers: { [NAME_HEADER]: encodeBase64(legacyKey), 'content-length': 0 },
    agent: false as const,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }
  const secure = { ...options, secureContext: CONTEXT, rejectUnauthorized: false }
  const outgoing = listener === 'https' ? requestHttps(secure) : requestHttp(options)
  outgoing.on('response', (response) => {
    response.resume()
    // Otherwise a second program at this address would pass for the node.
    resolve(response.statusCode === 200 && response.headers[NAME_HEADER] === encodeBase64(legacy))
  })
  outgoing.on('error', () => resolve(false))
  outgoing.end()
  return promise
}
