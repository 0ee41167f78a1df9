/** What an operator sees of the role `files`: how full it is and what it refused, and nobody's file (TM-P2). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { sendRaw } from '../network/raw-http.ts'
import { type OperatedNode, startOperated } from './operator-fixture.ts'

const SETTINGS = {
  SOTTO_FILES_PORT: '0',
  SOTTO_FILES_MAX_BYTES: '1000',
  SOTTO_FILES_QUOTA_BYTES: '2500',
}
const SOURCE = '127.0.9.99'

async function upload(operated: OperatedNode, body: Uint8Array | string) {
  const port = operated.node.node.filesPort ?? 0
  return sendRaw({ port, path: '/file', body, localAddress: SOURCE })
}

async function download(operated: OperatedNode, id: string) {
  const port = operated.node.node.filesPort ?? 0
  return sendRaw({ port, path: `/file/${id}`, method: 'GET', localAddress: SOURCE })
}

async function readMetrics(operated: OperatedNode): Promise<readonly string[]> {
  const { text } = await operated.send({ path: '/metrics' })
  return text.split('\n').filter((line) => line.startsWith('node_files'))
}

function readId(text: string): string {
  const { id } = JSON.parse(text) as { readonly id: string }
  return id
}

describe('the role files, to its operator', () => {
  it('says how much it keeps and of how much, and counts what was asked', async () => {
    await using operated = await startOperated({ settings: SETTINGS })
    const id = readId((await upload(operated, 'x'.repeat(900))).text)
    await upload(operated, 'x'.repeat(900))
    await download(operated, id)
    await download(operated, '7')
    await upload(operated, 'x'.repeat(1001))
    await upload(operated, '')
    expect(await operated.ask('status')).toMatchObject({
      roles: ['storage', 'files'],
      troubles: [],
      files: {
        files: 2,
        usedBytes: 900,
        quotaBytes: 2500,
        largestBytes: 1000,
        requests: { upload: 2, download: 1, info: 0, extend: 0 },
        refusals: { malformed: 1, unknown: 1, too_large: 1, rate: 0, busy: 0, full: 0, failed: 0 },
      },
    })
    const metrics = await readMetrics(operated)
    for (const line of [
      'node_files 2',
      'node_files_used_bytes 900',
      'node_files_quota_bytes 2500',
      'node_files_requests_total{kind="upload"} 2',
      'node_files_refusals_total{reason="too_large"} 1',
    ])
      expect(metrics).toContain(line)
    expect(metrics.some((line) => /^node_files_disk_free_bytes \d+$/u.test(line))).toBe(true)
  })

  it('warns before the largest file has no room, and counts what had none', async () => {
    await using operated = await startOperated({ settings: SETTINGS })
    await upload(operated, 'a'.repeat(900))
    expect(await operated.ask('status')).toMatchObject({ troubles: [] })
    await upload(operated, 'b'.repeat(900))
    expect(await operated.ask('status')).toMatchObject({
      troubles: [{ code: 'files_full', needsOperator: true }],
    })
    expect((await upload(operated, 'c'.repeat(900))).status).toBe(507)
    expect(await readMetrics(operated)).toContain('node_files_refusals_total{reason="full"} 1')
  })

  it('counts what the rate limit refused', async () => {
    const limits = { SOTTO_RATE_LIMIT_BURST: '3', SOTTO_RATE_LIMIT_PER_SECOND: '1' }
    await using operated = await startOperated({ settings: { ...SETTINGS, ...limits } })
    const replies = await Promise.all(Array.from({ length: 10 }, () => download(operated, '7')))
    const refused = replies.filter(({ status }) => status === 429).length
    expect(refused).toBeGreaterThan(3)
    expect(await readMetrics(operated)).toContain(
      `node_files_refusals_total{reason="rate"} ${refused}`,
    )
  })

  it('names no file, nothing of one, and nobody who asked', async () => {
    await using operated = await startOperated({ settings: SETTINGS })
    const content = 'meet-me-at-the-fountain'
    const id = readId((await upload(operated, encodeUtf8(content))).text)
    await download(operated, id)
    await download(operated, '123456789')
    const answers = await Promise.all(
      ['/trpc/status', '/trpc/storage', '/metrics'].map((path) => operated.send({ path })),
    )
    const all = answers.map(({ text }) => text).join('\n')
    for (const secret of [id, '123456789', content, SOURCE]) expect(all).not.toContain(secret)
  })

  it('is nowhere in a node without it', async () => {
    await using operated = await startOperated()
    expect(await operated.ask('status')).toMatchObject({ roles: ['storage'], files: null })
    expect(await readMetrics(operated)).toEqual([])
  })
})
