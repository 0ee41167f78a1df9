/**
 * Sends an order that breaks or mends something to a network that runs, and shows how the network is afterwards.
 *
 * @module
 */

import { DevnetError, isDevnetErrorCode } from '@sotto/devnet/errors'
import { type Introspection, parseIntrospection } from '@sotto/devnet/introspection'
import { isOrderAction, parseOrder } from '@sotto/devnet/order'
import { z } from 'zod'
import { CliError } from '../errors.ts'
import { listTroubles } from './list-troubles.ts'
import { findIntrospectUrl } from './running-network.ts'

/** Stopping all nodes one after the other takes its time. */
const ANSWER_TIMEOUT_MS = 120_000

export interface OrderPlace {
  /** Introspection URL; that of the state when there is none. */
  readonly network: string | undefined
  readonly statePath: string
}

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

function readRefusal(answer: unknown, url: string): DevnetError {
  const refusal = refusalSchema.safeParse(answer)
  if (!refusal.success) {
    return new DevnetError('not_running', `What answers at ${url} is not a local network.`)
  }
  const { code, message } = refusal.data.error
  return new DevnetError(isDevnetErrorCode(code) ? code : 'node_failed', message)
}

async function post(url: string, order: object): Promise<unknown> {
  try {
    const response = await fetch(`${url}/chaos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    })
    return await response.json()
  } catch (cause) {
    throw new DevnetError('not_running', `No network answers at ${url}.`, { cause })
  }
}

/** Resolves with how the network is when the order was obeyed; throws with the reason when it was not. */
export async function sendOrder(
  { network, statePath }: OrderPlace,
  action: string,
  words: readonly string[],
): Promise<Introspection> {
  if (!isOrderAction(action)) throw new CliError('usage', `There is no order ${action}.`)
  const order = parseOrder(action, words)
  if (!order.ok) throw new CliError('usage', order.error)
  const url = network ?? (await findIntrospectUrl(statePath))
  const answer = await post(url, order.value)
  const after = parseIntrospection(answer)
  if (after === undefined) throw readRefusal(answer, url)
  return after
}

/** What a person reads afterwards. */
export function composeObeyed(network: Introspection): string {
  const troubles = listTroubles(network)
  return troubles.length === 0
    ? `Done. All ${network.nodes.length} nodes are well.`
    : ['Done. What is wrong now:', ...troubles.map((line) => `  ${line}`)].join('\n')
}
