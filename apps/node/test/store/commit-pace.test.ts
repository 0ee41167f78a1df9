/** When the group commit runs (ADR 0004). */
import { describe, expect, it } from 'vitest'
import { COMMIT_WINDOW_MS, createCommitPace } from '../../src/store/commit-pace.ts'

function createHarness() {
  const state = { nowMs: 1000 }
  const soon: (() => void)[] = []
  const later: { delayMs: number; task: () => void }[] = []
  const defer = createCommitPace({
    now: () => state.nowMs,
    soon: (task) => void soon.push(task),
    after: (delayMs, task) => void later.push({ delayMs, task }),
  })
  return { state, soon, later, defer }
}

describe('createCommitPace', () => {
  it('does not delay the first write', () => {
    const { soon, later, defer } = createHarness()
    defer(() => undefined, false)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })

  it('lets a write wait for the rest of the window after a commit, and no longer', () => {
    const { state, soon, later, defer } = createHarness()
    defer(() => undefined, false)
    soon.pop()?.()
    state.nowMs += 2
    defer(() => undefined, false)
    expect(soon).toHaveLength(0)
    expect(later.map(({ delayMs }) => delayMs)).toEqual([COMMIT_WINDOW_MS - 2])
  })

  it('does not delay a write that comes when the window is over', () => {
    const { state, soon, later, defer } = createHarness()
    defer(() => undefined, false)
    soon.pop()?.()
    state.nowMs += COMMIT_WINDOW_MS
    defer(() => undefined, false)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })

  it('counts the window from the commit, not from when it was asked for', () => {
    const { state, soon, later, defer } = createHarness()
    defer(() => undefined, false)
    state.nowMs += 100
    soon.pop()?.()
    state.nowMs += 1
    defer(() => undefined, false)
    expect(later.map(({ delayMs }) => delayMs)).toEqual([COMMIT_WINDOW_MS - 1])
  })

  it('does not delay a batch that is large enough', () => {
    const { soon, later, defer } = createHarness()
    defer(() => undefined, false)
    soon.pop()?.()
    defer(() => undefined, true)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })
})
