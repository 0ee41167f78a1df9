/**
 * The network of nodes in one process, with every frame counted that goes from one to another (spec 06 §3). An adapter
 * of the node's port; connections are the machine's.
 *
 * @module
 */
import type { Duplex } from 'node:stream'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { type PeerNetwork, systemPeerNetwork } from '@sotto/node/peer-network'
import { COMMANDS, type Frame, FrameDecoder, FRAME_HEADER_BYTES } from '@sotto/protocol/link'

export interface Traffic {
  /** By name of the command for requests, by type for other frames. */
  readonly frames: ReadonlyMap<string, number>
  readonly bytes: ReadonlyMap<string, number>
  readonly dials: number
  /** Of these, those that got no connection: on one machine there is nothing but the machine to cause it. */
  readonly failedDials: number
}

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(COMMANDS).map(([name, number]) => [number, name]),
)

function nameFrame({ type, payload }: Frame): string {
  return type === 'request' ? (COMMAND_NAMES.get(payload[0] ?? 0) ?? 'unknown') : type
}

export class CountedNetwork implements PeerNetwork {
  readonly #frames = new Map<string, number>()
  readonly #bytes = new Map<string, number>()
  readonly #open = new Set<Duplex>()
  #dials = 0
  #failedDials = 0

  dial(options: ConnectionOptions, peer: Uint8Array): TLSSocket {
    this.#dials += 1
    const socket = systemPeerNetwork.dial(options, peer)
    const noteFailure = (): void => void (this.#failedDials += 1)
    socket.once('error', noteFailure)
    socket.once('secureConnect', () => socket.off('error', noteFailure))
    return socket
  }

  /** Each frame is counted where it arrives, so that none is counted twice. */
  take(socket: TLSSocket): Duplex {
    const decoder = new FrameDecoder()
    socket.on('data', (chunk: Uint8Array) => {
      const frames = decoder.push(chunk)
      for (const frame of frames.ok ? frames.value : []) this.#count(frame)
    })
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    return socket
  }

  #count(frame: Frame): void {
    const name = nameFrame(frame)
    this.#frames.set(name, (this.#frames.get(name) ?? 0) + 1)
    const length = FRAME_HEADER_BYTES + frame.payload.length
    this.#bytes.set(name, (this.#bytes.get(name) ?? 0) + length)
  }

  /** Ends of connections: two for each link between nodes of this process. */
  get openEnds(): number {
    return this.#open.size
  }

  /** Since the beginning. */
  read(): Traffic {
    return {
      frames: new Map(this.#frames),
      bytes: new Map(this.#bytes),
      dials: this.#dials,
      failedDials: this.#failedDials,
    }
  }
}

/** What came between two readings. */
export function subtractTraffic(later: Traffic, earlier: Traffic): Traffic {
  return {
    frames: subtractCounts(later.frames, earlier.frames),
    bytes: subtractCounts(later.bytes, earlier.bytes),
    dials: later.dials - earlier.dials,
    failedDials: later.failedDials - earlier.failedDials,
  }
}

function subtractCounts(
  later: ReadonlyMap<string, number>,
  earlier: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map([...later].map(([name, count]) => [name, count - (earlier.get(name) ?? 0)]))
}

export function sumCounts(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

export function addTraffic(one: Traffic, other: Traffic): Traffic {
  return {
    frames: addCounts(one.frames, other.frames),
    bytes: addCounts(one.bytes, other.bytes),
    dials: one.dials + other.dials,
    failedDials: one.failedDials + other.failedDials,
  }
}

function addCounts(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sum = new Map(one)
  for (const [name, count] of other) sum.set(name, (sum.get(name) ?? 0) + count)
  return sum
}
