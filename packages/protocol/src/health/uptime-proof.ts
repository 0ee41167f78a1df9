/**
 * A node's sign of life (spec 09 §4): that its program runs, which one, with which clock and how full. Authorities ask for
 * one now and then; who does not prove itself is taken out of service.
 *
 * @module
 */

import { type Ed25519PublicKey, type SigningKeyPair } from '@sotto/crypto/signing'
import { readBytes, readInteger, readKey, readList } from '../bt/read-bt.ts'
import { scaleTime } from '../directory/network-times.ts'
import type { SoftwareVersion } from '../directory/node-descriptor.ts'
import { encodeStatement, openStatement } from './signed-statement.ts'

/** Spec 09 §4.1. One bit each. */
export const PROOF_FLAGS = { syncing: 1, draining: 2, full: 4 } as const

export interface UptimeProof {
  readonly node: Ed25519PublicKey
  /** By the node's clock, milliseconds since 1970. */
  readonly issuedAt: number
  /** Of the directory that it works with. */
  readonly epoch: number
  readonly software: SoftwareVersion
  /** 16 random bytes of this run of the program: two at once are two programs with one key. */
  readonly instance: Uint8Array
  readonly storageUsedBytes: number
  readonly storageMaxBytes: number
  readonly messages: number
  /** Bits of `PROOF_FLAGS`. */
  readonly flags: number
}

/** Spec 09 §4.1. */
export const PROOF_BYTES_MAX = 512
/** Spec 09 §4.2. At least so far may a proof be from the clock of who reads it. */
const CLOCK_TOLERANCE_MIN_MS = 30_000
/** Spec 09 §4.2, in epochs. */
const CLOCK_TOLERANCE_EPOCHS = 2.5
const CONTEXT = 'sotto-uptime-proof-1'
const INSTANCE_BYTES = 16
const FLAGS_MAX = 7
const VERSION_PART_MAX = 255
const EPOCH_MAX = 0xffff_ffff
const KEYS = [
  'context',
  'epoch',
  'flags',
  'instance',
  'issued_at',
  'messages',
  'node',
  'software',
  'storage_max',
  'storage_used',
]

export function encodeUptimeProof(proof: UptimeProof, key: SigningKeyPair): Uint8Array {
  return encodeStatement(
    new Map<string, number | string | Uint8Array | readonly number[]>([
      ['context', CONTEXT],
      ['epoch', proof.epoch],
      ['flags', proof.flags],
      ['instance', proof.instance],
      ['issued_at', proof.issuedAt],
      ['messages', proof.messages],
      ['node', proof.node],
      ['software', proof.software],
      ['storage_max', proof.storageMaxBytes],
      ['storage_used', proof.storageUsedBytes],
    ]),
    key,
  )
}

/** Reads bytes from outside. Undefined for what is no proof, or not signed by its node. Never throws. */
export function decodeUptimeProof(bytes: Uint8Array): UptimeProof | undefined {
  const opened = openStatement(bytes, { keys: KEYS, bytesMax: PROOF_BYTES_MAX, context: CONTEXT })
  if (opened === undefined) return undefined
  const { dict } = opened
  const node = readKey(dict.get('node'))
  const issuedAt = readInteger(dict.get('issued_at'), { min: 0 })
  const epoch = readInteger(dict.get('epoch'), { min: 0, max: EPOCH_MAX })
  const software = readSoftware(dict.get('software'))
  const instance = readBytes(dict.get('instance'), INSTANCE_BYTES)
  const storageUsedBytes = readInteger(dict.get('storage_used'), { min: 0 })
  const storageMaxBytes = readInteger(dict.get('storage_max'), { min: 0 })
  const messages = readInteger(dict.get('messages'), { min: 0 })
  const flags = readInteger(dict.get('flags'), { min: 0, max: FLAGS_MAX })
  if (node === undefined || issuedAt === undefined || epoch === undefined) return undefined
  if (software === undefined || instance === undefined || messages === undefined) return undefined
  if (storageUsedBytes === undefined || storageMaxBytes === undefined) return undefined
  if (flags === undefined || !opened.isSignedBy(node)) return undefined
  const storage = { storageUsedBytes, storageMaxBytes, messages }
  return { node, issuedAt, epoch, software, instance, ...storage, flags }
}

function readSoftware(value: Parameters<typeof readList>[0]): SoftwareVersion | undefined {
  const parts = readList(value)?.map((part) => readInteger(part, { min: 0, max: VERSION_PART_MAX }))
  const [major, minor, patch, ...rest] = parts ?? []
  if (major === undefined || minor === undefined || patch === undefined) return undefined
  return rest.length === 0 ? [major, minor, patch] : undefined
}

/** Whether a proof may count at this time: neither old nor of a time to come. */
export function isProofTimely(issuedAt: number, nowMs: number, epochMs: number): boolean {
  const toleranceMs = Math.max(CLOCK_TOLERANCE_MIN_MS, CLOCK_TOLERANCE_EPOCHS * epochMs)
  const oldest = nowMs - scaleTime('proofValidity', epochMs) - toleranceMs
  return issuedAt <= nowMs + toleranceMs && issuedAt >= oldest
}
