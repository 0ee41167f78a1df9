/**
 * The transport of a program on Node: a WebSocket link where a node has a web listener, HTTPS where it has none, and
 * plain `fetch` for seeds (ADR 0006).
 *
 * @module
 */
import type { Agent } from 'node:https'
import type {
  NodeAddress,
  NodeEndpoint,
  Transport,
  TransportFailure,
  TransportReading,
  TransportReply,
  TransportRequest,
} from '@sotto/client/ports'
import { type Result, err, ok } from '@sotto/crypto/result'
import { COMMANDS } from '@sotto/protocol/link'
import { LinkTimeout, NodeLink } from './node-link.ts'
import { createNodeAgent, postHttps } from './post-https.ts'
import { getUrl, postUrl } from './post-url.ts'

const LINK_COMMANDS = {
  '/onion_req/v2': COMMANDS.onionRelay,
  '/storage_rpc/v1': COMMANDS.storageRpc,
} as const satisfies Record<NodeEndpoint, number>

export class NodeTransport implements Transport, Disposable {
  readonly #links = new Map<string, NodeLink>()
  #agent: Agent | undefined

  async post(request: TransportRequest): Promise<Result<TransportReply, TransportFailure>> {
    try {
      return ok(await this.#send(request))
    } catch (error) {
      return err({ kind: isTimeout(error) ? 'timeout' : 'unreachable' })
    }
  }

  async get({
    url,
    timeoutMs,
  }: TransportReading): Promise<Result<TransportReply, TransportFailure>> {
    try {
      return ok(await getUrl(url, timeoutMs))
    } catch (error) {
      return err({ kind: isTimeout(error) ? 'timeout' : 'unreachable' })
    }
  }

  /** Ends what is open, so that the program can end. */
  [Symbol.dispose](): void {
    for (const link of this.#links.values()) link.close()
    this.#agent?.destroy()
  }

  #send({ target, body, timeoutMs }: TransportRequest): Promise<TransportReply> {
    if (target.kind === 'url') return postUrl(target.url, body, timeoutMs)
    const { node, endpoint } = target
    if (node.webPort !== undefined) {
      const command = LINK_COMMANDS[endpoint]
      return this.#findLink(node, node.webPort).post({ command, body, timeoutMs })
    }
    this.#agent ??= createNodeAgent()
    const { host, httpsPort: port } = node
    return postHttps({ host, port, endpoint, body, timeoutMs }, this.#agent)
  }

  #findLink({ host }: NodeAddress, webPort: number): NodeLink {
    const name = `${host}:${webPort}`
    const open = this.#links.get(name)
    if (open !== undefined && !open.isClosed) return open
    const link = new NodeLink(host, webPort)
    this.#links.set(name, link)
    return link
  }
}

/** `node:https` says that it was aborted, `fetch` by what; the only signals are our own timers. */
function isTimeout(error: unknown): boolean {
  if (error instanceof LinkTimeout) return true
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}
