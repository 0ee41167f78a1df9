/** A client of another make asks a file server for everything that it offers, over a path and in plain HTTP. */
import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { meetFileServer } from '../cluster/foreign-files.ts'
import {
  type FileWay,
  type ForeignFileServer,
  parseFileUrl,
} from '../foreign/foreign-file-server.ts'
import { bootstrap } from '../foreign/foreign-rpc.ts'

const WAYS: readonly FileWay[] = ['onion', 'plain']
/** The largest file of the new form. */
const SEALED_BYTES_MAX = 10_223_616
const NUMBER = /^(0|[1-9]\d{0,15})$/
const HASH = /^[\w-]{44}$/

async function meet(way: FileWay): Promise<ForeignFileServer> {
  const { nodes } = await bootstrap(inject('seedUrl'))
  return meetFileServer(nodes, way)
}

describe.each(WAYS)('a file server that is asked over %s', (way) => {
  it('gives an id of the form that clients know who ask so, and the bytes for it', async () => {
    const server = await meet(way)
    const file = randomBytes(5000)
    const address = await server.upload(file)
    const { id } = parseFileUrl(address)
    expect(id).toMatch(way === 'plain' ? NUMBER : HASH)
    if (way === 'plain') expect(Number(id)).toBeLessThan(2 ** 53)
    expect(await server.download(address)).toEqual(file)
    // Whichever way it came, it can be had on the other.
    const other = await meet(way === 'plain' ? 'onion' : 'plain')
    expect(await other.download(address)).toEqual(file)
  })

  it('says how long it keeps a file, in seconds with fractions', async () => {
    const server = await meet(way)
    const { status, body } = await server.tryUpload(randomBytes(100), 60)
    expect(status).toBe(200)
    expect(body.toString()).toMatch(/^\{"id":"[\w-]+","uploaded":[\d.]+,"expires":[\d.]+\}$/)
    const file = randomBytes(300)
    const { size, uploaded, expires } = await server.describe(await server.upload(file))
    expect(size).toBe(300)
    expect(expires - uploaded).toBeCloseTo(1_814_400, 0)
  })

  it('takes the largest file that clients seal, and nothing larger', async () => {
    const server = await meet(way)
    const largest = randomBytes(SEALED_BYTES_MAX)
    const address = await server.upload(largest)
    expect((await server.download(address)).equals(largest)).toBe(true)
    const refused = await server.tryUpload(Buffer.concat([largest, Buffer.alloc(1)]))
    expect(refused.status).toBe(413)
    expect(refused.body.toString()).toBe('{"status_code":413}')
  })

  it('speaks the JSON of the first clients', async () => {
    const server = await meet(way)
    const file = randomBytes(500)
    const body = Buffer.from(JSON.stringify({ file: file.toString('base64') }))
    const sent = await server.ask({ method: 'POST', endpoint: '/files', body })
    const [, id = ''] = /^\{"status_code":200,"result":(\d+)\}$/.exec(sent.body.toString()) ?? []
    expect(Number(id)).toBeLessThan(2 ** 53)
    const got = await server.ask({ method: 'GET', endpoint: `/files/${id}` })
    const result = file.toString('base64')
    expect(JSON.parse(got.body.toString())).toEqual({ status_code: 200, result })
  })

  it.each([
    ['no bytes', { method: 'POST', endpoint: '/file', body: new Uint8Array() }, 400],
    ['an unknown number', { method: 'GET', endpoint: '/file/1' }, 404],
    ['an unknown hash', { method: 'GET', endpoint: `/file/${'A'.repeat(44)}` }, 404],
    ['no id', { method: 'GET', endpoint: '/file/..%2f' }, 404],
    ['a number above 2^53', { method: 'GET', endpoint: '/file/9007199254740993' }, 404],
  ] as const)('refuses %s as clients expect it', async (_, request, status) => {
    const reply = await (await meet(way)).ask(request)
    expect(reply.status).toBe(status)
    expect(reply.body.toString()).toBe(`{"status_code":${status}}`)
  })
})

it('keeps a file longer for who knows its hash', async () => {
  const server = await meet('onion')
  const file = randomBytes(200)
  const sent = await server.tryUpload(file, 60)
  expect(sent.status).toBe(200)
  const address = await server.upload(file, { isStream: true })
  const { uploaded, expires } = await server.extend(address, 100_000)
  expect(expires - uploaded).toBeGreaterThan(1_000)
})
