/** Alice asks for a preview of a link, and Bob sees it; nobody else learns that she did (spec 17). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { PreviewReply } from '@sotto/protocol/preview'
import { describe, expect, it } from 'vitest'
import { ADDRESS, LINK, PAGE_HTML, PICTURE, PreviewStory } from '../../../test/preview-story.ts'
import { SECRET, writePng } from '../../../test/sample-picture.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { createPage, replyWith } from '../../../test/simulated-preview-node.ts'

const TEXT = `look: ${LINK}`

function createPicture(content: Uint8Array = writePng(3, 2)): PreviewReply {
  return { outcome: 'found', contentType: 'image/png', address: PICTURE, content }
}

function createStory(options = {}): PreviewStory {
  const story = new PreviewStory(options)
  for (const node of story.nodes) node.pages.set(PICTURE, createPicture())
  return story
}

async function readPicture(story: PreviewStory, text = TEXT): Promise<string> {
  const message = await story.send(text)
  const { files } = story.bob.messenger
  const which = { message, position: 'preview' } as const
  unwrap(await story.network.settle(files.fetch(which)))
  const opened = unwrap(await files.open(which))
  const pieces: Uint8Array[] = []
  for await (const piece of opened.content) pieces.push(piece)
  return Buffer.concat(pieces).toString('latin1')
}

describe('a preview', () => {
  it('arrives with title and picture, and the picture without what it told', async () => {
    const story = createStory()
    const message = await story.send(TEXT)
    const { preview } = story.bob.history.messages.find(message)?.details ?? {}
    expect(preview).toMatchObject({ url: LINK, title: 'A story' })
    expect(preview?.image).toMatchObject({ contentType: 'image/png', width: 3, height: 2 })
    const picture = await readPicture(createStory())
    expect(picture).toContain('PNG')
    expect(picture).not.toContain(SECRET)
  })

  it('looks the same on the device that sent it, which can show the picture too', async () => {
    const story = createStory()
    const message = await story.send(TEXT)
    const name = { ...message, conversation: story.bob.account.accountId }
    const own = story.alice.history.messages.find(name)?.details.preview
    expect(own).toEqual(story.bob.history.messages.find(message)?.details.preview)
    unwrap(await story.alice.messenger.files.open({ message: name, position: 'preview' }))
  })

  it('is asked of a node without the part of the link that stays with the reader', async () => {
    const story = createStory()
    unwrap(await story.create())
    expect(story.node.requests).toEqual([
      { kind: 'page', address: ADDRESS },
      { kind: 'picture', address: PICTURE },
    ])
    expect(new Set(story.node.frameBytes).size).toBe(1)
  })

  it('makes the receiver ask nobody for it', async () => {
    const story = createStory()
    await story.send(TEXT)
    const asked = story.node.requests.length
    unwrap(await story.network.settle(story.bob.messenger.poll()))
    expect(story.node.requests).toHaveLength(asked)
  })

  it('is not shown where the text has another link', async () => {
    const story = createStory()
    const message = await story.send('look: https://other.example/')
    expect(story.bob.history.messages.find(message)?.details).toEqual({})
  })
})

describe('without being asked for a preview', () => {
  it('nobody asks for one, whatever is written and received', async () => {
    const story = createStory()
    const message = await story.send(TEXT, false)
    expect(story.node.frameBytes).toEqual([])
    expect(story.bob.history.messages.find(message)?.details).toEqual({})
  })
})

describe('a picture that cannot be had', () => {
  it.each<[string, PreviewReply | undefined]>([
    ['is not there', undefined],
    ['is too large', { outcome: 'too_large' }],
    ['is damaged', createPicture(writePng(3, 2).subarray(0, 40))],
    ['has too many pixels', createPicture(writePng(30_000, 30_000))],
    ['is something else', createPicture(encodeUtf8('<script>'))],
  ])('because it %s is left out', async (_, picture) => {
    const story = new PreviewStory()
    if (picture !== undefined) story.node.pages.set(PICTURE, picture)
    expect(unwrap(await story.create())).toEqual({ url: LINK, title: 'A story' })
  })

  it('because there is no place for it is not even asked for', async () => {
    const story = createStory({ fileServers: 0 })
    expect(unwrap(await story.create())).toEqual({ url: LINK, title: 'A story' })
    expect(story.node.requests).toHaveLength(1)
  })

  it('because it lies inside a network is not asked for', async () => {
    const story = createStory()
    const html = PAGE_HTML.replace(PICTURE, 'http://127.0.0.1/a.png')
    story.node.pages.set(ADDRESS, createPage(ADDRESS, html))
    expect(unwrap(await story.create())).toEqual({ url: LINK, title: 'A story' })
    expect(story.node.requests).toHaveLength(1)
  })
})

describe('there is no preview', () => {
  it.each<[string, PreviewReply]>([
    ['preview_unreachable', { outcome: 'unreachable' }],
    ['preview_none', { outcome: 'site_refused', status: 403 }],
    ['preview_none', createPage(ADDRESS, '<p>no title</p>')],
    ['preview_none', { ...createPicture(), address: ADDRESS } as PreviewReply],
    ['preview_node_busy', { outcome: 'busy' }],
  ])('but %s for what a node answers: %j', async (code, page) => {
    const story = createStory()
    story.node.pages.set(ADDRESS, page)
    expect(codeOf(await story.create())).toBe(code)
  })

  it.each([
    'https://localhost/',
    'https://10.0.0.1/',
    'https://bank.example@evil.example/',
    'ftp://news.example/',
    'HTTPS://news.example/',
    'news.example',
    '',
  ])('of %j, and nobody is asked', async (link) => {
    const story = createStory()
    expect(codeOf(await story.create(link))).toBe('preview_link_refused')
    expect(story.node.frameBytes).toEqual([])
  })

  it('where the network names no node', async () => {
    const story = createStory({ nodes: 0 })
    expect(codeOf(await story.create())).toBe('preview_node_unknown')
  })

  it('when a node answers with nonsense, with too much, or for another page', async () => {
    const story = createStory()
    story.node.answer = () => ({ code: 200, headers: {}, body: encodeUtf8('nonsense') })
    expect(codeOf(await story.create())).toBe('reply_malformed')
    story.node.answer = () => ({ code: 200, headers: {}, body: new Uint8Array(4_000_000) })
    expect(codeOf(await story.create())).toBe('reply_malformed')
    const elsewhere = 'https://elsewhere.example/'
    story.node.answer = () => replyWith(createPage(elsewhere, '<title>A</title>'))
    expect(unwrap(await story.create())).toEqual({ url: LINK, title: 'A' })
  })

  it('when the person wants to stop, before or meanwhile', async () => {
    const story = createStory()
    const { previews } = story.alice.messenger
    const stopped = previews.create({ link: LINK, signal: AbortSignal.abort() })
    expect(codeOf(await story.network.settle(stopped))).toBe('cancelled')
    const abort = new AbortController()
    story.node.answer = (_, honest) => {
      // While the picture is under way.
      if (story.node.requests.length === 1) abort.abort()
      return honest()
    }
    const stopping = previews.create({ link: LINK, signal: abort.signal })
    expect(codeOf(await story.network.settle(stopping))).toBe('cancelled')
  })

  it('of a messenger that was closed', async () => {
    const story = createStory()
    await story.alice.messenger.close()
    expect(codeOf(await story.alice.messenger.previews.create({ link: LINK }))).toBe('closed')
  })
})

describe('several nodes', () => {
  it('share the links, each of which one alone sees with its picture', async () => {
    const story = createStory({ nodes: 3 })
    for (let turn = 0; turn < 24; turn++) {
      const before = story.nodes.map(({ requests }) => requests.length)
      unwrap(await story.create())
      const more = story.nodes.map(({ requests }, index) => requests.length - (before[index] ?? 0))
      expect(more.toSorted((a, b) => a - b)).toEqual([0, 0, 2])
    }
    expect(story.nodes.every(({ requests }) => requests.length > 0)).toBe(true)
  })
})
