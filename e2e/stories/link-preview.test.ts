/** Alice sends Bob a link, with a preview that a node fetched for her: the site never sees her, nor him (spec 17). */
import { gzipSync } from 'node:zlib'
import type { MessageName } from '@sotto/client/engine'
import { expect, it } from 'vitest'
import { Cast, must, seenByOther } from '../cluster/cast.ts'
import {
  type Answers,
  recordConnections,
  redirect,
  send,
  startStorySite,
  type StorySite,
} from '../cluster/story-site.ts'

const HTML = 'text/html; charset=utf-8'
const PAGE = '<title>Fish &amp; chips</title><meta property="og:image" content="/fish.gif">'
/** The smallest picture that shows anything, and what its author said of it. */
const SECRET = 'taken at 47.11, 8.15'
const GIF = Buffer.concat([
  Buffer.from('474946383961010001008000000000ffffffff', 'hex'),
  Buffer.from([0x21, 0xfe, SECRET.length]),
  Buffer.from(SECRET),
  Buffer.from('002c00000000010001000002024401003b', 'hex'),
])
const ANSWERS: Answers = { '/story': send(HTML, PAGE), '/fish.gif': send('image/gif', GIF) }

async function sendLink(cast: Cast, link: string): Promise<MessageName> {
  const alice = cast.of('alice')
  const preview = must(await alice.previews.create({ link }))
  const to = cast.id('bob')
  const { sentAtMs } = must(await alice.send({ to, text: `look: ${link}`, preview }))
  return { conversation: to, author: cast.id('alice'), sentAtMs }
}

async function create(site: StorySite, path: string): Promise<unknown> {
  await using cast = new Cast()
  const preview = await cast.of('alice').previews.create({ link: site.link(path) })
  return preview.ok ? preview.value : preview.error.code
}

it('arrives with title and picture, and nobody but a node asked the site', async () => {
  using connections = recordConnections()
  await using site = await startStorySite(ANSWERS)
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = await sendLink(cast, site.link('/story'))
  await cast.sync()
  const message = seenByOther(name)
  const bob = cast.of('bob')
  const { preview } = bob.conversations.find(message)?.details ?? {}
  expect(preview).toMatchObject({ url: site.link('/story'), title: 'Fish & chips' })
  must(await bob.files.fetch({ message, position: 'preview' }))
  const opened = must(await bob.files.open({ message, position: 'preview' }))
  const pieces: Uint8Array[] = []
  for await (const piece of opened.content) pieces.push(piece)
  const picture = Buffer.concat(pieces).toString('latin1')
  expect(picture.slice(0, 6)).toBe('GIF89a')
  expect(picture).not.toContain(SECRET)
  expect(site.visits.map(({ path }) => path)).toEqual(['/story', '/fish.gif'])
  for (const { headers, port } of site.visits) {
    expect(headers['user-agent']).toBe('SottoPreview/1')
    expect(headers).not.toHaveProperty('cookie')
    expect(headers).not.toHaveProperty('referer')
    expect(connections.localPorts).not.toContain(port)
  }
  expect(connections.remotePorts.size).toBeGreaterThan(0)
  expect(connections.remotePorts).not.toContain(site.port)
  cast.expectEqualDevices()
  // The record would have seen it.
  await fetch(`http://127.0.0.1:${site.port}/story`)
  expect(connections.remotePorts).toContain(site.port)
  expect(connections.localPorts).toContain(site.visits.at(-1)?.port)
})

it('is not made for a link that is sent without asking for one', async () => {
  await using site = await startStorySite(ANSWERS)
  await using cast = new Cast()
  await cast.befriend('alice', 'bob')
  const name = await cast.say('alice', 'bob', `look: ${site.link('/story')}`)
  await cast.sync()
  expect(cast.of('bob').conversations.find(seenByOther(name))?.details).toEqual({})
  expect(site.visits).toEqual([])
})

it('is never of a place inside the network of a node, however a site leads there', async () => {
  await using inside = await startStorySite(ANSWERS)
  const hosts = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '2130706433', '10.0.0.1']
  const paths = hosts.map((_, index) => `/${index}`)
  const answers: Record<string, Answers[string]> = {}
  for (const [index, host] of hosts.entries())
    answers[`/${index}`] = redirect(`http://${host}:${inside.port}/story`)
  await using site = await startStorySite(answers)
  for (const path of paths) expect(await create(site, path)).toBe('preview_unreachable')
  expect(site.visits.map(({ path }) => path)).toEqual(paths)
  expect(inside.visits).toEqual([])
})

it('has what was at the beginning of a page that does not end, or opens to very much', async () => {
  const rest = Buffer.alloc(1_000_000, ' ')
  await using site = await startStorySite({
    '/endless': (response) => {
      response.writeHead(200, { 'content-type': HTML }).write('<title>Endless</title>')
      const write = (): void => {
        while (!response.destroyed && response.write(rest));
      }
      response.on('drain', write)
      write()
    },
    '/bomb': send(HTML, gzipSync(`<title>Bomb</title>${' '.repeat(50_000_000)}`), {
      'content-encoding': 'gzip',
    }),
  })
  expect(await create(site, '/endless')).toMatchObject({ title: 'Endless' })
  expect(await create(site, '/bomb')).toMatchObject({ title: 'Bomb' })
})

it('has no picture that is too large, and is none of what is no page', async () => {
  await using site = await startStorySite({
    '/large': send(HTML, '<title>Large</title><meta property="og:image" content="/large.gif">'),
    '/large.gif': send('image/gif', Buffer.alloc(3_000_000)),
    '/film': send('video/mp4', 'a film'),
    '/gone': (response) => response.writeHead(410).end(),
  })
  expect(await create(site, '/large')).toEqual({ url: site.link('/large'), title: 'Large' })
  expect(await create(site, '/film')).toBe('preview_none')
  expect(await create(site, '/gone')).toBe('preview_none')
})
