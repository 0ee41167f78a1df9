/**
 * Sends an opened frame to a host outside the network and brings back its answer (spec 04 §4.6).
 *
 * Redirects are not followed: where they lead was not checked. Certificates are not verified, because the
 * frame inside is sealed to the host's own key.
 *
 * @module
 */
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '@sotto/protocol/clock'
import type { HostTarget } from './host-layer.ts'
import type { HostAddress } from './host-policy.ts'
import { pinAddress } from './pin-address.ts'

/** Spec 04 §6.1. */
const HOST_TIMEOUT_MS = 25_000
/** What a host may answer at most: it travels back through links, which carry no more. */
const HOST_REPLY_BYTES_MAX = 10 * 1024 * 1024
const STATUS_MIN = 200
const STATUS_MAX = 599

export type HostReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Uint8Array }
  | { readonly kind: 'timeout' | 'unreachable' }

export interface HostConnection {
  /** Where the host was found to be, by whoever decided that it may be reached. */
  readonly address: HostAddress
  readonly clock: Clock
}

/** Never rejects. */
export function relayToHost(layer: HostTarget, connection: HostConnection): Promise<HostReply> {
  const { promise, resolve } = Promise.withResolvers<HostReply>()
  const request = layer.protocol === 'http' ? requestHttp : requestHttps
  const outgoing = request({
    host: layer.host.replaceAll(/^\[|\]$/g, ''),
    port: layer.port,
    path: layer.target,
    method: 'POST',
    agent: false,
    lookup: pinAddress(connection.address),
    rejectUnauthorized: false,
    headers: { 'content-length': layer.frame.length },
  })
  const finish = (reply: HostReply): void => {
    cancel()
    resolve(reply)
    outgoing.destroy()
  }
  const cancel = connection.clock.after(HOST_TIMEOUT_MS, () => finish({ kind: 'timeout' }))
  outgoing.on('response', (response) => void readReply(response).then(finish))
  outgoing.on('error', () => finish({ kind: 'unreachable' }))
  outgoing.on('close', () => finish({ kind: 'unreachable' }))
  outgoing.end(layer.frame)
  return promise
}

async function readReply(response: IncomingMessage): Promise<HostReply> {
  const status = response.statusCode ?? 0
  if (status < STATUS_MIN || status > STATUS_MAX) return { kind: 'unreachable' }
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) return { kind: 'unreachable' }
      length += chunk.length
      if (length > HOST_REPLY_BYTES_MAX) return { kind: 'unreachable' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: 'unreachable' }
  }
  return { kind: 'answered', status, body: Buffer.concat(chunks) }
}
