/**
 * From the network's introspection URL to the seed that a client begins with. A seed that is named is taken as it is.
 *
 * @module
 */
import type { NetworkPlace } from '../config.ts'
import { CliError } from '../errors.ts'
import { nameProgram } from '../name-program.ts'

const TIMEOUT_MS = 5000

export async function findSeedUrl({ introspect, seedUrl }: NetworkPlace): Promise<string> {
  if (seedUrl !== undefined) return seedUrl
  const answer = await fetchJson(introspect)
  const isDocument = typeof answer === 'object' && answer !== null && 'seedUrl' in answer
  if (isDocument && typeof answer.seedUrl === 'string') return answer.seedUrl
  throw new CliError(
    'network_not_found',
    `What answers at ${introspect} does not say where its seed is; check --network, or use --seed-url.`,
  )
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new CliError(
        'network_not_found',
        `No network answers at ${url}; start one with \`${nameProgram()} net up\`, or name yours with --network.`,
        { cause },
      )
    },
  )
  return response.json().catch(() => undefined)
}
