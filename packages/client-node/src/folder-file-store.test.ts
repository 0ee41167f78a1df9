/** A folder keeps what every store of files promises. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeFileStore } from '@sotto/client/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { FolderFileStore } from './folder-file-store.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sotto-files-'))
let count = 0
afterAll(() => {
  rmSync(scratch, { recursive: true })
})

function nextFolder(): string {
  count += 1
  return join(scratch, String(count), 'files')
}

describeFileStore('A folder', () => new FolderFileStore(nextFolder()))

describe('a folder of files', () => {
  it('lets nobody but its owner read, and leaves nothing half written', async () => {
    const folder = nextFolder()
    const store = new FolderFileStore(folder)
    await store.write('0a'.repeat(16), Uint8Array.of(1))
    expect(readdirSync(folder)).toEqual(['0a'.repeat(16)])
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(statSync(join(folder, '0a'.repeat(16))).mode & 0o077).toBe(0)
  })

  it.each(['', '..', '../x', 'A'.repeat(32), `${'0a'.repeat(16)}/x`, '0a'.repeat(17)])(
    'has no file %j',
    async (name) => {
      const store = new FolderFileStore(nextFolder())
      await expect(store.write(name, new Uint8Array())).rejects.toThrow(RangeError)
      await expect(store.read(name)).rejects.toThrow(RangeError)
      await expect(store.remove(name)).rejects.toThrow(RangeError)
    },
  )
})
