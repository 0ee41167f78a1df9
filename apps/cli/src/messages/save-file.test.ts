/** Where a file goes whose name a stranger chose. */
import { mkdtempDisposableSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseName, createFree } from './save-file.ts'

async function createIn(folder: string, fileName: string): Promise<void> {
  const { file } = await createFree(folder, chooseName(fileName))
  await file.close()
}

describe('the name under which a file is saved', () => {
  it.each([
    ['cat.jpg', 'cat.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\autoexec.bat', 'autoexec.bat'],
    ['\u202Egpj.exe', 'gpj.exe'],
    ['.profile', 'profile'],
    [' . .bashrc', 'bashrc'],
    ['..', 'file'],
    ['', 'file'],
  ])('of %j is %j', (given, name) => {
    expect(chooseName(given)).toBe(name)
  })
})

describe('a place that is free', () => {
  it('replaces nothing', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'sotto-save-'))
    writeFileSync(join(folder.path, 'cat.jpg'), 'mine')
    await createIn(folder.path, 'cat.jpg')
    await createIn(folder.path, 'cat.jpg')
    await createIn(folder.path, 'cat')
    expect(readdirSync(folder.path).toSorted()).toEqual([
      'cat',
      'cat (2).jpg',
      'cat (3).jpg',
      'cat.jpg',
    ])
  })

  it.each([
    '漢'.repeat(255),
    `${'漢'.repeat(250)}.jpg`,
    `a.${'漢'.repeat(200)}`,
    `.${'x'.repeat(254)}`,
  ])('is found for a name that no folder takes (%#)', async (name) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'sotto-save-'))
    await createIn(folder.path, name)
    await createIn(folder.path, name)
    const names = readdirSync(folder.path)
    expect(names).toHaveLength(2)
    if (name.endsWith('.jpg')) expect(names.every((each) => each.endsWith('.jpg'))).toBe(true)
  })

  it('is none in a folder that is not there', async () => {
    await expect(createIn('/nowhere/at/all', 'cat.jpg')).rejects.toThrow('cannot be written')
  })
})
