/**
 * From the network's introspection URL to what a client begins with: a seed, and the authorities that sign who the nodes are. A seed
 * that is named is taken as it is, and then the seed is believed.
 *
 * @module
 */
import type { DirectoryTrust, FileServer, NetworkSettings } from '@sotto/client/engine'
import { decodeHex } from '@sotto/crypto/bytes'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import { createAuthoritySet } from '@sotto/protocol/directory'
import { z } from 'zod'
import type { NetworkPlace } from '../config.ts'
import { CliError } from '../errors.ts'
import { nameProgram } from '../name-program.ts'
import { systemClock } from '@sotto/client-node/clock'

const TIMEOUT_MS = 5000
/** As much as authorities let a document begin in the future. */
const CLOCK_TOLERANCE_MS = 60_000

const rolesSchema = z.array(
  z.object({
    url: z.url({ protocol: /^https?$/u }),
    ed25519: z.string().regex(/^[0-9a-f]{64}$/u),
  }),
)

const documentSchema = z.object({
  seedUrl: z.string(),
  joining: z
    .object({
      network: z.string().regex(/^[0-9a-f]{32}$/u),
      authorities: z.array(z.string().regex(/^[0-9a-f]{64}$/u)).min(1),
      threshold: z.int().min(1),
      seeds: z.array(z.url({ protocol: /^https?$/u })).min(1),
    })
    .optional(),
  fileServers: rolesSchema.optional(),
  previewNodes: rolesSchema.optional(),
  /** The network's time is `timeMs + (now - baseMs) * rate` milliseconds. */
  timeline: z.object({ baseMs: z.number(), timeMs: z.number(), rate: z.number() }).optional(),
})

type IntrospectedRoles = z.infer<typeof rolesSchema>
type IntrospectedDocument = z.infer<typeof documentSchema>

export async function findNetwork({ introspect, seedUrl }: NetworkPlace): Promise<NetworkSettings> {
  if (seedUrl !== undefined) return { seedUrls: [seedUrl] }
  const document = documentSchema.safeParse(await fetchJson(introspect))
  if (!document.success) {
    throw new CliError(
      'network_not_found',
      `What answers at ${introspect} does not say where its seed is; check --network, or use --seed-url.`,
    )
  }
  const seedUrls = [document.data.seedUrl]
  const directory = readTrust(document.data)
  const fileServers = readRoles(document.data.fileServers)
  const previewNodes = readRoles(document.data.previewNodes)
  return { seedUrls, fileServers, previewNodes, ...(directory && { directory }) }
}

/** Files and previews alike: where it is, and the key of the role. */
function readRoles(roles: IntrospectedRoles = []): readonly FileServer[] {
  return roles.flatMap(({ url, ed25519 }) => {
    const bytes = decodeHex(ed25519)
    const key = bytes && toEd25519PublicKey(bytes)
    return key === undefined ? [] : [{ url, key }]
  })
}

/** Nothing while somebody plays with the network's time: by this machine's, documents would be from the future. */
function readTrust({ joining, timeline }: IntrospectedDocument): DirectoryTrust | undefined {
  const network = joining && decodeHex(joining.network)
  if (joining === undefined || network === undefined || !isRealTime(timeline)) return undefined
  const keys = joining.authorities.flatMap((key) => {
    const bytes = decodeHex(key)
    return (bytes && toEd25519PublicKey(bytes)) ?? []
  })
  try {
    return {
      network,
      authorities: createAuthoritySet(keys, joining.threshold),
      urls: joining.seeds,
    }
  } catch {
    throw new CliError('network_not_found', 'The network names authorities that cannot be.')
  }
}

function isRealTime(timeline: IntrospectedDocument['timeline']): boolean {
  if (timeline === undefined) return true
  const nowMs = systemClock.now()
  const { timeMs, baseMs, rate } = timeline
  return rate === 1 && Math.abs(timeMs + (nowMs - baseMs) * rate - nowMs) < CLOCK_TOLERANCE_MS
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
