/**
 * What `sotto swarm` and `sotto path` do: show parts of the network as this client sees it.
 *
 * @module
 */
import type { DirectoryStatus } from '@sotto/client/engine'
import type { NetworkPlace } from '../config.ts'
import type { Outcome } from '../output.ts'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import { readAccountId } from '../refused-text.ts'
import { layOutPath } from './describe-path.ts'
import { openMessenger, openNetwork } from './open-messenger.ts'

export async function showSwarm(id: string, place: NetworkPlace): Promise<Outcome> {
  const accountId = readAccountId(id)
  const account = parseAccountBytes(accountId)
  if (account === undefined) throw new Error('a checked account id has 33 bytes')
  using open = await openNetwork(place)
  const found = await open.network.findSwarm(account)
  if (!found.ok) throw found.error
  const { swarm, nodes } = found.value
  const lines = nodes.map(({ ed25519, address }) => `  ${address.padEnd(21)}  ${ed25519}`)
  const heading = `Swarm ${swarm} keeps the messages of this account, on ${nodes.length} nodes:`
  return { json: { accountId, swarm, nodes }, text: [heading, '', ...lines].join('\n') }
}

export async function showPath(home: string, place: NetworkPlace): Promise<Outcome> {
  await using open = await openMessenger(home, place)
  const path = await open.messenger.path()
  if (!path.ok) throw path.error
  const directory = open.messenger.directory()
  return {
    json: { path: path.value, ...(directory && { directory }) },
    text: [
      'A path that requests of this account take now:',
      '',
      layOutPath(path.value),
      '',
      'The guard sees your address and the middle; the exit sees the middle and the destination.',
      layOutDirectory(directory),
    ].join('\n'),
  }
}

function layOutDirectory(directory: DirectoryStatus | undefined): string {
  if (directory === undefined) return 'Who the nodes are, a seed said; nobody signed it.'
  const { epoch, freshness, signatures, authorities } = directory
  const age = freshness === 'fresh' ? '' : ', and out of date'
  return `Who the nodes are, epoch ${epoch} says: signed by ${signatures} of ${authorities} authorities${age}.`
}
