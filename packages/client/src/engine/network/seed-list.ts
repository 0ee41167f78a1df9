/**
 * The first list of nodes, from the seeds that the network is known by. This is one of two calls that do not go
 * through an onion (trap 37): a seed sees the device's address, and that it asks for the list that everybody asks for.
 *
 * @module
 */
import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import { ClientError } from '../../errors.ts'
import type { Transport } from '../../ports/index.ts'
import { wait } from '../wait.ts'
import { type NetworkNode, parseNodeList } from './network-node.ts'

/** ADR 0006. */
const SEED_TIMEOUT_MS = 5000
/** ADR 0006. */
const ATTEMPTS = 4
/** ADR 0006. The pause doubles each time. */
const FIRST_PAUSE_MS = 1000
const HTTP_OK = 200
const JSON_TYPE = 'application/json'

const REQUEST = encodeUtf8(
  JSON.stringify({
    jsonrpc: '2.0',
    id: '0',
    method: 'get_n_service_nodes',
    params: {
      active_only: true,
      fields: {
        public_ip: true,
        storage_port: true,
        storage_web_port: true,
        pubkey_x25519: true,
        pubkey_ed25519: true,
        requested_unlock_height: true,
        height: true,
      },
    },
  }),
)

export interface SeedParts {
  readonly transport: Pick<Transport, 'post'>
  readonly clock: Clock
  readonly seedUrls: readonly string[]
}

/** Asks all seeds at once and takes the first usable list; tries again a few times. */
export async function fetchSeedList(
  parts: SeedParts,
): Promise<Result<readonly NetworkNode[], ClientError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await wait(parts.clock, FIRST_PAUSE_MS * 2 ** (attempt - 1))
    const nodes = await raceSeeds(parts)
    if (nodes !== undefined) return ok(nodes)
  }
  return err(new ClientError('no_nodes', `${parts.seedUrls.length} seeds`))
}

async function raceSeeds({
  transport,
  seedUrls,
}: SeedParts): Promise<readonly NetworkNode[] | undefined> {
  const answers = seedUrls.map(async (url) => {
    const nodes = await askSeed(transport, url)
    if (nodes.length === 0) throw new ClientError('no_nodes', 'this seed')
    return nodes
  })
  return Promise.any(answers).catch(() => undefined)
}

async function askSeed(
  transport: Pick<Transport, 'post'>,
  seedUrl: string,
): Promise<readonly NetworkNode[]> {
  const reply = await transport.post({
    target: { kind: 'url', url: `${seedUrl.replace(/\/+$/, '')}/json_rpc` },
    body: REQUEST,
    timeoutMs: SEED_TIMEOUT_MS,
  })
  if (!reply.ok) return []
  const { status, contentType, body } = reply.value
  // A captive portal answers 200 with a page of its own.
  if (status !== HTTP_OK || contentType !== JSON_TYPE) return []
  return parseNodeList(decodeUtf8(body))
}
