/** What a device keeps of a group's keys between two runs. */
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { encodeBt } from '../bt/index.ts'
import { decodeKeysDump, encodeKeysDump, GroupKeys, type GroupKeysState } from './index.ts'
import { GROUP_KEYS_MAX } from './limits.ts'

const START_MS = 1_767_225_600_000
const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const account = at(accountsOf(1), 0)

function createState(generations: number): GroupKeysState {
  return {
    keys: Array.from({ length: generations }, (_, generation) => ({
      generation,
      key: new Uint8Array(32).fill(generation),
      timestampMs: START_MS + generation,
    })),
    messages: Array.from({ length: generations }, (_, generation) => ({
      hash: `${generation}`.padStart(43, 'h'),
      generation,
    })),
  }
}

function codeOf(bytes: Uint8Array): string {
  const decoded = decodeKeysDump(bytes)
  return decoded.ok ? 'success' : decoded.error.code
}

describe('a dump of keys', () => {
  it('gives back all keys and the messages that they need', () => {
    for (const generations of [0, 1, 3, GROUP_KEYS_MAX]) {
      const state = createState(generations)
      expect(decodeKeysDump(encodeKeysDump(state))).toEqual({ ok: true, value: state })
    }
  })

  it('leaves out a key that nobody has yet: after a crash it would seal what nobody opens', () => {
    const keys = new GroupKeys({ groupKey, account, admin })
    keys.rekey([account.accountId])
    expect(keys.state.pending).toBeDefined()
    const again = decodeKeysDump(encodeKeysDump(keys.state))
    expect(again).toEqual({ ok: true, value: { keys: [], messages: [] } })
  })

  it('opens and seals as before', () => {
    const keys = new GroupKeys({ groupKey, account, admin })
    const { bytes } = keys.rekey([account.accountId])
    keys.receive({ hash: 'a'.repeat(43), timestampMs: START_MS, bytes })
    const state = decodeKeysDump(encodeKeysDump(keys.state))
    if (!state.ok) throw state.error
    const again = new GroupKeys({ groupKey, account, state: state.value })
    expect(again.secrets).toEqual(keys.secrets)
    expect(again.activeHashes).toEqual(keys.activeHashes)
    expect(again.generation).toBe(0)
  })

  it('is put in order, whatever order it was written in', () => {
    const { keys, messages } = createState(3)
    const decoded = decodeKeysDump(encodeKeysDump({ keys: keys.toReversed(), messages }))
    expect(decoded).toEqual({ ok: true, value: { keys, messages } })
  })

  it('with keys or messages of another form is refused', () => {
    const key = new Uint8Array(32)
    const hash = 'h'.repeat(43)
    const dumps = [
      [['k', [[0, key]]]],
      [['k', [[0, key.subarray(1), 5]]]],
      [['k', [[-1, key, 5]]]],
      [['k', [[0, key, -5]]]],
      [['k', [[2 ** 33, key, 5]]]],
      [['k', [7]]],
      [['m', [[hash]]]],
      [['m', [['short', 0]]]],
      [['m', [[hash, -1]]]],
    ] as const
    for (const entries of dumps)
      expect(codeOf(encodeBt(new Map<string, never>(entries as never)))).toBe('group_malformed')
    expect(codeOf(encodeBt([]))).toBe('group_malformed')
    expect(codeOf(new Uint8Array())).toBe('group_malformed')
    expect(codeOf(encodeBt(new Map()))).toBe('success')
  })

  it('of more keys than a device keeps is refused', () => {
    expect(codeOf(encodeKeysDump(createState(GROUP_KEYS_MAX + 1)))).toBe('group_malformed')
  })
})
