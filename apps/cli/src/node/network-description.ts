/**
 * What a node must be told of a network before it can join: which one it is, whom to believe, whom to ask. From a file or a
 * URL, as the network's operators publish it or as a local network tells it.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { z } from 'zod'
import { CliError } from '../errors.ts'

const BYTES_MAX = 1_048_576
const TIMEOUT_MS = 5000
const AUTHORITIES_MAX = 64
const SEEDS_MAX = 64
const URL_CHARACTERS_MAX = 256

const descriptionSchema = z.object({
  network: z.string().regex(/^[0-9a-f]{32}$/iu),
  authorities: z
    .array(z.string().regex(/^[0-9a-f]{64}$/iu))
    .min(1)
    .max(AUTHORITIES_MAX),
  threshold: z.int().min(1).max(AUTHORITIES_MAX).optional(),
  seeds: z
    .array(z.url({ protocol: /^https?$/u }).max(URL_CHARACTERS_MAX))
    .min(1)
    .max(SEEDS_MAX),
})

export type NetworkDescription = z.infer<typeof descriptionSchema>

/** A local network says it among other things. */
const documentSchema = z.union([
  descriptionSchema,
  z.object({ joining: descriptionSchema }).transform(({ joining }) => joining),
])

/** Undefined for what is no description. */
export function parseNetworkDescription(bytes: Uint8Array): NetworkDescription | undefined {
  const text = bytes.length > BYTES_MAX ? undefined : decodeUtf8(bytes)
  if (text === undefined) return undefined
  try {
    const parsed = documentSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Throws a `CliError` when nothing useful is there. */
export async function readNetworkDescription(place: string): Promise<NetworkDescription> {
  const bytes = /^https?:\/\//u.test(place) ? await fetchBytes(place) : await readBytes(place)
  const description = parseNetworkDescription(bytes)
  if (description !== undefined) return description
  throw new CliError(
    'network_unclear',
    `${place} does not describe a network: it must be JSON with network, authorities and seeds.`,
  )
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new CliError('network_unclear', `${path} cannot be read.`, { cause })
  }
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const body: AsyncIterable<Uint8Array> | null = response.body
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of body ?? []) {
      length += chunk.length
      chunks.push(chunk)
      // The parser refuses what is too long; there is no need to read the rest.
      if (length > BYTES_MAX) break
    }
    return Buffer.concat(chunks)
  } catch (cause) {
    throw new CliError('network_unclear', `Nothing answers at ${url}.`, { cause })
  }
}
