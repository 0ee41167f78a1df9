/**
 * Three-hop onion requests through a local network, as Sotto's own client makes them: xchacha20 layers,
 * web listener of the guard, peer links after that.
 *
 * `three nodes` asks the third node itself, which is what the bare forwarder does (three layers);
 * `three hops and a node` is what a message takes: guard, middle, exit and a node of the swarm.
 *
 * @module
 */
import { decodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { toX25519PublicKey, type X25519PublicKey } from '@sotto/crypto/agreement'
import { buildOnion } from '@sotto/protocol/onion'
import { openWebLink, type WebLink } from './web-link.ts'

interface Hop {
  readonly ed25519: Uint8Array
  readonly x25519: X25519PublicKey
}

/** Where a node listens and what its layers are sealed to, as a local network tells of it. */
export interface ListeningNode {
  /** Hex. */
  readonly ed25519: string
  readonly x25519: string
  readonly ports: { readonly web: number }
}

function parseHop(node: ListeningNode): Hop {
  const x25519 = toX25519PublicKey(decodeHex(node.x25519) ?? new Uint8Array())
  const ed25519 = decodeHex(node.ed25519)
  if (x25519 === undefined || ed25519 === undefined) throw new Error('bad key in introspection')
  return { ed25519, x25519 }
}

/** `info` padded by an unknown parameter, so that the request is as long as the bare forwarder's. */
const PADDING_CHARACTERS = 960
const REQUEST = JSON.stringify({
  method: 'info',
  params: { padding: 'x'.repeat(PADDING_CHARACTERS) },
})

export interface OnionClient extends Disposable {
  /** `path` are indices of nodes: guard, relays, destination last. */
  readonly send: (path: readonly number[], payload?: string) => Promise<string>
}

export async function openOnionClient(
  nodes: readonly ListeningNode[],
  links: number,
): Promise<OnionClient> {
  const hops = nodes.map(parseHop)
  const opened: WebLink[][] = []
  for (const [index, node] of nodes.entries()) {
    const own: WebLink[] = []
    for (let link = 0; link < links; link += 1) {
      own.push(await openWebLink(node.ports.web, `127.0.${index + 2}.${link + 1}`))
    }
    opened.push(own)
  }
  let turn = 0
  return {
    send: async (path, payload = REQUEST) => {
      const selected = path.map((index) => hops[index]).filter((hop) => hop !== undefined)
      const destination = selected.at(-1)
      const guard = opened[path[0] ?? 0]
      const link = guard?.[(turn += 1) % guard.length]
      if (destination === undefined || link === undefined) throw new Error('no such path')
      const onion = buildOnion(
        {
          hops: selected.slice(0, -1),
          destination: { kind: 'node', ...destination, base64: false },
          payload,
          cipher: 'xchacha20',
        },
        systemRandomness,
      )
      const reply = onion.openReply(await link.relay(onion.guardBody))
      if (!reply.ok || reply.value.status !== 200) throw new Error('onion request failed')
      return typeof reply.value.body === 'string'
        ? reply.value.body
        : JSON.stringify(reply.value.body)
    },
    [Symbol.dispose]() {
      for (const link of opened.flat()) link[Symbol.dispose]()
    },
  }
}
