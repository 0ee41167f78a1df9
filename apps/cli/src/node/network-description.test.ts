/** What describes a network, from files, URLs and bytes of strangers. */
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNetworkDescription, readNetworkDescription } from './network-description.ts'

const DESCRIPTION = {
  network: '0a'.repeat(16),
  authorities: ['ab'.repeat(32), 'cd'.repeat(32)],
  seeds: ['https://seed.example.org', 'http://192.0.2.1:22022'],
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

async function serve(body: string) {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

describe('parseNetworkDescription', () => {
  it('reads a description as it is published, and leaves out what it does not know', () => {
    expect(parseNetworkDescription(encode({ ...DESCRIPTION, motto: 'quiet' }))).toEqual(DESCRIPTION)
    expect(parseNetworkDescription(encode({ ...DESCRIPTION, threshold: 2 }))).toMatchObject({
      threshold: 2,
    })
  })

  it('finds it in what a local network says of itself', () => {
    const introspection = { introspect: 'http://127.0.0.1:1', joining: DESCRIPTION }
    expect(parseNetworkDescription(encode(introspection))).toEqual(DESCRIPTION)
  })

  it.each([
    ['no network', { ...DESCRIPTION, network: undefined }],
    ['an id that is cut off', { ...DESCRIPTION, network: '0a' }],
    ['no authority', { ...DESCRIPTION, authorities: [] }],
    [
      'a key with another setting behind it',
      { ...DESCRIPTION, authorities: [`${'ab'.repeat(32)}\nSOTTO_ADMISSION=open`] },
    ],
    ['a seed of another protocol', { ...DESCRIPTION, seeds: ['file:///etc/passwd'] }],
    [
      'a seed that is longer than any',
      { ...DESCRIPTION, seeds: [`http://${'a'.repeat(300)}.example`] },
    ],
    ['no seed', { ...DESCRIPTION, seeds: [] }],
    ['half a threshold', { ...DESCRIPTION, threshold: 1.5 }],
    ['a list', [DESCRIPTION]],
    ['nothing', null],
  ])('refuses %s', (_name, value) => {
    expect(parseNetworkDescription(encode(value))).toBeUndefined()
  })

  it('refuses what is no JSON, no text, or larger than any description', () => {
    expect(parseNetworkDescription(new TextEncoder().encode('{'))).toBeUndefined()
    expect(parseNetworkDescription(Uint8Array.of(0xff))).toBeUndefined()
    const large = encode({ ...DESCRIPTION, motto: ' '.repeat(1_048_576) })
    expect(parseNetworkDescription(large)).toBeUndefined()
  })
})

describe('readNetworkDescription', () => {
  it('reads a file', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'sotto-network-'))
    const path = join(folder.path, 'network.json')
    await writeFile(path, JSON.stringify(DESCRIPTION))
    expect(await readNetworkDescription(path)).toEqual(DESCRIPTION)
  })

  it('reads a URL', async () => {
    await using site = await serve(JSON.stringify(DESCRIPTION))
    expect(await readNetworkDescription(site.url)).toEqual(DESCRIPTION)
  })

  it('refuses an answer that is too long to be one', async () => {
    await using site = await serve(`${JSON.stringify(DESCRIPTION)}${' '.repeat(2_000_000)}`)
    await expect(readNetworkDescription(site.url)).rejects.toMatchObject({
      code: 'network_unclear',
    })
  })

  it.each(['/nowhere/network.json', 'http://127.0.0.1:1', import.meta.filename])(
    'says that %s does not help',
    async (place) => {
      await expect(readNetworkDescription(place)).rejects.toMatchObject({ code: 'network_unclear' })
    },
  )
})
