/**
 * The file that a node's keys are derived from. Losing it means losing the node's place in the network;
 * whoever reads it can pose as the node.
 *
 * @module
 */
import { systemRandomness } from '@sotto/crypto/randomness'
import { findHomeFiles } from './home/home-files.ts'
import { readSeedFile, writeSeedFile } from './home/seed-file.ts'
import { NODE_SEED_BYTES } from './node-identity.ts'

/** Reads the seed, or makes one if there is no file. */
export async function openNodeSeed(dataDirectory: string): Promise<Uint8Array> {
  const path = findHomeFiles(dataDirectory).nodeSeed
  const known = await readSeedFile(path)
  if (known !== undefined) return known
  const seed = systemRandomness.bytes(NODE_SEED_BYTES)
  await writeSeedFile(path, seed)
  return seed
}
