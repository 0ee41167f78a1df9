/**
 * A lean client of the wire-compatible endpoint: `POST /storage_rpc/v1` over HTTPS, keep-alive, from many
 * loopback source addresses, so that the nodes' rate limits are on and yet not what is measured.
 *
 * @module
 */
import { Agent, request } from 'node:https'

const SOURCE_ADDRESSES = 16
const SOCKETS_PER_SOURCE = 4

export interface HttpsClient extends Disposable {
  readonly post: (port: number, body: string) => Promise<{ status: number; text: string }>
}

export function createHttpsClient(): HttpsClient {
  const agents = Array.from(
    { length: SOURCE_ADDRESSES },
    () => new Agent({ keepAlive: true, maxSockets: SOCKETS_PER_SOURCE, rejectUnauthorized: false }),
  )
  let turn = 0
  const post = (port: number, body: string): Promise<{ status: number; text: string }> => {
    turn = (turn + 1) % SOURCE_ADDRESSES
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
    const bytes = Buffer.from(body)
    const outgoing = request(
      {
        agent: agents[turn],
        host: '127.0.0.1',
        localAddress: `127.0.1.${turn + 1}`,
        port,
        path: '/storage_rpc/v1',
        method: 'POST',
        headers: { 'content-length': bytes.length },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        )
        response.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(bytes)
    return promise
  }
  return {
    post,
    [Symbol.dispose]() {
      for (const agent of agents) agent.destroy()
    },
  }
}
