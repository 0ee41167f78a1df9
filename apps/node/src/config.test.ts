/** Settings from the environment. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig, SETTINGS } from './config.ts'

const KEY = 'ab'.repeat(32)
const REQUIRED = {
  SOTTO_DATA_DIR: 'data',
  SOTTO_NETWORK_ID: '0a'.repeat(16),
  SOTTO_DIRECTORY_KEYS: KEY,
}

function parse(environment: Readonly<Record<string, string | undefined>>) {
  const config = parseConfig({ ...REQUIRED, ...environment })
  if (!config.ok) throw new Error(config.error)
  return config.value
}

describe('parseConfig', () => {
  it('fills in the network’s own limits and loopback', () => {
    expect(parse({})).toMatchObject({
      dataDirectory: 'data',
      host: '127.0.0.1',
      rateLimitBurst: 600,
      rateLimitPerSecond: 300,
      rateLimitPerSecondNode: 600,
      databaseMaxBytes: 3_500_000_000,
      logLevel: 'info',
    })
    expect(parse({}).hostRelayAllow.size).toBe(0)
    expect(parse({})).not.toHaveProperty('nodeSeed')
  })

  it('reads keys and seeds from hex', () => {
    const config = parse({ SOTTO_NODE_SEED: 'CD'.repeat(32) })
    expect(config.nodeSeed).toEqual(new Uint8Array(32).fill(0xcd))
    expect(config.directoryKeys).toEqual([new Uint8Array(32).fill(0xab)])
    expect(config.networkId).toEqual(new Uint8Array(16).fill(0x0a))
  })

  it('reads the allow-list in small letters, without blanks', () => {
    const { hostRelayAllow } = parse({
      SOTTO_HOST_RELAY_ALLOW: ' Files.Example, 127.0.0.1:8080,, ',
    })
    expect([...hostRelayAllow]).toEqual(['files.example', '127.0.0.1:8080'])
  })

  it('takes an empty text for not set, as shells and compose files write it', () => {
    expect(parse({ SOTTO_LOG_LEVEL: '', SOTTO_NODE_SEED: '' })).toMatchObject({ logLevel: 'info' })
  })

  it.each(['SOTTO_DATA_DIR', 'SOTTO_NETWORK_ID', 'SOTTO_DIRECTORY_KEYS'])(
    'says that %s is missing, and what it is for',
    (variable) => {
      const config = parseConfig({ ...REQUIRED, [variable]: undefined })
      expect(config.ok).toBe(false)
      expect(!config.ok && config.error).toMatch(new RegExp(`^${variable} is not set\\. .`, 'u'))
    },
  )

  it.each([
    ['SOTTO_HOST', 'localhost'],
    ['SOTTO_HOST', '::1'],
    ['SOTTO_HTTPS_PORT', '65536'],
    ['SOTTO_WEB_PORT', '-1'],
    ['SOTTO_PEER_PORT', '1e3'],
    ['SOTTO_DIRECTORY_KEYS', 'ab'],
    ['SOTTO_DIRECTORY_KEYS', `${KEY},${KEY}`],
    ['SOTTO_DIRECTORY_KEYS', `${KEY},`],
    ['SOTTO_NETWORK_ID', 'ab'],
    ['SOTTO_PUBLIC_HOST', '0.0.0.0'],
    ['SOTTO_SEEDS', 'ftp://example.org'],
    ['SOTTO_NODE_SEED', 'zz'.repeat(32)],
    ['SOTTO_LOG_LEVEL', 'loud'],
    ['SOTTO_RATE_LIMIT_BURST', '0'],
    ['SOTTO_RATE_LIMIT_PER_SECOND', '1.5'],
    ['SOTTO_DATABASE_MAX_BYTES', 'much'],
  ])('refuses %s=%s with its name', (variable, text) => {
    const config = parseConfig({ ...REQUIRED, [variable]: text })
    expect(!config.ok && config.error).toContain(`${variable} is not valid`)
  })

  it('asks for the address of a node that listens on every address: others could not reach that one', () => {
    const everywhere = { ...REQUIRED, SOTTO_HOST: '0.0.0.0' }
    const config = parseConfig(everywhere)
    expect(!config.ok && config.error).toMatch(/^SOTTO_PUBLIC_HOST is not set, and SOTTO_HOST /u)
    expect(parseConfig({ ...everywhere, SOTTO_PUBLIC_HOST: '192.0.2.1' }).ok).toBe(true)
  })

  it('never repeats a value, which may be a secret', () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable)
    fc.assert(
      fc.property(fc.constantFrom(...variables), fc.uuid(), (variable, text) => {
        const config = parseConfig({ ...REQUIRED, [variable]: text })
        if (!config.ok) expect(config.error).not.toContain(text)
      }),
    )
  })

  it('describes each variable once, by a name of its own', () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable)
    expect(new Set(variables).size).toBe(variables.length)
    for (const { variable, description } of Object.values(SETTINGS)) {
      expect(variable).toMatch(/^SOTTO_[A-Z0-9_]+$/u)
      expect(description).toMatch(/\.$/u)
    }
  })

  it('has defaults that it accepts itself', () => {
    for (const { fallback, parse: parseText } of Object.values(SETTINGS)) {
      if (fallback !== undefined) expect(parseText(fallback)).toBeDefined()
    }
  })
})
