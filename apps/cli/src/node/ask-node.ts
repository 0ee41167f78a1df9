/**
 * Reaches the operator API of a node on this machine, typed by what the node offers.
 *
 * @module
 */
import type { OperatorRouter } from '@sotto/node/operator'
import { findOperator } from '@sotto/node/operator-place'
import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from '@trpc/client'
import { CliError } from '../errors.ts'

export type NodeClient = TRPCClient<OperatorRouter>

const TIMEOUT_MS = 10_000
const REFUSED = new Set([401, 403])

/** Throws a `NodeError` when the folder has no node or the node no API. */
export async function openNodeClient(home: string): Promise<NodeClient> {
  const { url, token } = await findOperator(home)
  return createTRPCClient<OperatorRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers: { authorization: `Bearer ${token}` },
        fetch: async (address, options) => {
          const signal = AbortSignal.timeout(TIMEOUT_MS)
          const response = await fetch(String(address), { ...options, signal })
          if (!REFUSED.has(response.status)) return response
          const message = `What listens at ${url} does not take the token in ${home}. Is it another node?`
          throw new CliError('node_not_asked', message)
        },
      }),
    ],
  })
}

/** Throws a `CliError` that says what to do when nobody answers. */
export async function askNode<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error
    const { cause } = error
    if (cause instanceof CliError) throw cause
    const message = 'The node does not answer. Does it run? Its operator API opens when it starts.'
    throw new CliError('node_not_asked', message, { cause: error })
  }
}
