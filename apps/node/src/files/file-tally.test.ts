/** What is counted of requests for files, and that nothing else is. */
import { describe, expect, it } from 'vitest'
import { FileTally } from './file-tally.ts'

const NO_REFUSALS = { malformed: 0, unknown: 0, too_large: 0, rate: 0, failed: 0, busy: 0, full: 0 }
const NO_REQUESTS = { upload: 0, download: 0, info: 0, extend: 0 }

describe('the tally of a file server', () => {
  it.each([
    ['upload', 'upload'],
    ['upload-text', 'upload'],
    ['download', 'download'],
    ['download-text', 'download'],
    ['info', 'info'],
    ['extend', 'extend'],
  ] as const)('counts %s as %s when it was done, and as a refusal when not', (kind, counted) => {
    const tally = new FileTally()
    tally.noteAnswer(kind, 200)
    expect(tally.view).toEqual({
      requests: { ...NO_REQUESTS, [counted]: 1 },
      refusals: NO_REFUSALS,
    })
    tally.noteAnswer(kind, 404)
    expect(tally.view).toEqual({
      requests: { ...NO_REQUESTS, [counted]: 1 },
      refusals: { ...NO_REFUSALS, unknown: 1 },
    })
  })

  it.each([
    [400, 'malformed'],
    [405, 'malformed'],
    [404, 'unknown'],
    [413, 'too_large'],
    [429, 'rate'],
    [500, 'failed'],
    [503, 'busy'],
    [507, 'full'],
  ] as const)('names status %i %s', (status, reason) => {
    const tally = new FileTally()
    tally.noteAnswer('refused', status)
    tally.noteRefusal(status)
    expect(tally.view).toEqual({ requests: NO_REQUESTS, refusals: { ...NO_REFUSALS, [reason]: 2 } })
  })

  it('does not count a status that no client gets', () => {
    const tally = new FileTally()
    tally.noteRefusal(418)
    tally.noteAnswer('refused', 200)
    expect(tally.view).toEqual({ requests: NO_REQUESTS, refusals: NO_REFUSALS })
  })

  it('gives figures that do not change later', () => {
    const tally = new FileTally()
    const { requests } = tally.view
    tally.noteAnswer('upload', 200)
    expect(requests.upload).toBe(0)
  })
})
