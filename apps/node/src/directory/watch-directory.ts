/**
 * What happens in the node when its view of the network changes: links to nodes that are gone are closed, and the log tells
 * the operator.
 *
 * @module
 */
import type { Cancel } from '@sotto/protocol/clock'
import type { PeerLinks } from '../link/peer-links.ts'
import type { NodeBase } from '../node-base.ts'

export function watchDirectory(
  { keeper, identity, events }: Pick<NodeBase, 'keeper' | 'identity' | 'events'>,
  links: Pick<PeerLinks, 'retain'>,
): Cancel {
  let isListed: boolean | undefined
  return keeper.subscribe((directory) => {
    events.directoryLoaded(directory.nodes.length, directory.height)
    links.retain((key) => directory.findByEd25519(key) !== undefined)
    const wasListed = isListed
    isListed = directory.findByEd25519(identity.signing.publicKey) !== undefined
    if (isListed === wasListed) return
    if (isListed) events.ready()
    else events.notListed()
  })
}
