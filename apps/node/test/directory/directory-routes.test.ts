/** The directory over HTTP (spec 07 §11), as clients and strangers see it. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { decodeVoteEquivocation, verifyVoteEquivocation } from '@sotto/protocol/authority'
import {
  decodeEpochDocument,
  decodeEquivocation,
  verifyEquivocation,
} from '@sotto/protocol/directory'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe as suite, expect, it } from 'vitest'
import type { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import { EvidenceBook } from '../../src/authority/evidence-book.ts'
import { EpochFiles } from '../../src/directory/epoch-files.ts'
import { ConnectionLimit } from '../../src/listener/connection-limit.ts'
import { serveRequest } from '../../src/listener/http-server.ts'
import { RateLimit } from '../../src/listener/rate-limit.ts'
import { createRoutes } from '../../src/listener/routes.ts'
import { systemClock } from '../../src/system-clock.ts'
import { createTwoVotes } from '../authority/two-votes.ts'
import { type RawReply, sendRaw } from '../network/raw-http.ts'
import { readPort } from '../network/read-port.ts'
import { createTestFolder, startTestNodes } from '../network/test-nodes.ts'
import {
  AUTHORITY_KEYS,
  createDocument,
  createKeeper,
  describe,
  encode,
  followDocument,
  identityOf,
  keyOf,
} from './directory-fixture.ts'

const FIRST = createDocument()
const NEXT = followDocument(FIRST)
const BODY_MAX_BYTES = 10 * 1024 * 1024
const BASE = '/directory/v1/'

interface Site extends AsyncDisposable {
  readonly keeper: DirectoryKeeper
  readonly files: EpochFiles
  readonly evidence: EvidenceBook
  /** What came to be admitted. */
  readonly announced: Uint8Array[]
  get(path: string): Promise<RawReply>
  post(path: string, body?: Uint8Array): Promise<RawReply>
}

/** A web listener on a keeper that the test fills. */
async function openSite(document?: typeof FIRST): Promise<Site> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await createTestFolder())
  const files = await EpochFiles.open(folder.path)
  const { keeper } = createKeeper(document)
  const evidence = await EvidenceBook.open(join(folder.path, 'evidence.bin'))
  const announced: Uint8Array[] = []
  const unused = (): Promise<never> => Promise.reject(new Error('not the directory'))
  const routes = createRoutes({
    rpc: { answer: unused, answerForward: unused },
    onion: { relay: unused },
    directory: () => keeper.current,
    legacyKey: identityOf(0).legacy.publicKey,
    directoryRoutes: {
      keeper,
      files,
      evidence,
      admit(descriptor) {
        announced.push(descriptor)
        return Buffer.from(descriptor).equals(describe(50))
      },
    },
  })
  const clock = systemClock
  const limit = { burst: 1000, perSecond: 1000, perSecondNode: 1000 }
  const parts = {
    routes,
    rateLimit: new RateLimit({ ...limit, isNode: () => false, clock }),
    connectionLimit: new ConnectionLimit({ perSource: 100, total: 100 }),
    clock,
    headers: {},
    isListening: () => true,
    onMistake: (error: unknown) => {
      throw error
    },
  }
  const server = createServer((request, response) => void serveRequest(request, response, parts))
  resources.defer(() => server.closeAllConnections())
  resources.defer(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = readPort(server)
  const owned = resources.move()
  return {
    keeper,
    files,
    evidence,
    announced,
    get: (path) => sendRaw({ port, path: `${BASE}${path}`, method: 'GET' }),
    post: (path, body = new Uint8Array()) => sendRaw({ port, path: `${BASE}${path}`, body }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const plain = ({ bytes }: RawReply): Uint8Array => new Uint8Array(bytes)

suite('GET epoch', () => {
  it('is the newest document, in bytes that prove themselves', async () => {
    await using site = await openSite(FIRST)
    const reply = await site.get('epoch')
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/octet-stream'])
    expect(plain(reply)).toEqual(encode(FIRST))
    site.keeper.accept(encode(NEXT))
    expect(plain(await site.get('epoch'))).toEqual(encode(NEXT))
    expect(plain(await site.get('epoch?x=1'))).toEqual(encode(NEXT))
  })

  it('is 503 before there is one, so that another node is asked', async () => {
    await using site = await openSite()
    expect((await site.get('epoch')).status).toBe(503)
  })
})

suite('GET epochs and epoch/N', () => {
  it('are the history that the node keeps', async () => {
    await using site = await openSite(FIRST)
    await site.files.write(9, Uint8Array.of(9))
    await site.files.write(10, encode(FIRST))
    const list = await site.get('epochs')
    expect([list.status, JSON.parse(list.text)]).toEqual([200, { epochs: [9, 10] }])
    expect(plain(await site.get('epoch/9'))).toEqual(Uint8Array.of(9))
    expect(plain(await site.get('epoch/10'))).toEqual(encode(FIRST))
  })

  it('have the newest, though it is not on the disk yet', async () => {
    await using site = await openSite(FIRST)
    site.keeper.accept(encode(NEXT))
    expect(plain(await site.get('epoch/11'))).toEqual(encode(NEXT))
  })

  it.each([
    'epoch/12',
    'epoch/',
    'epoch/x',
    'epoch/-1',
    'epoch/12345678901',
    'epoch/9.bin',
    'epoch/..%2f9',
  ])('%s is not there', async (path) => {
    await using site = await openSite(FIRST)
    await site.files.write(9, Uint8Array.of(9))
    expect((await site.get(path)).status).toBe(404)
  })
})

suite('GET descriptor/KEY', () => {
  it('is the newest that the node signed', async () => {
    await using site = await openSite(FIRST)
    expect((await site.get(`descriptor/${keyOf(1)}`)).status).toBe(404)
    const bytes = describe(1)
    site.keeper.describe(bytes)
    expect(plain(await site.get(`descriptor/${keyOf(1)}`))).toEqual(bytes)
  })

  it('is there of the node itself before it had anything to announce, until there is a newer one', async () => {
    await using site = await openSite(FIRST)
    site.keeper.keepOwn(describe(1))
    expect(plain(await site.get(`descriptor/${keyOf(1)}`))).toEqual(describe(1))
    expect((await site.get(`descriptor/${keyOf(2)}`)).status).toBe(404)
    const newer = describe(1, { contact: 'newer@example.org' })
    site.keeper.describe(newer)
    expect(plain(await site.get(`descriptor/${keyOf(1)}`))).toEqual(newer)
  })

  it.each([keyOf(99), keyOf(1).toUpperCase(), keyOf(1).slice(2), `${keyOf(1)}00`, ''])(
    'of %s is not there',
    async (key) => {
      await using site = await openSite(FIRST)
      site.keeper.describe(describe(1))
      expect((await site.get(`descriptor/${key}`)).status).toBe(404)
    },
  )
})

suite('GET evidence', () => {
  it('names the authorities that signed twice, and proves it', async () => {
    await using site = await openSite(FIRST)
    expect(JSON.parse((await site.get('evidence')).text)).toEqual({
      authorities: [],
      votes: [],
    })
    expect((await site.get('evidence/0')).status).toBe(404)
    const liar = AUTHORITY_KEYS.slice(0, 1)
    site.keeper.accept(encode(createDocument({ softwareMin: [1, 0, 0], signers: liar })))
    const authorities = liar.map(({ publicKey }) => encodeHex(publicKey))
    expect(JSON.parse((await site.get('evidence')).text)).toEqual({
      authorities,
      votes: [],
    })
    const proof = decodeEquivocation(plain(await site.get('evidence/0')))
    if (!proof.ok) throw proof.error
    expect(verifyEquivocation(proof.value).ok).toBe(true)
    for (const path of ['evidence/1', 'evidence/100', 'evidence/-1', 'evidence/x']) {
      expect((await site.get(path)).status).toBe(404)
    }
  })
})

suite('GET evidence/votes', () => {
  it('proves of each authority that voted twice that it did, to whoever knows its key', async () => {
    await using site = await openSite(FIRST)
    const [first, second] = AUTHORITY_KEYS
    if (first === undefined || second === undefined) throw new Error('no keys')
    await site.evidence.add(createTwoVotes(first, 11))
    await site.evidence.add(createTwoVotes(second, 12))
    expect(JSON.parse((await site.get('evidence')).text)).toEqual({
      authorities: [],
      votes: [
        { author: encodeHex(first.publicKey), epoch: 11 },
        { author: encodeHex(second.publicKey), epoch: 12 },
      ],
    })
    const proof = decodeVoteEquivocation(plain(await site.get('evidence/votes/1')))
    if (!proof.ok) throw proof.error
    expect(proof.value).toMatchObject({ author: second.publicKey, epoch: 12 })
    expect(verifyVoteEquivocation(proof.value).ok).toBe(true)
    for (const path of ['votes/2', 'votes/100', 'votes/-1', 'votes/x', 'votes/', 'votes']) {
      expect((await site.get(`evidence/${path}`)).status).toBe(404)
    }
  })
})

suite('POST announce', () => {
  it('takes what is news of a listed node, whoever brings it', async () => {
    await using site = await openSite(FIRST)
    const reply = await site.post('announce', describe(1, { host: '10.9.9.9' }))
    expect([reply.status, reply.text, site.announced]).toEqual([200, '', []])
    expect(site.keeper.current?.findByEd25519(keyOf(1))?.host).toBe('10.9.9.9')
  })

  it('is for the admission to decide of a stranger: 200 or 403', async () => {
    await using site = await openSite(FIRST)
    expect((await site.post('announce', describe(50))).status).toBe(200)
    const refused = await site.post('announce', describe(51))
    expect([refused.status, refused.text]).toEqual([403, 'not admitted'])
    expect(site.announced).toHaveLength(2)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['garbage', createSeededRandomness('garbage').bytes(500)],
    ['a forged descriptor', describe(1).fill(0, 200)],
    ['one of the future', describe(1, { issuedAt: 9_000_000_000_000 })],
    ['much', new Uint8Array(BODY_MAX_BYTES)],
  ])('of %s is 400, and nobody is asked to admit it', async (_name, body) => {
    await using site = await openSite(FIRST)
    expect((await site.post('announce', body)).status).toBe(400)
    expect(site.announced).toEqual([])
  })

  it('of too much is 413', async () => {
    await using site = await openSite(FIRST)
    expect((await site.post('announce', new Uint8Array(BODY_MAX_BYTES + 1))).status).toBe(413)
  })
})

suite('other paths', () => {
  it.each(['', 'announce', 'epoch/9/', 'Epoch', '../epoch'])(
    'GET %s is not there',
    async (path) => {
      await using site = await openSite(FIRST)
      expect((await site.get(path)).status).toBe(404)
    },
  )

  it.each(['', 'epoch', 'epochs', 'evidence', 'announce/'])(
    'POST %s is not there',
    async (path) => {
      await using site = await openSite(FIRST)
      expect((await site.post(path, describe(50))).status).toBe(404)
    },
  )
})

suite('a whole node', () => {
  it('serves its document on both listeners, and admits nobody unless it is an authority', async () => {
    await using nodes = await startTestNodes()
    const { https, web } = nodes.at(0).node.ports
    for (const { port, secure } of [
      { port: https, secure: true },
      { port: web, secure: false },
    ]) {
      const reply = await sendRaw({ port, secure, path: `${BASE}epoch`, method: 'GET' })
      const document = decodeEpochDocument(plain(reply))
      expect(document.ok && document.value.content.nodes.length).toBe(1)
      const refused = await sendRaw({ port, secure, path: `${BASE}announce`, body: describe(50) })
      expect(refused.status).toBe(403)
    }
  })
})
