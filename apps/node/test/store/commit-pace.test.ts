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

const ALONE = () => 1
const TOGETHER = () => 2

describe('createCommitPace', () => {
  it('does not delay the first write', () => {
    const { soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })

  it('does not delay writes that come one after the other', () => {
    const { state, soon, later, defer } = createHarness()
    for (let round = 0; round < 3; round += 1) {
      defer(ALONE, false)
      soon.pop()?.()
      state.nowMs += 1
    }
    expect(later).toHaveLength(0)
  })

  it('lets a write wait for the rest of the window after a commit of several, and no longer', () => {
    const { state, soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    soon.pop()?.()
    state.nowMs += 2
    defer(TOGETHER, false)
    expect(soon).toHaveLength(0)
    expect(later.map(({ delayMs }) => delayMs)).toEqual([COMMIT_WINDOW_MS - 2])
  })

  it('does not delay any more when a window brought a single write', () => {
    const { state, soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    soon.pop()?.()
    defer(ALONE, false)
    state.nowMs += COMMIT_WINDOW_MS
    later.pop()?.task()
    defer(ALONE, false)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })

  it('does not delay a write that comes when the window is over', () => {
    const { state, soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    soon.pop()?.()
    state.nowMs += COMMIT_WINDOW_MS
    defer(TOGETHER, false)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })

  it('counts the window from the commit, not from when it was asked for', () => {
    const { state, soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    state.nowMs += 100
    soon.pop()?.()
    state.nowMs += 1
    defer(TOGETHER, false)
    expect(later.map(({ delayMs }) => delayMs)).toEqual([COMMIT_WINDOW_MS - 1])
  })

  it('takes no notice of a turn in which nothing waited', () => {
    const { state, soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    soon.pop()?.()
    state.nowMs += 1
    defer(() => 0, true)
    soon.pop()?.()
    defer(TOGETHER, false)
    expect(later.map(({ delayMs }) => delayMs)).toEqual([COMMIT_WINDOW_MS - 1])
  })

  it('does not delay a batch that is large enough', () => {
    const { soon, later, defer } = createHarness()
    defer(TOGETHER, false)
    soon.pop()?.()
    defer(TOGETHER, true)
    expect(soon).toHaveLength(1)
    expect(later).toHaveLength(0)
  })
})
