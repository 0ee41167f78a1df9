/** What a person is still to be told, as it is stored: each kind comes back, and damage is nothing to tell. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBt, encodeBt } from '../../bt/index.ts'
import { toDeviceId } from './device-id.ts'
import type { GroupNotice } from './group-state.ts'
import { decodeNotice, encodeNotice } from './stored-notice.ts'

const LIMITS = { bytes: 4096, depth: 4, items: 64 }

function findDevice() {
  const deviceId = toDeviceId(new Uint8Array(32).fill(7))
  if (deviceId === undefined) throw new Error('a device')
  return deviceId
}

const deviceId = findDevice()

const NOTICES: readonly GroupNotice[] = [
  { kind: 'link-request-added', id: 0 },
  { kind: 'link-request-added', id: 2 ** 40 },
  { kind: 'link-request-ended', id: 3, status: 'accepted' },
  { kind: 'link-request-ended', id: 4, status: 'superseded' },
  { kind: 'link-request-ended', id: 5, status: 'expired' },
  { kind: 'link-request-ended', id: 6, status: 'ignored' },
  { kind: 'device-joined', deviceId },
  { kind: 'device-removed', deviceId },
  { kind: 'device-left', deviceId },
  { kind: 'admitted' },
  { kind: 'removed' },
  { kind: 'displaced' },
  { kind: 'restored' },
  { kind: 'foreign-group', group: 'ab'.repeat(16) },
  { kind: 'foreign-outbox' },
]

function storeAndRead(input: Parameters<typeof encodeBt>[0]): GroupNotice | undefined {
  const decoded = decodeBt(encodeBt(input), LIMITS)
  return decoded.ok ? decodeNotice(decoded.value) : undefined
}

describe('a stored notice', () => {
  it.each(NOTICES.map((notice) => [notice.kind, notice] as const))(
    'comes back as it was: %s',
    (_kind, notice) => {
      expect(storeAndRead(encodeNotice(notice))).toEqual(notice)
    },
  )

  it.each([
    ['a number', 7],
    ['a list', [1, 2]],
    ['nothing in it', new Map()],
    ['an unknown kind', new Map([['kind', 'party']])],
    ['a request without its number', new Map([['kind', 'link-request-added']])],
    [
      'a request with a number below zero',
      new Map<string, string | number>([
        ['kind', 'link-request-added'],
        ['id', -1],
      ]),
    ],
    [
      'an end that is none',
      new Map<string, string | number>([
        ['kind', 'link-request-ended'],
        ['id', 1],
        ['status', 'lost'],
      ]),
    ],
    ['a device without its name', new Map([['kind', 'device-joined']])],
    ['a group without its name', new Map([['kind', 'foreign-group']])],
    [
      'a group with a number for a name',
      new Map<string, string | number>([
        ['kind', 'foreign-group'],
        ['group', 1],
      ]),
    ],
  ])('is nothing to tell when it is %s', (_name, input) => {
    expect(storeAndRead(input)).toBeUndefined()
  })

  it('is never a throw, whatever stands in its fields', () => {
    const field = fc.oneof(fc.string(), fc.integer(), fc.uint8Array({ maxLength: 40 }))
    const names = fc.constantFrom('kind', 'id', 'status', 'deviceId', 'group')
    const fields = fc.array(fc.tuple(names, field), { maxLength: 6 })
    fc.assert(
      fc.property(fields, (entries) => {
        const notice = storeAndRead(new Map(entries))
        if (notice !== undefined) expect(storeAndRead(encodeNotice(notice))).toEqual(notice)
      }),
      { numRuns: 10_000 },
    )
  })
})
