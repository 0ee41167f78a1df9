/** SQLite keeps what every database of the engine promises. */
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeDatabase } from '@sotto/client/conformance'
import { describe, expect, it } from 'vitest'
import { openDatabase } from './sqlite-database.ts'

describeDatabase('SQLite in memory', () => openDatabase())

describe('a database in a file', () => {
  it('is there for the next program, and for another at the same time', () => {
    using scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-database-'))
    const path = join(scratch.path, 'history.db')
    using first = openDatabase(path)
    first.execute('CREATE TABLE t (v TEXT) STRICT')
    using second = openDatabase(path)
    second.prepare('INSERT INTO t VALUES (?)').run('kept')
    expect(first.prepare('SELECT v FROM t').get()).toEqual({ v: 'kept' })
  })
})
