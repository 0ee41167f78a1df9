/**
 * What every `Database` must do.
 *
 * @module
 */
import { describe, expect, it } from 'vitest'
import type { Database } from '../src/ports/index.ts'

/** Some databases give a Buffer, which is a Uint8Array of another name. */
function toPlain(value: unknown): unknown {
  return value instanceof Uint8Array ? Uint8Array.from(value) : value
}

/** `create` gives an empty database. */
export function describeDatabase(name: string, create: () => Database): void {
  function createTable(): Database {
    const database = create()
    database.execute('CREATE TABLE t (n INTEGER PRIMARY KEY, v ANY) STRICT')
    return database
  }

  function list(database: Database): readonly unknown[] {
    return database
      .prepare('SELECT v FROM t ORDER BY n')
      .all()
      .map((row) => row['v'])
  }

  function insert(database: Database, value: string | number | Uint8Array | null): number {
    return database.prepare('INSERT INTO t (v) VALUES (?)').run(value)
  }

  describe(`${name} as a database`, () => {
    it('gives back texts, numbers, bytes and nothing as they were written', () => {
      const database = createTable()
      const values = ['zażółć 🎂\u0000', 0, -1, 2 ** 53 - 1, 0.5, Uint8Array.of(0, 255), null]
      for (const value of values) expect(insert(database, value)).toBe(1)
      expect(list(database).map(toPlain)).toEqual(values.map(toPlain))
    })

    it('gives nothing for a row that is not there, and counts what it changed', () => {
      const database = createTable()
      expect(database.prepare('SELECT v FROM t').get()).toBeUndefined()
      expect(database.prepare('UPDATE t SET v = 1').run()).toBe(0)
    })

    it('takes a transaction back when it throws, and the error goes on', () => {
      const database = createTable()
      const failure = new Error('no')
      const work = (): void => {
        insert(database, 'lost')
        throw failure
      }
      expect(() => database.transaction(work)).toThrow(failure)
      expect(list(database)).toEqual([])
      expect(database.transaction(() => insert(database, 'kept'))).toBe(1)
      expect(list(database)).toEqual(['kept'])
    })

    it('takes only the inner one back when a transaction inside of another throws and is caught', () => {
      const database = createTable()
      database.transaction(() => {
        insert(database, 'outer')
        expect(() =>
          database.transaction(() => {
            insert(database, 'inner')
            throw new Error('no')
          }),
        ).toThrow('no')
      })
      expect(list(database)).toEqual(['outer'])
    })

    it('throws for what is not SQL', () => {
      expect(() => create().prepare('SELEKT 1')).toThrow()
      expect(() => create().execute('SELEKT 1')).toThrow()
    })

    it('searches texts and erases them from the index', () => {
      const database = create()
      database.execute('CREATE VIRTUAL TABLE f USING fts5(text)')
      database.execute("INSERT INTO f (f, rank) VALUES ('secure-delete', 1)")
      database.prepare('INSERT INTO f VALUES (?)').run('Grüße aus Köln')
      const find = database.prepare('SELECT rowid FROM f WHERE f MATCH ?')
      expect(find.all('"grusse" OR "koln"')).toHaveLength(1)
      database.execute('DELETE FROM f')
      expect(find.all('koln')).toEqual([])
    })

    it('overwrites what it erases', () => {
      const database = createTable()
      database.execute('PRAGMA secure_delete = ON')
      expect(database.prepare('PRAGMA secure_delete').get()).toEqual({ secure_delete: 1 })
    })
  })
}
