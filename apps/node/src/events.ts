/**
 * Everything that a node says about itself: the only module that writes logs.
 *
 * An event has a name and a few attributes of low cardinality: counts, codes, sizes. Accounts, addresses, keys and
 * texts of users have no place in the signatures, so they cannot slip in (TM-P1). Other nodes appear by
 * `toLogString`, which differs from start to start.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { pino, type DestinationStream } from 'pino'
import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { LogLevel } from './config.ts'

export interface NodeEvents {
  /** All listeners are up. Whoever started the node may wait for this line. */
  readonly listening: (ports: {
    readonly https: number
    readonly web: number
    readonly peer: number
  }) => void
  /** The node has a directory that lists it. Whoever started the node may wait for this line too. */
  readonly ready: () => void
  readonly directoryLoaded: (nodes: number, height: number) => void
  /** The directory file was read again because somebody asked for it, and the node has a document in force. */
  readonly directoryReread: () => void
  readonly directoryRefused: (code: string) => void
  /** The directory does not list this node, so that it serves nobody. */
  readonly notListed: () => void
  /** Somebody without a key of the directory tried the peer link. */
  readonly strangerRefused: () => void
  readonly linkOpened: (peer: Uint8Array, dialler: 'self' | 'peer') => void
  readonly linkClosed: (peer: Uint8Array) => void
  readonly dialFailed: (peer: Uint8Array, reason: 'unreachable' | 'wrong_key') => void
  /** The node has everything that others kept of its accounts. */
  readonly caughtUp: () => void
  readonly recordsRepaired: (fetched: number, delivered: number) => void
  readonly recordsHandedOver: (count: number) => void
  readonly epochDecided: (epoch: number, votes: number, nodes: number) => void
  readonly epochSkipped: (epoch: number, reason: 'votes' | 'signatures') => void
  /** There is proof that an authority said two things. */
  readonly authorityLied: (authority: Uint8Array) => void
  /** A mistake of ours: a request failed for a reason that nobody planned. */
  readonly mistake: (error: unknown) => void
  readonly stopping: () => void
  readonly stopped: () => void
}

const SALT_BYTES = 16
const LOG_STRING_BYTES = 4
const salt = randomBytes(SALT_BYTES)

/** A short name for a node in this process's log. It cannot be looked up elsewhere or compared with another log. */
export function toLogString(key: Uint8Array): string {
  return encodeHex(blake2b(key, { length: SALT_BYTES, key: salt }).subarray(0, LOG_STRING_BYTES))
}

/** The class and our own stack frames; never the message, which may quote what a user sent. */
function describeMistake(error: unknown): { readonly error: string; readonly at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' }
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
  return {
    error: error.name,
    at: frames
      .slice(0, 3)
      .map((line) => line.trim())
      .join(' < '),
  }
}

export function createNodeEvents(level: LogLevel, destination?: DestinationStream): NodeEvents {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const log = destination === undefined ? pino(options) : pino(options, destination)
  return {
    listening: (ports) => log.info({ event: 'listening', ...ports }),
    ready: () => log.info({ event: 'ready' }),
    directoryLoaded: (nodes, height) => log.info({ event: 'directory_loaded', nodes, height }),
    directoryReread: () => log.info({ event: 'directory_reread' }),
    directoryRefused: (code) => log.warn({ event: 'directory_refused', code }),
    notListed: () => log.warn({ event: 'not_listed' }),
    linkOpened: (peer, dialler) =>
      log.debug({ event: 'link_opened', peer: toLogString(peer), dialler }),
    linkClosed: (peer) => log.debug({ event: 'link_closed', peer: toLogString(peer) }),
    dialFailed: (peer, reason) =>
      log.debug({ event: 'dial_failed', peer: toLogString(peer), reason }),
    strangerRefused: () => log.debug({ event: 'stranger_refused' }),
    caughtUp: () => log.info({ event: 'caught_up' }),
    recordsRepaired: (fetched, delivered) =>
      log.info({ event: 'records_repaired', fetched, delivered }),
    recordsHandedOver: (count) => log.info({ event: 'records_handed_over', count }),
    epochDecided: (epoch, votes, nodes) =>
      log.info({ event: 'epoch_decided', epoch, votes, nodes }),
    epochSkipped: (epoch, reason) => log.warn({ event: 'epoch_skipped', epoch, reason }),
    authorityLied: (authority) =>
      log.error({ event: 'authority_lied', authority: toLogString(authority) }),
    mistake: (error) => log.error({ event: 'mistake', ...describeMistake(error) }),
    stopping: () => log.info({ event: 'stopping' }),
    stopped: () => log.info({ event: 'stopped' }),
  }
}
