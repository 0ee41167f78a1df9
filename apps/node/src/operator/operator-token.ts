/**
 * The secret that the operator API asks for: where it comes from, and how one that was sent is compared with it.
 *
 * @module
 */
import { timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { Randomness } from '@sotto/crypto/randomness'
import { type NodeConfig, SETTINGS } from '../config.ts'
import { parseOperatorToken } from '../setting-values.ts'
import { NodeError } from '../errors.ts'
import { findHomeFiles } from '../home/home-files.ts'
import { readErrorCode } from '../home/seed-file.ts'

const TOKEN_BYTES = 32
const HASH_BYTES = 32
const OWNER_ONLY = 0o600
const SCHEME = 'Bearer '

type TokenConfig = Pick<NodeConfig, 'dataDirectory' | 'operatorToken' | 'operatorTokenFile'>

/** Throws a `NodeError` for a file that cannot be read or holds no token. */
export async function readOperatorToken(config: TokenConfig): Promise<string | undefined> {
  if (config.operatorToken !== undefined) return config.operatorToken
  const path = config.operatorTokenFile ?? findHomeFiles(config.dataDirectory).operatorToken
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const isOwnFile = config.operatorTokenFile === undefined
    if (isOwnFile && readErrorCode(cause) === 'ENOENT') return undefined
    const message = `${path} cannot be read (${readErrorCode(cause)}).`
    throw new NodeError('operator_token', message, { cause })
  })
  if (text === undefined) return undefined
  const token = parseOperatorToken(text.trim())
  if (token !== undefined) return token
  const message = `${path} holds no token. ${SETTINGS.operatorToken.description}`
  throw new NodeError('operator_token', message)
}

/** The configured token or, if there is none, one that is made and kept. */
export async function openOperatorToken(
  config: TokenConfig,
  randomness: Randomness,
): Promise<string> {
  const known = await readOperatorToken(config)
  if (known !== undefined) return known
  const token = encodeHex(randomness.bytes(TOKEN_BYTES))
  const path = findHomeFiles(config.dataDirectory).operatorToken
  await writeFile(path, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true })
  return token
}

function hashToken(text: string): Uint8Array {
  return blake2b(encodeUtf8(text), { length: HASH_BYTES })
}

/** Tells whether an `Authorization` header has the token, in a time that says nothing about it. */
export function createTokenCheck(token: string): (header: string | undefined) => boolean {
  const expected = hashToken(SCHEME + token)
  return (header = '') => timingSafeEqual(hashToken(header), expected)
}
