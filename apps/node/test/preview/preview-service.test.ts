/** What a preview node takes from sites that mean harm, and what it shows them (spec 17 §5). */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { systemRandomness } from '@sotto/crypto/randomness'
import { PREVIEW_CONTENT_BYTES_MAX, type PreviewKind } from '@sotto/protocol/preview'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import type { ResolveHost } from '../../src/onion/host-policy.ts'
import { FetchBudget } from '../../src/preview/fetch-budget.ts'
import { createSiteFinder } from '../../src/preview/find-site.ts'
import { PreviewService } from '../../src/preview/preview-service.ts'
import { PreviewTally } from '../../src/preview/preview-tally.ts'
import { createHttpsCredentials } from '../../src/tls/self-signed-certificate.ts'
import { readPort } from '../network/read-port.ts'
import { type Answers, redirect, send, sendForever, type Site, startSite } from './site-fixture.ts'

const HTML = 'text/html; charset=utf-8'
const PAGE = '<title>A story</title>'
const LARGE = Buffer.alloc(3_000_000, 'x')
const BOMB_BYTES = 64 * 1024 * 1024

interface Options {
  readonly certificateAuthority?: string
  readonly atOnceMax?: number
  readonly resolve?: ResolveHost
}

const LOOPBACK = [{ address: '127.0.0.1', family: 4 }]

function createService({
  certificateAuthority,
  atOnceMax = 16,
  resolve = async () => LOOPBACK,
}: Options = {}) {
  const clock = createFakeClock(1_000_000)
  const tally = new PreviewTally()
  const service = new PreviewService({
    findSite: createSiteFinder({
      namedHosts: new Map([
        ['site.example', '127.0.0.1'],
        ['localhost', '127.0.0.1'],
      ]),
      resolve,
    }),
    budget: new FetchBudget({ atOnceMax, perMinuteMax: 1000, clock }),
    tally,
    clock,
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  })
  return { clock, service, tally }
}

function nameSite({ port }: Site, path: string): string {
  return `http://site.example:${port}${path}`
}

interface Question {
  readonly kind?: PreviewKind
  readonly path?: string
}

async function fetch(answers: Answers, { kind = 'page', path = '/' }: Question = {}) {
  await using site = await startSite(answers)
  const { service } = createService()
  const reply = await service.fetch({ kind, address: nameSite(site, path) })
  return { reply, visits: site.visits, port: site.port }
}

function textOf({ reply }: Awaited<ReturnType<typeof fetch>>): string | undefined {
  return reply.outcome === 'found' ? Buffer.from(reply.content).toString() : undefined
}

describe('a page', () => {
  it('comes with its address, and the site sees nothing but what all nodes send', async () => {
    const { reply, visits, port } = await fetch({ '/a?b=c': send(HTML, PAGE) }, { path: '/a?b=c' })
    expect(reply).toEqual({
      outcome: 'found',
      contentType: 'text/html',
      address: `http://site.example:${port}/a?b=c`,
      content: Uint8Array.from(Buffer.from(PAGE)),
    })
    expect(visits).toEqual([
      {
        path: '/a?b=c',
        headers: {
          host: `site.example:${port}`,
          'user-agent': 'SottoPreview/1',
          accept: 'text/html, application/xhtml+xml',
          'accept-encoding': 'gzip, br',
          'accept-language': 'en',
          connection: 'close',
        },
      },
    ])
  })

  it.each([
    ['gzip', gzipSync(PAGE)],
    ['GZIP', gzipSync(PAGE)],
    ['br', brotliCompressSync(PAGE)],
    ['identity', Buffer.from(PAGE)],
  ])('opens with the encoding %s', async (encoding, body) => {
    const found = await fetch({ '/': send(HTML, body, { 'content-encoding': encoding }) })
    expect(textOf(found)).toBe(PAGE)
  })

  it('is cut where it is long enough, though it never ends', async () => {
    const { reply } = await fetch({ '/': sendForever(HTML, LARGE) })
    if (reply.outcome !== 'found') throw new Error(reply.outcome)
    expect(reply.content).toHaveLength(PREVIEW_CONTENT_BYTES_MAX.page)
  })

  it('is cut where it is long enough, though a few bytes stand for very many', async () => {
    for (const compress of [gzipSync, brotliCompressSync]) {
      const bomb = compress(Buffer.alloc(BOMB_BYTES))
      const encoding = compress === gzipSync ? 'gzip' : 'br'
      const before = process.memoryUsage().rss
      const { reply } = await fetch({ '/': send(HTML, bomb, { 'content-encoding': encoding }) })
      if (reply.outcome !== 'found') throw new Error(reply.outcome)
      expect(reply.content).toHaveLength(PREVIEW_CONTENT_BYTES_MAX.page)
      expect(process.memoryUsage().rss - before).toBeLessThan(BOMB_BYTES / 2)
    }
  })

  it('that is compressed without end, and opens to nothing, ends all the same', async () => {
    // A member of gzip that is empty, again and again.
    const nothing = Buffer.concat(Array.from({ length: 5000 }, () => gzipSync('')))
    const found = await fetch({ '/': sendForever(HTML, nothing, { 'content-encoding': 'gzip' }) })
    expect(textOf(found)).toBe('')
  })

  it.each(['deflate', 'zstd', 'gzip, gzip', 'nonsense'])(
    'with the encoding %s, which was not asked for, is none',
    async (encoding) => {
      const { reply } = await fetch({ '/': send(HTML, PAGE, { 'content-encoding': encoding }) })
      expect(reply).toEqual({ outcome: 'too_large' })
    },
  )

  it('that says it is compressed and is not is none', async () => {
    const { reply } = await fetch({ '/': send(HTML, PAGE, { 'content-encoding': 'gzip' }) })
    expect(reply).toEqual({ outcome: 'too_large' })
  })

  it.each(['application/json', 'text/plain', 'image/png', 'text/html5', 'video/mp4', ''])(
    'is not what has the type %j',
    async (type) => {
      const { reply } = await fetch({ '/': send(type, PAGE) })
      expect(reply).toEqual({ outcome: 'other_type' })
    },
  )

  it.each([204, 206, 304, 401, 404, 500, 503])('is not what has the status %i', async (status) => {
    const { reply } = await fetch({ '/': (response) => response.writeHead(status).end() })
    expect(reply).toEqual({ outcome: 'site_refused', status })
  })
})

describe('a picture', () => {
  it('comes whole', async () => {
    const bytes = systemRandomness.bytes(100_000)
    const { reply } = await fetch({ '/': send('image/png', bytes) }, { kind: 'picture' })
    if (reply.outcome !== 'found') throw new Error(reply.outcome)
    expect(Buffer.compare(reply.content, bytes)).toBe(0)
  })

  it.each<[string, Answers[string]]>([
    ['says how large it is', send('image/jpeg', LARGE)],
    ['does not say it', sendForever('image/jpeg', LARGE)],
    ['is compressed', send('image/jpeg', gzipSync(LARGE), { 'content-encoding': 'gzip' })],
  ])('that is too large and %s does not come', async (_, answer) => {
    expect((await fetch({ '/': answer }, { kind: 'picture' })).reply).toEqual({
      outcome: 'too_large',
    })
  })

  it.each(['text/html', 'image/svg+xml', 'image/avif', 'image/x-icon'])(
    'is not what has the type %s',
    async (type) => {
      const { reply } = await fetch({ '/': send(type, PAGE) }, { kind: 'picture' })
      expect(reply).toEqual({ outcome: 'other_type' })
    },
  )
})

describe('redirections', () => {
  it('are followed, and the address is the last one', async () => {
    const answers = { '/': redirect('/a'), '/a': redirect('b', 308), '/b': send(HTML, PAGE) }
    const { reply, port } = await fetch(answers)
    expect(reply).toMatchObject({ outcome: 'found', address: `http://site.example:${port}/b` })
  })

  it('are followed four times and no more, also in a circle', async () => {
    const { reply, visits } = await fetch({ '/': redirect('/') })
    expect(reply).toEqual({ outcome: 'unreachable' })
    expect(visits).toHaveLength(5)
  })

  it.each(['127.0.0.1', 'inside.example', '[::1]', '10.0.0.1'])(
    'to %s never make a connection, though the first address was allowed',
    async (host) => {
      await using inside = await startSite({ '/': send(HTML, 'secret') })
      for (const scheme of ['http', 'https']) {
        const location = `${scheme}://${host}:${inside.port}/`
        const { reply } = await fetch({ '/': redirect(location) })
        expect(reply).toEqual({ outcome: 'unreachable' })
      }
      expect(inside.visits).toEqual([])
    },
  )

  it('without a place to go are statuses', async () => {
    const { reply } = await fetch({ '/': (response) => response.writeHead(302).end() })
    expect(reply).toEqual({ outcome: 'site_refused', status: 302 })
  })
})

describe('time', () => {
  it.each<[string, Answers[string]]>([
    ['answers nothing', () => undefined],
    [
      'stops in the middle',
      (response) => response.writeHead(200, { 'content-type': HTML }).write('<'),
    ],
  ])('ends a fetch from a site that %s, and its connection', async (_, answer) => {
    await using site = await startSite({ '/': answer })
    const { clock, service } = createService()
    const fetching = service.fetch({ kind: 'page', address: nameSite(site, '/') })
    while (site.visits.length === 0) await new Promise(setImmediate)
    await clock.advance(15_000)
    expect(await fetching).toEqual({ outcome: 'timed_out' })
    while ((await site.countOpen()) > 0) await new Promise(setImmediate)
  })
})

describe('certificates', () => {
  const credentials = createHttpsCredentials(systemRandomness)

  it('are verified: what nobody vouches for looks like what cannot be reached', async () => {
    await using site = await startSite({ '/': send(HTML, PAGE) }, credentials)
    const address = `https://localhost:${site.port}/`
    const trusting = createService({ certificateAuthority: credentials.cert }).service
    expect(await trusting.fetch({ kind: 'page', address })).toMatchObject({ outcome: 'found' })
    expect(await createService().service.fetch({ kind: 'page', address })).toEqual({
      outcome: 'unreachable',
    })
    const other = `https://site.example:${site.port}/`
    expect(await trusting.fetch({ kind: 'page', address: other })).toEqual({
      outcome: 'unreachable',
    })
    expect(site.visits).toHaveLength(1)
  })
})

describe('what cannot be reached and what may not be', () => {
  it('look alike', async () => {
    const { port } = await fetch({})
    const { service } = createService()
    for (const address of [
      `http://site.example:${port}/`,
      `http://127.0.0.1:${port}/`,
      'https://inside.example/',
      'ftp://site.example/',
    ])
      expect(await service.fetch({ kind: 'page', address })).toEqual({ outcome: 'unreachable' })
  })

  it('is also what talks another protocol', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.end('220 mail.example ready\r\n')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://site.example:${readPort(server)}/`
    expect(await createService().service.fetch({ kind: 'page', address })).toEqual({
      outcome: 'unreachable',
    })
    server.close()
  })
})

describe('too much at once', () => {
  it('is refused, counted, and over when one ends', async () => {
    await using site = await startSite({ '/slow': () => undefined, '/': send(HTML, PAGE) })
    const { clock, service, tally } = createService({ atOnceMax: 1 })
    const slow = service.fetch({ kind: 'page', address: nameSite(site, '/slow') })
    const address = nameSite(site, '/')
    expect(await service.fetch({ kind: 'page', address })).toEqual({ outcome: 'busy' })
    await clock.advance(15_000)
    expect(await slow).toEqual({ outcome: 'timed_out' })
    while ((await site.countOpen()) > 0) await new Promise(setImmediate)
    expect(await service.fetch({ kind: 'page', address })).toMatchObject({ outcome: 'found' })
    expect(Object.fromEntries(tally.list())).toEqual({ busy: 1, timed_out: 1, found: 1 })
  })

  it('is also a lookup of a name that goes on after its time', async () => {
    const lookup = Promise.withResolvers<typeof LOOPBACK>()
    const { clock, service } = createService({ atOnceMax: 1, resolve: () => lookup.promise })
    const asked = { kind: 'page', address: 'https://slow.example/' } as const
    const slow = service.fetch(asked)
    await clock.advance(15_000)
    expect(await slow).toEqual({ outcome: 'timed_out' })
    expect(await service.fetch(asked)).toEqual({ outcome: 'busy' })
    lookup.resolve(LOOPBACK)
    await new Promise(setImmediate)
    expect(await service.fetch(asked)).toEqual({ outcome: 'unreachable' })
  })
})
