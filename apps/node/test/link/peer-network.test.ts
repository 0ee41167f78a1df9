/** The port through which links come into being: whoever brings another network decides about each connection. */
import { Duplex, duplexPair } from 'node:stream'
import { encodeHex } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { type PeerNetwork, systemPeerNetwork } from '../../src/link/peer-network.ts'
import { startLinkNodes, type LinkNodes } from './link-fixture.ts'

const BODY = Buffer.of(1, 2, 3)
const REQUEST = { command: COMMANDS.ping, body: BODY, timeoutMs: 5000 }
const UNREACHABLE = err({ kind: 'unreachable' })

function ask(nodes: LinkNodes): Promise<unknown> {
  return nodes.at(0).links.request(nodes.at(1).record, REQUEST)
}

describe('a network of links', () => {
  it('sees each connection of both sides, with the key that the other end has proved', async () => {
    const taken: string[] = []
    const network: PeerNetwork = {
      ...systemPeerNetwork,
      take(socket, peer) {
        taken.push(encodeHex(peer))
        return socket
      },
    }
    await using nodes = await startLinkNodes({ network })
    expect(await ask(nodes)).toEqual(ok(BODY))
    const keys = [0, 1].map((index) => encodeHex(nodes.at(index).identity.signing.publicKey))
    expect(taken.toSorted()).toEqual(keys.toSorted())
  })

  it('makes a peer unreachable by taking no connection', async () => {
    const network: PeerNetwork = { ...systemPeerNetwork, take: () => undefined }
    await using nodes = await startLinkNodes({ network })
    expect(await ask(nodes)).toEqual(UNREACHABLE)
    expect(nodes.at(0).opened).toEqual([])
    expect(nodes.at(1).opened).toEqual([])
  })

  it('makes a peer unreachable by dialling what does not answer as a node', async () => {
    const network: PeerNetwork = {
      ...systemPeerNetwork,
      dial(options, peer) {
        const [near, far] = duplexPair()
        far.end()
        return systemPeerNetwork.dial({ ...options, socket: near }, peer)
      },
    }
    await using nodes = await startLinkNodes({ network })
    expect(await ask(nodes)).toEqual(UNREACHABLE)
    expect(nodes.at(1).refused.count).toBe(0)
  })

  it('waits after a connection that was not taken, as after one that failed', async () => {
    let dials = 0
    const network: PeerNetwork = {
      dial(options, peer) {
        dials += 1
        return systemPeerNetwork.dial(options, peer)
      },
      take: () => undefined,
    }
    await using nodes = await startLinkNodes({ network })
    await ask(nodes)
    await ask(nodes)
    expect(dials).toBe(1)
  })

  it('carries the link over the stream that it makes of the connection', async () => {
    const streams: Duplex[] = []
    const network: PeerNetwork = {
      ...systemPeerNetwork,
      take(socket) {
        const stream = Duplex.from({ readable: socket, writable: socket })
        streams.push(stream)
        return stream
      },
    }
    await using nodes = await startLinkNodes({ network })
    expect(await ask(nodes)).toEqual(ok(BODY))
    expect(streams).toHaveLength(2)
  })
})
