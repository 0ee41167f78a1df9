/**
 * Opens the operator API of a node that has a port for it.
 *
 * @module
 */
import { once } from 'node:events'
import type { Randomness } from '@sotto/crypto/randomness'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { closeServer } from '../listener/close-server.ts'
import { createAnswerCall } from './answer-call.ts'
import { collectMetrics } from './collect-metrics.ts'
import { METRICS_TYPE, writeMetrics } from './metrics-text.ts'
import { createOperatorListener } from './operator-listener.ts'
import type { OperatorParts } from './operator-parts.ts'
import { createTokenCheck, openOperatorToken } from './operator-token.ts'

export interface RunningOperator extends AsyncDisposable {
  readonly port: number
}

const CLOSE_MAX_MS = 1000

/** Resolves when it listens. Throws a `NodeError` for a token that cannot be used. */
export async function startOperator(
  port: number,
  parts: OperatorParts,
  randomness: Randomness,
): Promise<RunningOperator> {
  const { config, clock, events } = parts.base
  const server = createOperatorListener({
    host: config.operatorHost,
    hasToken: createTokenCheck(await openOperatorToken(config, randomness)),
    clock,
    answerCall: createAnswerCall(parts),
    answerMetrics: async () => ({
      status: 200,
      contentType: METRICS_TYPE,
      body: encodeUtf8(writeMetrics(await collectMetrics(parts))),
    }),
    onMistake: events.mistake,
  })
  server.listen(port, config.operatorHost)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: () => closeServer(server, { clock, timeoutMs: CLOSE_MAX_MS }),
  }
}
