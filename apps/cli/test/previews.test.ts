/** Previews with the commands themselves, over real nodes of which one fetches them, and a site on this machine. */
import { type DisposableTempDir, mkdtempDisposableSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/program.ts'

const NETWORK_MS = 60_000
const GIF = Buffer.from(
  '474946383961010001008000000000ffffffff2c00000000010001000002024401003b',
  'hex',
)
const PAGE = '<title>Fish &amp; chips\u202E</title><meta property="og:image" content="/fish.gif">'
const sentSchema = z.object({
  sentAt: z.int(),
  preview: z.object({ url: z.string(), title: z.string(), hasPicture: z.boolean() }).optional(),
})

let network: Network
let scratch: DisposableTempDir
let bob: string
let site: Server
let link: string
let visits = 0

async function run(...options: readonly string[]): Promise<string> {
  const lines: string[] = []
  await createProgram((line) => {
    lines.push(line)
  }).parseAsync(options, { from: 'user' })
  return lines.join('\n')
}

function at(...names: readonly string[]): string {
  return join(scratch.path, ...names)
}

function as(name: string, ...options: readonly string[]): Promise<string> {
  return run(...options, '--home', at(name), '--network', network.introspect)
}

async function createPerson(name: string): Promise<string> {
  const made = JSON.parse(await run('account', 'create', '--home', at(name), '--json')) as unknown
  return z.object({ accountId: z.string() }).parse(made).accountId
}

async function send(...options: readonly string[]): Promise<z.infer<typeof sentSchema>> {
  return sentSchema.parse(JSON.parse(await as('alice', 'send', '--json', '--to', bob, ...options)))
}

function startSite(): Server {
  const server = createServer(({ url }, response) => {
    visits += 1
    if (url === '/fish.gif') response.writeHead(200, { 'content-type': 'image/gif' }).end(GIF)
    else if (url === '/story') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    else response.writeHead(404).end()
  })
  return server.listen(0, '127.0.0.1')
}

beforeAll(async () => {
  scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-cli-previews-'))
  site = startSite()
  await once(site, 'listening')
  const address = site.address()
  link = `http://news.example:${typeof address === 'object' ? address?.port : ''}`
  const settings = { SOTTO_PREVIEW_HOSTS: 'news.example=127.0.0.1' }
  const roles = { files: 1, previews: 1 }
  network = await startNetwork({
    nodes: 8,
    seed: 'previews',
    driver: 'in-process',
    settings,
    ...roles,
  })
  await createPerson('alice')
  bob = await createPerson('bob')
}, NETWORK_MS)

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  site.closeAllConnections()
  site.close()
  scratch[Symbol.dispose]()
})

beforeEach(() => {
  visits = 0
})

describe('a link that is sent', { timeout: NETWORK_MS }, () => {
  it('has a preview when its sender asks, and its picture can be saved', async () => {
    const sent = await send('--preview', `look: ${link}/story.`)
    const shown = { url: `${link}/story`, title: 'Fish & chips' }
    expect(sent.preview).toEqual({ ...shown, hasPicture: true })
    const read = await as('bob', 'read', '--json')
    expect(JSON.parse(read)).toMatchObject([
      { preview: { ...shown, picture: { contentType: 'image/gif', width: 1, height: 1 } } },
    ])
    expect(read).not.toMatch(/"key"|#p=/)
    await as('bob', 'save', String(sent.sentAt), '--file', 'preview', '--out', at('fish.gif'))
    expect(readFileSync(at('fish.gif')).equals(GIF)).toBe(true)
    expect(await as('bob', 'read')).toContain(
      `[preview of ${link}/story: Fish & chips, with a picture]`,
    )
    expect(visits).toBe(2)
  })

  it('has none when nobody asks, and then the site is not asked either', async () => {
    expect((await send(`look: ${link}/story`)).preview).toBeUndefined()
    await as('bob', 'read')
    expect(visits).toBe(0)
  })

  it.each([
    ['has no link', 'no link', 'There is no link in the text'],
    ['leads nowhere', 'https://nowhere.invalid/', 'preview_unreachable'],
    ['leads inside', 'https://localhost.localdomain/', 'preview_unreachable'],
  ])('is not sent with a preview when the text %s', async (_, text, reason) => {
    await expect(as('alice', 'send', '--preview', '--to', bob, text)).rejects.toThrow(reason)
  })

  it('is not sent when the page is not there, and its sender is told', async () => {
    const before = await as('bob', 'read', '--json')
    const sending = as('alice', 'send', '--preview', '--to', bob, `${link}/gone`)
    await expect(sending).rejects.toThrow('preview_none')
    expect(await as('bob', 'read', '--json')).toBe(before)
  })
})
