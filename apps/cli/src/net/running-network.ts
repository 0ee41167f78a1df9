/**
 * Finds the network that runs on a state directory, and asks it how it is.
 *
 * @module
 */

import { DevnetError } from '@sotto/devnet/errors'
import { type Introspection, parseIntrospection } from '@sotto/devnet/introspection'
import { type StateOwner, isStateFree, readStateOwner } from '@sotto/devnet/state-directory'

const ANSWER_TIMEOUT_MS = 5000

/** The owner of the state, if it lives. */
export async function findRunningNetwork(statePath: string): Promise<StateOwner | undefined> {
  return (await isStateFree(statePath)) ? undefined : readStateOwner(statePath)
}

/** The introspection document at this URL; throws a `DevnetError` when nothing useful answers. */
export async function fetchIntrospection(url: string): Promise<Introspection> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new DevnetError('not_running', `No network answers at ${url}.`, { cause })
    },
  )
  const network = parseIntrospection(await response.json().catch(() => undefined))
  if (network !== undefined) return network
  throw new DevnetError('not_running', `What answers at ${url} is not a local network.`)
}

/** Asks the network that runs on this state; throws a `DevnetError` when none does. */
export async function introspectState(statePath: string): Promise<Introspection> {
  return fetchIntrospection(await findIntrospectUrl(statePath))
}

/** Where the network on this state answers; throws a `DevnetError` when none runs. */
export async function findIntrospectUrl(statePath: string): Promise<string> {
  const owner = await findRunningNetwork(statePath)
  if (owner !== undefined) return owner.introspect
  throw new DevnetError(
    'not_running',
    `No network runs on ${statePath}; start one with \`sotto net up\`.`,
  )
}
