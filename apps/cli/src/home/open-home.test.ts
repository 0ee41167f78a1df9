/** A home holds a secret: who may read it, and what happens when something is wrong with it. */
import { chmodSync, mkdtempDisposableSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isHome, openHome } from './open-home.ts'

function createScratch() {
  return mkdtempDisposableSync(join(tmpdir(), 'sotto-home-'))
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

describe('a home', () => {
  it('is readable by its owner only, with every file in it', () => {
    using scratch = createScratch()
    const path = join(scratch.path, 'deep', 'home')
    using home = openHome(path)
    home.database.exec(
      "CREATE TABLE IF NOT EXISTS kept (value TEXT); INSERT INTO kept VALUES ('b')",
    )
    expect(modeOf(path)).toBe('700')
    for (const file of readdirSync(path)) expect(modeOf(join(path, file))).toBe('600')
    expect(readdirSync(path).length).toBeGreaterThan(1)
  })

  it('is not made by looking for it', () => {
    using scratch = createScratch()
    expect(isHome(join(scratch.path, 'home'))).toBe(false)
    expect(readdirSync(scratch.path)).toEqual([])
  })

  it('keeps what was written, for the next program', () => {
    using scratch = createScratch()
    {
      using home = openHome(scratch.path)
      home.database.exec(
        "CREATE TABLE IF NOT EXISTS kept (value TEXT); INSERT INTO kept VALUES ('b')",
      )
    }
    using home = openHome(scratch.path)
    expect(home.database.prepare('SELECT value FROM kept').pluck().get()).toBe('b')
  })

  it('may be used by two programs at once', () => {
    using scratch = createScratch()
    using first = openHome(scratch.path)
    using second = openHome(scratch.path)
    first.database.exec("CREATE TABLE kept (value TEXT); INSERT INTO kept VALUES ('1')")
    second.database.exec("INSERT INTO kept VALUES ('2')")
    expect(first.database.prepare('SELECT count(*) FROM kept').pluck().get()).toBe(2)
  })

  it('is refused, and left alone, when a newer version wrote it', () => {
    using scratch = createScratch()
    {
      using home = openHome(scratch.path)
      home.database.pragma('user_version = 999')
    }
    expect(() => openHome(scratch.path)).toThrow(expect.objectContaining({ code: 'home_newer' }))
  })

  it.each([
    ['is no database', (path: string) => writeFileSync(join(path, 'sotto.db'), 'x'.repeat(5000))],
    ['has a directory in its place', (path: string) => chmodSync(path, 0o700)],
  ])('is refused with a sentence when the file %s', (name, prepare) => {
    using scratch = createScratch()
    prepare(scratch.path)
    const target = name.startsWith('has') ? join('/dev/null', 'home') : scratch.path
    const open = (): unknown => openHome(target)
    expect(open).toThrow(expect.objectContaining({ code: 'home_unusable' }))
    expect(open).toThrow(target)
  })
})
