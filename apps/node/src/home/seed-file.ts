/**
 * A file that holds one seed and nothing else: 64 hex digits, readable for its owner alone. Which seeds a node has is not
 * known here.
 *
 * @module
 */
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { NodeError } from '../errors.ts'
import { NODE_SEED_BYTES } from '../node-identity.ts'

const OWNER_ONLY = 0o600

/** The code that the operating system gave; empty for another kind of error. */
export function readErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Undefined when there is no such file; throws when there is one that cannot be used. */
export async function readSeedFile(path: string): Promise<Uint8Array | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (readErrorCode(cause) === 'ENOENT') return undefined
    throw new NodeError('node_seed', `${path} cannot be read (${readErrorCode(cause)}).`, { cause })
  })
  if (text === undefined) return undefined
  const seed = decodeHex(text.trim())
  if (seed?.length === NODE_SEED_BYTES) return seed
  // A damaged file is never replaced: a new seed would silently be another node.
  throw new NodeError(
    'node_seed',
    `${path} holds no seed: it must be 64 hex digits. Restore it from a backup; it is not replaced.`,
  )
}

/** Throws `EEXIST` when the file exists. A crash leaves either no file or a whole one. */
export async function writeSeedFile(path: string, seed: Uint8Array): Promise<void> {
  const draft = `${path}.${encodeHex(systemRandomness.bytes(4))}`
  // On the disk before anybody is told the key: a power cut must not leave a node that nobody can be again.
  await writeFile(draft, `${encodeHex(seed)}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true })
  try {
    // A link, unlike a rename, does not replace the file of a second node that started at the same time.
    await link(draft, path)
  } finally {
    await rm(draft)
  }
}
