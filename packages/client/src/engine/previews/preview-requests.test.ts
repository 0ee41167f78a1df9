/** What a preview node may answer, and what a client makes of it (spec 17 §4.3). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import type { V4Reply } from '@sotto/protocol/onion'
import {
  decodePreviewRequest,
  type PreviewReply,
  type PreviewRequest,
  PREVIEW_REQUEST_BYTES,
} from '@sotto/protocol/preview'
import { arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { createPage, replyWith } from '../../../test/simulated-preview-node.ts'
import { ClientError } from '../../errors.ts'
import type { HostCall } from '../onion/host-caller.ts'
import { PreviewRequests } from './preview-requests.ts'

const NODE = {
  url: 'http://previews.example:8081',
  key: deriveSigningKeyPair(new Uint8Array(32)).publicKey,
}
const ADDRESS = 'https://news.example/a'
const PAGE: PreviewRequest = { kind: 'page', address: ADDRESS }

function answering(given: Result<V4Reply, ClientError>) {
  const calls: HostCall[] = []
  const requests = new PreviewRequests({
    call: (call) => {
      calls.push(call)
      return Promise.resolve(given)
    },
  })
  return { requests, calls }
}

async function ask(reply: PreviewReply | V4Reply, request = PAGE) {
  const given = 'outcome' in reply ? replyWith(reply) : reply
  return answering(ok(given)).requests.fetch(NODE, request)
}

describe('a request', () => {
  it('has the address, one length, and nothing of the account', async () => {
    const { requests, calls } = answering(ok(replyWith(createPage(ADDRESS, '<p>'))))
    unwrap(await requests.fetch(NODE, PAGE))
    const [call] = calls
    expect(call).toMatchObject({ host: { name: 'previews.example', port: 8081 } })
    expect(call?.request).toMatchObject({ method: 'POST', endpoint: '/preview', headers: {} })
    const body = call?.request.body ?? new Uint8Array()
    expect(body).toHaveLength(PREVIEW_REQUEST_BYTES)
    expect(decodePreviewRequest(body)).toEqual({ ok: true, value: PAGE })
  })

  it('is not sent for what is no address, or to a node that is nowhere', async () => {
    const { requests, calls } = answering(ok(replyWith({ outcome: 'busy' })))
    const request = { ...PAGE, address: 'news.example' }
    expect(codeOf(await requests.fetch(NODE, request))).toBe('preview_link_refused')
    const nowhere = { ...NODE, url: 'previews.example' }
    expect(codeOf(await requests.fetch(nowhere, PAGE))).toBe('preview_node_unknown')
    expect(calls).toEqual([])
  })
})

describe('a reply', () => {
  it('gives what was found', async () => {
    const found = unwrap(await ask(createPage(ADDRESS, '<title>A</title>')))
    expect(found).toMatchObject({ address: ADDRESS, content: encodeUtf8('<title>A</title>') })
  })

  it.each<[PreviewReply, string]>([
    [{ outcome: 'unreachable' }, 'preview_unreachable'],
    [{ outcome: 'timed_out' }, 'preview_unreachable'],
    [{ outcome: 'site_refused', status: 404 }, 'preview_none'],
    [{ outcome: 'other_type' }, 'preview_none'],
    [{ outcome: 'too_large' }, 'preview_none'],
    [{ outcome: 'busy' }, 'preview_node_busy'],
  ])('of %j is %s', async (reply, code) => {
    expect(codeOf(await ask(reply))).toBe(code)
  })

  it('is none that answers another question', async () => {
    const page = createPage(ADDRESS, '<p>')
    expect(codeOf(await ask(page, { ...PAGE, kind: 'picture' }))).toBe('preview_none')
    const picture: PreviewReply = {
      outcome: 'found',
      contentType: 'image/png',
      address: ADDRESS,
      content: Uint8Array.of(1),
    }
    expect(codeOf(await ask(picture))).toBe('preview_none')
    expect(unwrap(await ask(picture, { ...PAGE, kind: 'picture' }))).toEqual(picture)
  })

  it.each([
    [429, 'preview_node_busy'],
    [400, 'reply_malformed'],
    [404, 'reply_malformed'],
    [500, 'reply_malformed'],
  ])('with the status %i is %s', async (code, expected) => {
    expect(codeOf(await ask({ code, headers: {}, body: new Uint8Array() }))).toBe(expected)
  })

  it('that did not come is what the path says', async () => {
    const { requests } = answering(err(new ClientError('path_failed')))
    expect(codeOf(await requests.fetch(NODE, PAGE))).toBe('path_failed')
  })

  it('of any bytes is refused or read, and says nothing of them', async () => {
    const honest = replyWith(createPage(ADDRESS, '<title>A</title>')).body
    const bodies = fc.oneof(arbitraryBytes(60), arbitraryMutation(honest.subarray(0, 60)))
    await fc.assert(
      fc.asyncProperty(bodies, fc.boolean(), async (head, isFilled) => {
        const body = new Uint8Array(isFilled ? honest.length : head.length)
        body.set(head)
        const found = await ask({ code: 200, headers: {}, body })
        if (!found.ok) expect(found.error.message).not.toContain('news.example')
      }),
      { numRuns: 1000 },
    )
  })
})
