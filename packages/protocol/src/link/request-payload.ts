/**
 * What requests on a link ask for, and the answers that carry an HTTP status (spec 06 §4). The bodies belong to `rpc`
 * and `onion`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { encodeFrame } from './frame.ts'

/** Spec 06 §4.1. Numbers that a receiver does not know are refused by it, not by the decoder. */
export const COMMANDS = {
  storageForward: 1,
  onionRelay: 2,
  ping: 3,
  storageRpc: 4,
  reconcile: 5,
  fetchRecords: 6,
  deliverRecords: 7,
  confirmRecords: 8,
  accountKeys: 9,
  audit: 10,
  uptime: 11,
  epochDocument: 16,
  announce: 17,
  descriptor: 18,
  agreement: 19,
  epochSignature: 20,
  report: 21,
  proof: 22,
} as const

export interface LinkRequest {
  readonly command: number
  readonly body: Uint8Array
}

export interface StatusReply {
  /** An HTTP status. */
  readonly status: number
  readonly body: Uint8Array
}

const COMMAND_MAX = 0xff
const STATUS_BYTES = 2
const STATUS_MIN = 100
const STATUS_MAX = 599

export function encodeRequestPayload({ command, body }: LinkRequest): Uint8Array {
  if (!Number.isInteger(command) || command < 1 || command > COMMAND_MAX) {
    throw new RangeError('a command is a number of one byte')
  }
  return concatBytes([Uint8Array.of(command), body])
}

export function encodeRequestFrame(id: number, request: LinkRequest): Uint8Array {
  return encodeFrame({ type: 'request', id, payload: encodeRequestPayload(request) })
}

/** Reads bytes from outside. Never throws. */
export function decodeRequestPayload(payload: Uint8Array): Result<LinkRequest, ProtocolError> {
  const [command] = payload
  if (command === undefined || command === 0) return refuse('request without command')
  return ok({ command, body: payload.subarray(1) })
}

export function encodeStatusReply({ status, body }: StatusReply): Uint8Array {
  if (!isStatus(status)) throw new RangeError('not an HTTP status')
  return concatBytes([Uint8Array.of(status >> 8, status & 0xff), body])
}

/** Reads bytes from outside. Never throws. */
export function decodeStatusReply(payload: Uint8Array): Result<StatusReply, ProtocolError> {
  const [high, low] = payload
  if (high === undefined || low === undefined) return refuse('reply without status')
  const status = (high << 8) | low
  if (!isStatus(status)) return refuse('status is no HTTP status')
  return ok({ status, body: payload.subarray(STATUS_BYTES) })
}

function isStatus(value: number): boolean {
  return Number.isInteger(value) && value >= STATUS_MIN && value <= STATUS_MAX
}

function refuse(detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError('link_message_malformed', detail))
}
