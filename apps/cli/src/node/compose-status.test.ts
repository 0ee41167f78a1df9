import { describe, expect, it } from 'vitest'
import { composeStatus, describeDrain, type NodeReport } from './compose-status.ts'

type NodeStatus = NodeReport['status']

const NOW_MS = 1_767_225_600_000

const STATUS: NodeStatus = {
  node: 'ab'.repeat(32),
  name: 'north',
  version: '0.1.0',
  roles: ['storage', 'directory'],
  startedAt: NOW_MS - 7_260_000,
  epoch: { epoch: 812, startsAt: NOW_MS - 61_000, epochMs: 120_000, freshness: 'fresh' },
  standing: { state: 'active', since: 3, creditSeconds: 7200, reasons: [], reasonsSeen: [] },
  troubles: [],
  drain: { isDraining: false, hasLeft: false, isDrained: false, unconfirmed: null },
  files: null,
}

const FILES = {
  files: 31,
  usedBytes: 12_000_000,
  quotaBytes: 10_000_000_000,
  largestBytes: 10_223_616,
  freeBytes: 9_000_000_000,
  requests: { upload: 31, download: 60, info: 0, extend: 0 },
  refusals: { malformed: 9, unknown: 8, too_large: 7, rate: 6, failed: 5, busy: 0, full: 0 },
}

const REPORT: NodeReport = {
  status: STATUS,
  swarm: {
    swarm: '00000000000000ff',
    isCaughtUp: true,
    membersBehind: 0,
    movedBytes: 5,
    members: [
      { node: 'cd'.repeat(32), address: '192.0.2.7:1', state: 'active', reconciledAt: null },
    ],
  },
  storage: {
    messages: 12,
    usedBytes: 1_500_000,
    limitBytes: 3_584_000_000,
    freeBytes: 9_000_000_000,
    firstExpiryAt: null,
    namespaces: [],
  },
}

function compose(status: Partial<NodeStatus>): string {
  return composeStatus({ ...REPORT, status: { ...STATUS, ...status } }, NOW_MS)
}

describe('composeStatus', () => {
  it('says on one page how a node is that is well', () => {
    expect(compose({})).toBe(
      [
        `Node north ${'ab'.repeat(32)}`,
        '',
        'Nothing needs you.',
        '',
        '  state     active: it serves',
        '  credit    2 h that it may be away',
        '  epoch     812, began 1 min 1 s ago; the document is fresh',
        '  swarm     00000000000000ff, with 1 other node; it has what they keep',
        '  storage   12 messages, 2 MB of 3584 MB; 9000 MB free on the disk',
        '  program   0.1.0, storage, directory; runs for 2 h 1 min',
      ].join('\n'),
    )
  })

  it('says of a node that keeps files how many, and what had no room', () => {
    expect(compose({ files: FILES })).toContain(
      '\n  files     31 files, 12 MB of 10000 MB; 9000 MB free on the disk\n  program',
    )
    const refusals = { ...FILES.refusals, busy: 2, full: 3 }
    expect(compose({ files: { ...FILES, freeBytes: null, refusals } })).toContain(
      '\n  files     31 files, 12 MB of 10000 MB; 5 refused for want of room\n',
    )
    expect(compose({})).not.toContain('files')
  })

  it('can be read of a node that runs since before it was updated', () => {
    const { files: _, ...older } = STATUS
    const report = JSON.parse(JSON.stringify({ ...REPORT, status: older })) as NodeReport
    expect(composeStatus(report, NOW_MS)).toContain('Nothing needs you.')
  })

  it('begins with what is wrong and what to do', () => {
    const text = compose({
      troubles: [
        { code: 'disk_full', text: 'The disk is full.', advice: 'Make room.', needsOperator: true },
        { code: 'left', text: 'It left.', advice: 'Stop it.', needsOperator: false },
      ],
    })
    expect(text.split('\n').slice(2, 7)).toEqual([
      '1 trouble to repair:',
      '  FAIL  The disk is full. (disk_full)',
      '        Make room.',
      '  note  It left. (left)',
      '        Stop it.',
    ])
  })

  it('does not call it a trouble that passes by itself', () => {
    const wait = { code: 'not_admitted', text: 'Not yet.', advice: 'Wait.', needsOperator: false }
    expect(compose({ troubles: [wait] })).toContain('Nothing needs you.\n  note  Not yet.')
  })

  it('has words for a node that knows nothing yet', () => {
    const standing = { ...STATUS.standing, state: 'unlisted', creditSeconds: 0 } as const
    const swarm = { ...REPORT.swarm, swarm: null, members: [] }
    const report = { ...REPORT, swarm, status: { ...STATUS, name: '', epoch: null, standing } }
    const text = composeStatus(report, NOW_MS)
    expect(text).toContain(`Node ${STATUS.node}`)
    expect(text).toContain('epoch     none yet')
    expect(text).toContain('swarm     none')
    expect(text).toContain('unlisted: the network does not know it')
  })

  it('lets no name write outside its place', () => {
    expect(compose({ name: '\u001B[2Jnorth' }).startsWith('Node \uFFFD[2Jnorth ')).toBe(true)
  })
})

describe('describeDrain', () => {
  const drain = { isDraining: true, hasLeft: false, isDrained: false, unconfirmed: null }

  it.each([
    [{ isDraining: false }, 'no'],
    [{}, 'has not taken it in yet'],
    [{ unconfirmed: 7 }, '7 records to be confirmed'],
    [{ unconfirmed: 0, isDrained: true }, 'It can be stopped for good'],
    [{ unconfirmed: 0, isDrained: true, hasLeft: true }, 'It can be stopped for good'],
    [{ unconfirmed: 7, hasLeft: true }, 'of 7 records it is not known'],
  ])('tells how far it is: %j', (change, text) => {
    expect(describeDrain({ ...drain, ...change })).toContain(text)
  })
})
