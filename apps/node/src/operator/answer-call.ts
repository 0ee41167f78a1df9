/**
 * Carries one call over to the router: no batches, no subscriptions, and no text of an error that was a mistake.
 *
 * @module
 */
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import type { HttpAnswer } from '../listener/http-answer.ts'
import { createOperatorRouter } from './operator-router.ts'
import type { OperatorParts } from './operator-parts.ts'

export interface OperatorCall {
  readonly method: 'GET' | 'POST'
  /** Path and query. */
  readonly url: string
  readonly body: Uint8Array
}

export type AnswerCall = (call: OperatorCall) => Promise<HttpAnswer>

const CALLS_PATH = '/trpc'
/** Nobody resolves it. */
const ORIGIN = 'http://node.invalid'
const JSON_TYPE = 'application/json'

export function createAnswerCall(parts: OperatorParts): AnswerCall {
  const router = createOperatorRouter(parts)
  return async ({ method, url, body }) => {
    const req = new Request(new URL(url, ORIGIN), {
      method,
      headers: { 'content-type': JSON_TYPE },
      ...(method === 'POST' ? { body: new Uint8Array(body) } : {}),
    })
    const response = await fetchRequestHandler({
      endpoint: CALLS_PATH,
      req,
      router,
      createContext: () => ({}),
      allowBatching: false,
      onError: ({ error }) => {
        if (error.code !== 'INTERNAL_SERVER_ERROR') return
        parts.base.events.mistake(error.cause ?? error)
        // The message may be that of anything that failed below.
        error.message = 'request failed'
      },
    })
    return {
      status: response.status,
      contentType: JSON_TYPE,
      body: new Uint8Array(await response.arrayBuffer()),
    }
  }
}
