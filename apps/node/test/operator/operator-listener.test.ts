/** Every limit of the operator API's listener, by breaking it (TM-N4). */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawRequest } from '../network/raw-http.ts'
import { type OperatedNode, startOperated, TOKEN } from './operator-fixture.ts'

let operated: OperatedNode

beforeAll(async () => {
  operated = await startOperated()
})
afterAll(() => operated[Symbol.asyncDispose]())

type Asked = Omit<RawRequest, 'port'>

/** Each test has an address of its own, so that no other one uses its rate up. */
function from(host: number, request: Asked): Asked {
  return { localAddress: `127.0.1.${host}`, ...request }
}

describe('the operator API', () => {
  it.each(['', 'Bearer', 'Bearer wrong', TOKEN, `Basic ${TOKEN}`, `Bearer ${TOKEN}x`])(
    'tells nothing to who sends %j instead of the token, whatever is asked for',
    async (authorization) => {
      const paths = ['/metrics', '/trpc/status', '/trpc/none', '/none']
      const replies = await Promise.all(
        paths.map((path) => operated.send(from(1, { path, headers: { authorization } }))),
      )
      for (const { status, text } of replies) expect([status, text]).toEqual([401, ''])
    },
  )

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '[::1', '@'])(
    'refuses the host name %j, which a page could make resolve to loopback',
    async (host) => {
      const reply = await operated.send(from(2, { path: '/metrics', headers: { host } }))
      expect([400, 403]).toContain(reply.status)
      expect(reply.text).toBe('')
    },
  )

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:22024', '[::1]:22024'])(
    'takes the host name %s, as at the end of a tunnel',
    async (host) => {
      const reply = await operated.send(from(3, { path: '/metrics', headers: { host } }))
      expect(reply.status).toBe(200)
    },
  )

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1' },
    { 'sec-fetch-site': 'cross-site' },
  ])('refuses what a page sends, even with the token: %j', async (headers) => {
    const reply = await operated.send(from(4, { path: '/trpc/status', headers }))
    expect([reply.status, reply.text]).toEqual([403, ''])
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', ''])(
    'takes no mutation of the type %j, which a form could send',
    async (type) => {
      const headers = { 'content-type': type }
      const request = { path: '/trpc/drain', method: 'POST', headers, body: '{}' }
      expect((await operated.send(from(5, request))).status).toBe(415)
      expect(await operated.ask('status')).toMatchObject({ drain: { isDraining: false } })
    },
  )

  it('takes no mutation by GET, and no query by POST', async () => {
    const headers = { 'content-type': 'application/json' }
    expect((await operated.send(from(6, { path: '/trpc/drain' }))).status).toBe(405)
    const query = { path: '/trpc/status', method: 'POST', headers, body: '{}' }
    expect((await operated.send(from(6, query))).status).toBe(405)
    expect(await operated.ask('status')).toMatchObject({ drain: { isDraining: false } })
  })

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD'])('answers no %s', async (method) => {
    expect((await operated.send(from(7, { path: '/trpc/status', method }))).status).toBe(405)
    expect((await operated.send(from(7, { path: '/metrics', method }))).status).toBe(405)
  })

  it('refuses a body of more than 64 KiB, announced or not', async () => {
    const body = 'x'.repeat(64 * 1024 + 1)
    const headers = { 'content-type': 'application/json' }
    const request = { path: '/trpc/drain', method: 'POST', body }
    expect((await operated.send(from(8, { ...request, headers }))).status).toBe(413)
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    expect((await operated.send(from(8, { ...request, headers: chunked }))).status).toBe(413)
    expect(await operated.ask('status')).toMatchObject({ drain: { isDraining: false } })
  })

  it('answers no batch', async () => {
    const reply = await operated.send(from(9, { path: '/trpc/status,health?batch=1' }))
    expect(reply.status).toBe(400)
  })

  it('knows no other path, and no other method', async () => {
    for (const path of ['/', '/trpc', '/metrics/', '/get_stats/v1', '/trpc/none']) {
      expect((await operated.send(from(10, { path }))).status).toBe(404)
    }
  })

  it('puts no place in the program and no text of an error into a refusal', async () => {
    const { text } = await operated.send(from(11, { path: '/trpc/none' }))
    expect(text).not.toMatch(/stack|\.ts|node_modules/u)
  })

  it('has a rate for each source, the token right or wrong', async () => {
    const guess = from(12, { path: '/metrics', headers: { authorization: 'Bearer guess' } })
    const replies = await Promise.all(
      Array.from({ length: 15 }, () => guess).map((each) => operated.send(each)),
    )
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 15 }, () => 401))
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(Array.from({ length: 15 }, () => guess).map((each) => operated.send(each)))
    }
    const late = await operated.send(from(12, { path: '/metrics' }))
    expect([late.status, late.text]).toEqual([429, ''])
  })

  it('tells caches to keep nothing', async () => {
    const reply = await operated.send(from(13, { path: '/trpc/status' }))
    expect(reply.headers['cache-control']).toBe('no-store')
  })
})
