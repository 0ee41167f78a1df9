/**
 * Asks a host outside the network through onions (spec 04 §4.6, §7), and keeps count of paths as for nodes. The exit sees which
 * host is asked and not by whom; the host sees the exit.
 *
 * @module
 */
import type { X25519PublicKey } from '@sotto/crypto/agreement'
import { type Result, err, ok } from '@sotto/crypto/result'
import { decodeV4Reply, encodeV4Request, type V4Reply, type V4Request } from '@sotto/protocol/onion'
import { ClientError } from '../../errors.ts'
import type { NodePool } from '../network/node-pool.ts'
import { CallTrace } from '../paths/call-trace.ts'
import type { PathNeed, PathSet } from '../paths/path-set.ts'
import type { Path } from '../paths/path.ts'
import { countPathFailure } from './count-path-failure.ts'
import { type OnionParts, sendOnionToHost } from './send-onion.ts'

export interface HostCallerParts extends OnionParts {
  readonly pool: NodePool
  readonly paths: PathSet
}

export interface Host {
  readonly name: string
  readonly port: number
  readonly protocol: 'http' | 'https'
  /** What requests are sealed to. */
  readonly x25519: X25519PublicKey
}

export interface HostCall {
  readonly host: Host
  readonly request: V4Request
  readonly tries: number
  readonly timeoutMs: number
}

/** Spec 04 §7. */
const TARGET = '/oxen/v4/lsrpc'

export class HostCaller {
  readonly #parts: HostCallerParts

  constructor(parts: HostCallerParts) {
    this.#parts = parts
  }

  /** Whatever the host answers, refusals too. Over other paths until it does, or the tries are used up. */
  async call({ host, request, tries, timeoutMs }: HostCall): Promise<Result<V4Reply, ClientError>> {
    const { paths } = this.#parts
    const need: PathNeed = { trace: new CallTrace() }
    const { name, port, protocol, x25519 } = host
    const destination = { host: name, port, protocol, target: TARGET, x25519 }
    const payload = encodeV4Request(request)
    const lost: Path[] = []
    let failure = new ClientError('path_failed', 'no try')
    for (let tried = 0; tried < tries; tried++) {
      const path = await paths.take(need)
      if (!path.ok) return tried === 0 ? path : err(failure)
      const sending = { path: path.value, destination, payload, timeoutMs }
      const reply = await sendOnionToHost(sending, this.#parts)
      if (reply.ok) {
        paths.countSuccess(path.value)
        for (const other of lost) await paths.blame(other)
        const decoded = decodeV4Reply(reply.value)
        return decoded.ok ? ok(decoded.value) : err(new ClientError('reply_malformed', 'not v4'))
      }
      // When all fail alike, the host is what they have in common, and no path is blamed.
      if (reply.error.kind === 'lost') lost.push(path.value)
      failure = await countPathFailure(
        { path: path.value, failure: reply.error, need },
        this.#parts,
      )
    }
    return err(failure)
  }
}
