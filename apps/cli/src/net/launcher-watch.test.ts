/** Whether a network notices that whoever started it has ended (ADR 0007). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listLaunchers, type ReadProcess, watchLaunchers } from './launcher-watch.ts'

const OWN = process.pid

type Rows = Record<number, { parent: number; name: string }>

function createTable(rows: Rows): { read: ReadProcess; rows: Rows } {
  return { rows, read: (pid) => rows[pid] }
}

function createJob() {
  return createTable({
    [OWN]: { parent: 40, name: 'node' },
    40: { parent: 30, name: 'sh' },
    30: { parent: 20, name: 'pnpm' },
    20: { parent: 15, name: 'npm exec pnpm@1' },
    15: { parent: 10, name: 'node' },
    10: { parent: 1, name: 'bash' },
  })
}

describe('listLaunchers', () => {
  it('follows the parents up to the package manager that was called, and no further', () => {
    expect(listLaunchers(OWN, createJob().read)).toEqual([40, 30, 20])
  })

  it('finds nobody where the system does not tell', () => {
    expect(listLaunchers(OWN, () => undefined)).toEqual([])
  })

  it('watches nobody when no package manager started it, so that a script may end before the network', () => {
    const { read } = createTable({
      [OWN]: { parent: 30, name: 'node' },
      30: { parent: 20, name: 'sh' },
      20: { parent: 1, name: 'bash' },
    })
    expect(listLaunchers(OWN, read)).toEqual([])
  })

  it('ends on a table that leads in a circle', () => {
    const { read } = createTable({
      [OWN]: { parent: 30, name: 'node' },
      30: { parent: 30, name: 'sh' },
    })
    expect(listLaunchers(OWN, read).length).toBeLessThan(100)
  })
})

describe('watchLaunchers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('says once that a launcher has ended, even one that is not the direct parent', () => {
    const job = createJob()
    const onEnd = vi.fn()
    using _watch = watchLaunchers(onEnd, job.read)
    vi.advanceTimersByTime(2000)
    expect(onEnd).not.toHaveBeenCalled()
    job.rows[30] = { parent: 1, name: 'pnpm' }
    delete job.rows[20]
    vi.advanceTimersByTime(2000)
    expect(onEnd).toHaveBeenCalledTimes(1)
  })

  it('says nothing after it was disposed of', () => {
    const job = createJob()
    const onEnd = vi.fn()
    watchLaunchers(onEnd, job.read)[Symbol.dispose]()
    delete job.rows[30]
    vi.advanceTimersByTime(2000)
    expect(onEnd).not.toHaveBeenCalled()
  })
})
