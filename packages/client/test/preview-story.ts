/**
 * Two people, a file server and preview nodes between them, and links that one sends to the other.
 *
 * @module
 */
import type { MessageName } from '../src/engine/index.ts'
import { SimulatedFileServer } from './simulated-file-server.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from './simulated-person.ts'
import { createPage, SimulatedPreviewNode } from './simulated-preview-node.ts'

export const LINK = 'https://News.example/story#part'
export const ADDRESS = 'https://news.example/story'
export const PICTURE = 'https://cdn.example/a.png'

export interface PreviewStoryOptions {
  readonly nodes?: number
  readonly fileServers?: number
}

export class PreviewStory {
  readonly network = new SimulatedNetwork()
  readonly nodes: readonly SimulatedPreviewNode[]
  readonly alice: SimulatedPerson
  readonly bob: SimulatedPerson

  constructor({ nodes = 1, fileServers = 1 }: PreviewStoryOptions = {}) {
    const { network } = this
    this.nodes = Array.from(
      { length: nodes },
      (_, index) => new SimulatedPreviewNode(network, `previews${index}`),
    )
    const servers = Array.from({ length: fileServers }, () => new SimulatedFileServer(network))
    const settings = { fileServers: servers, previewNodes: this.nodes }
    this.alice = createPerson(network, 'alice', settings)
    this.bob = createPerson(network, 'bob', settings)
    for (const node of this.nodes) node.pages.set(ADDRESS, createPage(ADDRESS, PAGE_HTML))
  }

  get node(): SimulatedPreviewNode {
    const [node] = this.nodes
    if (node === undefined) throw new Error('no preview node')
    return node
  }

  create(link = LINK) {
    return this.network.settle(this.alice.messenger.previews.create({ link }))
  }

  /** Alice sends it; gives the message on Bob's side. */
  async send(text: string, hasPreview = true): Promise<MessageName> {
    const to = this.bob.account.accountId
    const preview = hasPreview ? { preview: unwrap(await this.create()) } : {}
    const sending = this.alice.messenger.send({ to, text, ...preview })
    const { sentAtMs } = unwrap(await this.network.settle(sending))
    unwrap(await this.network.settle(this.bob.messenger.poll()))
    const author = this.alice.account.accountId
    return { conversation: author, author, sentAtMs }
  }
}

export const PAGE_HTML = `<title>A story</title><meta property="og:image" content="${PICTURE}">`
