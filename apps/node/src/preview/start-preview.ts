/**
 * Starts the role `preview` of a node that has a port for it. It listens on plain HTTP, because what exits bring is sealed to the role's key
 * (spec 17 §1).
 *
 * @module
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { deriveAgreementKeyPair } from '@sotto/crypto/agreement'
import { convertSigningKeyPair } from '@sotto/crypto/signing'
import { closeServer } from '../listener/close-server.ts'
import { ConnectionLimit } from '../listener/connection-limit.ts'
import { HTTP_OPTIONS, type HttpParts, limitServer, serveRequest } from '../listener/http-server.ts'
import { RateLimit } from '../listener/rate-limit.ts'
import { CORS_HEADERS } from '../listener/web-listener.ts'
import type { NodeBase } from '../node-base.ts'
import { FetchBudget } from './fetch-budget.ts'
import { createSiteFinder } from './find-site.ts'
import { createPreviewRoutes } from './preview-routes.ts'
import { PreviewService } from './preview-service.ts'
import { PreviewTally } from './preview-tally.ts'

export interface RunningPreview extends AsyncDisposable {
  readonly port: number
  readonly tally: PreviewTally
}

const CLOSE_MAX_MS = 5000

/** Resolves when it listens. */
export async function startPreview(port: number, base: NodeBase): Promise<RunningPreview> {
  const { config, clock, keeper } = base
  const tally = new PreviewTally()
  const parts: HttpParts = {
    routes: createRoutes(base, tally),
    rateLimit: new RateLimit({
      burst: config.rateLimitBurst,
      perSecond: config.rateLimitPerSecond,
      perSecondNode: config.rateLimitPerSecondNode,
      isNode: (address) => keeper.isNodeAddress(address),
      clock,
    }),
    connectionLimit: new ConnectionLimit({
      perSource: config.connectionsPerSourceMax,
      total: config.connectionsMax,
    }),
    clock,
    headers: CORS_HEADERS,
    onMistake: base.events.mistake,
  }
  const server = createServer(HTTP_OPTIONS, (request, response) => {
    void serveRequest(request, response, { ...parts, isListening: () => server.listening })
  })
  limitServer(server, parts.connectionLimit)
  server.listen(port, config.host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    tally,
    [Symbol.asyncDispose]: () => closeServer(server, { clock, timeoutMs: CLOSE_MAX_MS }),
  }
}

function createRoutes({ config, clock, identity, randomness }: NodeBase, tally: PreviewTally) {
  const service = new PreviewService({
    findSite: createSiteFinder({ namedHosts: config.previewHosts }),
    budget: new FetchBudget({
      atOnceMax: config.previewFetchesMax,
      perMinuteMax: config.previewPerMinute,
      clock,
    }),
    tally,
    clock,
  })
  const agreement = deriveAgreementKeyPair(convertSigningKeyPair(identity.preview).secretKey)
  return createPreviewRoutes({ service, agreement, randomness })
}
