/** When writes are committed, and what one failure costs (ADR 0004). */
import { describe, expect, it } from 'vitest'
import { BATCH_WRITES_ENOUGH, BATCH_WRITES_MAX, GroupCommit } from '../../src/store/group-commit.ts'

function createSqliteError(code: string): Error {
  return Object.assign(new Error('made by the test'), { code })
}

/** Records commits; `log` is what would be durable. The event loop turns when the test says so. */
function createHarness({
  failsCommit = () => false,
}: { failsCommit?: (size: number) => boolean } = {}) {
  const log: string[][] = []
  const deferred: (() => number)[] = []
  const urgencies: boolean[] = []
  let open: string[] = []
  const commits = new GroupCommit(
    {
      run(task) {
        open = []
        task()
        if (failsCommit(open.length)) throw createSqliteError('SQLITE_FULL')
        log.push(open)
      },
    },
    (task, isUrgent) => {
      deferred.push(task)
      urgencies.push(isUrgent)
    },
  )
  return {
    log,
    deferred,
    urgencies,
    commits,
    turn: () => {
      for (const task of deferred.splice(0)) task()
    },
    write: (name: string) => commits.write(() => void open.push(name)),
    writeFailing: (code: string) =>
      commits.write(() => {
        throw createSqliteError(code)
      }),
  }
}

describe('GroupCommit', () => {
  it('asks for an early commit when enough writes wait, so that a burst is not held for a window', async () => {
    const { log, turn, write, urgencies } = createHarness()
    const writes = Array.from({ length: BATCH_WRITES_ENOUGH }, (_, index) => write(String(index)))
    expect(urgencies).toEqual([false, true])
    turn()
    await Promise.all(writes)
    expect(log).toHaveLength(1)
  })

  it('commits writes that arrived together at once, in their order', async () => {
    const { log, turn, write } = createHarness()
    const writes = [write('a'), write('b'), write('c')]
    expect(log).toEqual([])
    turn()
    await Promise.all(writes)
    expect(log).toEqual([['a', 'b', 'c']])
  })

  it('does not let a lone write wait longer than one turn of the event loop', async () => {
    const { log, turn, write, deferred } = createHarness()
    const written = write('a')
    expect(deferred).toHaveLength(1)
    turn()
    expect(log).toEqual([['a']])
    expect(await written).toMatchObject({ ok: true })
  })

  it('answers no write before its commit, so that a killed node has all that it acknowledged', async () => {
    const { turn, write } = createHarness()
    let isAnswered = false
    const written = write('a').finally(() => {
      isAnswered = true
    })
    await Promise.resolve()
    expect(isAnswered).toBe(false)
    turn()
    await written
    expect(isAnswered).toBe(true)
  })

  it('commits a full batch without waiting', async () => {
    const { log, write } = createHarness()
    await Promise.all(Array.from({ length: BATCH_WRITES_MAX }, (_, index) => write(String(index))))
    expect(log.map((batch) => batch.length)).toEqual([BATCH_WRITES_MAX])
  })

  it('asks for one turn for all that wait, and for another afterwards', () => {
    const { deferred, turn, write } = createHarness()
    void write('a')
    void write('b')
    expect(deferred).toHaveLength(1)
    turn()
    void write('c')
    expect(deferred).toHaveLength(1)
  })

  it('does nothing when the turn finds the batch already committed', () => {
    const { log, turn, write, commits } = createHarness()
    void write('a')
    commits.flush()
    turn()
    expect(log).toEqual([['a']])
  })

  it('gives each write its own value', async () => {
    const { commits } = createHarness()
    const writes = [1, 2].map((value) => commits.write(() => value))
    commits.flush()
    expect(await Promise.all(writes)).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ])
  })

  it('lets one bad write fail alone', async () => {
    const { log, turn, write, writeFailing } = createHarness()
    const writes = [write('a'), writeFailing('SQLITE_CONSTRAINT'), write('c')]
    turn()
    expect(await Promise.all(writes)).toMatchObject([
      { ok: true },
      { ok: false, error: 'failed' },
      { ok: true },
    ])
    expect(log).toEqual([['a'], ['c']])
  })

  it('stores what still fits when the batch as a whole does not', async () => {
    const { log, turn, write } = createHarness({ failsCommit: (size) => size > 1 })
    const writes = [write('a'), write('b')]
    turn()
    expect(await Promise.all(writes)).toMatchObject([{ ok: true }, { ok: true }])
    expect(log).toEqual([['a'], ['b']])
  })

  it('tells a full disk from other failures', async () => {
    const { turn, writeFailing } = createHarness()
    const writes = ['SQLITE_FULL', 'ENOSPC', 'SQLITE_IOERR'].map((code) => writeFailing(code))
    turn()
    expect(await Promise.all(writes)).toEqual([
      { ok: false, error: 'full' },
      { ok: false, error: 'full' },
      { ok: false, error: 'failed' },
    ])
  })

  it('takes writes again after a failure', async () => {
    let isBroken = true
    const { turn, write } = createHarness({ failsCommit: () => isBroken })
    const lost = write('a')
    turn()
    isBroken = false
    const kept = write('b')
    turn()
    expect(await lost).toEqual({ ok: false, error: 'full' })
    expect(await kept).toMatchObject({ ok: true })
  })
})
