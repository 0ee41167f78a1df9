/**
 * The doors of a node: HTTPS for wire-compatible clients, the web listener for browsers, and the link for other nodes.
 *
 * @module
 */
import { once } from 'node:events'
import type { Server } from 'node:net'
import type { Clock } from '@sotto/protocol/clock'
import type { NodePorts } from '@sotto/protocol/directory'
import type { NodeConfig } from './config.ts'
import { createPeerListener } from './link/peer-listener.ts'
import { closeServer } from './listener/close-server.ts'
import { ConnectionLimit } from './listener/connection-limit.ts'
import { createHttpsListener } from './listener/https-listener.ts'
import { RateLimit } from './listener/rate-limit.ts'
import { createRoutes } from './listener/routes.ts'
import { createWebLinks, type WebLinks } from './listener/web-links.ts'
import { CORS_HEADERS, createWebListener } from './listener/web-listener.ts'
import type { NodeBase } from './node-base.ts'
import type { NodeServices } from './node-services.ts'
import { createHttpsCredentials } from './tls/self-signed-certificate.ts'

export interface NodeListeners {
  readonly servers: Record<keyof NodePorts, Server>
  readonly webLinks: WebLinks
}

export function createNodeListeners(
  { config, identity, clock, events, certificate, keeper, files, randomness }: NodeBase,
  { links, rpc, onion, inbox, evidence }: NodeServices,
): NodeListeners {
  const rateLimit = new RateLimit({
    burst: config.rateLimitBurst,
    perSecond: config.rateLimitPerSecond,
    perSecondNode: config.rateLimitPerSecondNode,
    isNode: (address) => keeper.isNodeAddress(address),
    clock,
  })
  const connectionLimit = new ConnectionLimit({
    perSource: config.connectionsPerSourceMax,
    total: config.connectionsMax,
  })
  const routes = createRoutes({
    rpc,
    onion,
    directory: () => keeper.current,
    legacyKey: identity.legacy.publicKey,
    directoryRoutes: {
      keeper,
      files,
      evidence,
      admit: (descriptor) => inbox?.admit(descriptor) ?? false,
    },
  })
  const parts = { routes, rateLimit, connectionLimit, clock, onMistake: events.mistake }
  const webLinks = createWebLinks({ rpc, onion, rateLimit, clock, onMistake: events.mistake })
  const httpsCertificate = createHttpsCredentials(randomness)
  return {
    servers: {
      https: createHttpsListener({ ...parts, headers: {} }, httpsCertificate),
      web: createWebListener({ ...parts, headers: CORS_HEADERS }, webLinks.upgrade),
      peer: createPeerListener({
        certificate,
        links,
        directory: () => keeper.known,
        onRefused: events.strangerRefused,
      }),
    },
    webLinks,
  }
}

/** Resolves when all listen, with the ports that they got. */
export async function listenAll(
  { servers }: NodeListeners,
  { host, httpsPort, webPort, peerPort }: NodeConfig,
): Promise<NodePorts> {
  return {
    https: await listen(servers.https, httpsPort, host),
    web: await listen(servers.web, webPort, host),
    peer: await listen(servers.peer, peerPort, host),
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** Clients get their answers first, because those may need other nodes; then the other nodes get theirs. */
export async function leaveNetwork(
  { servers, webLinks }: NodeListeners,
  { links }: NodeServices,
  limit: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<void> {
  await closeServer(servers.peer, limit)
  await Promise.all([
    closeServer(servers.https, limit),
    webLinks.leave(limit.timeoutMs).then(() => closeServer(servers.web, limit)),
  ])
  await links.leave()
}
