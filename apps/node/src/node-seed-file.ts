/**
 * The file that a node's keys are derived from. Losing it means losing the node's place in the network;
 * whoever reads it can pose as the node.
 *
 * @module
 */
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { NODE_SEED_BYTES } from './node-identity.ts'

const SEED_FILE = 'node.seed'
const OWNER_ONLY = 0o600

async function readSeed(path: string): Promise<Uint8Array | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const seed = decodeHex(text.trim())
  // A damaged file is never replaced: a new seed would silently be another node.
  if (seed?.length !== NODE_SEED_BYTES) throw new Error(`${SEED_FILE} does not hold a node seed`)
  return seed
}

/** Reads the seed, or makes one if there is no file. A crash leaves either no file or a whole one. */
export async function openNodeSeed(dataDirectory: string): Promise<Uint8Array> {
  const path = join(dataDirectory, SEED_FILE)
  const known = await readSeed(path)
  if (known !== undefined) return known
  const seed = systemRandomness.bytes(NODE_SEED_BYTES)
  const draft = `${path}.${encodeHex(systemRandomness.bytes(4))}`
  await writeFile(draft, `${encodeHex(seed)}\n`, { mode: OWNER_ONLY, flag: 'wx' })
  try {
    // A link, unlike a rename, does not replace the file of a second node that started at the same time.
    await link(draft, path)
  } finally {
    await rm(draft)
  }
  return seed
}
