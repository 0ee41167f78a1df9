/** What an authority must not forget (spec 08 §3.5), over restarts and whatever becomes of the file. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AuthorityMemory } from '../../src/authority/authority-memory.ts'
import { createTestFolder } from '../network/test-nodes.ts'

const HASH = new Uint8Array(32).fill(1)
const OTHER = new Uint8Array(32).fill(2)

async function createMemoryFile(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await createTestFolder()
  return {
    path: join(folder.path, 'authority.json'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

describe('a vote', () => {
  it('is claimed once, and none for an earlier epoch after it', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    expect(await memory.claimVote(5)).toBe(true)
    expect(await memory.claimVote(5)).toBe(false)
    expect(await memory.claimVote(4)).toBe(false)
    expect(await memory.claimVote(6)).toBe(true)
  })

  it('stays claimed over a restart', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    await memory.claimVote(5)
    const again = await AuthorityMemory.open(file.path)
    expect(await again.claimVote(5)).toBe(false)
    expect(await again.claimVote(6)).toBe(true)
  })

  it('is claimed by one of two that ask at once', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    const claims = await Promise.all([memory.claimVote(5), memory.claimVote(5)])
    expect(claims.filter(Boolean)).toEqual([true])
  })

  it('is not claimed when it cannot be written down', async () => {
    await using folder = await createTestFolder()
    const memory = await AuthorityMemory.open(join(folder.path, 'gone', 'authority.json'))
    await expect(memory.claimVote(5)).rejects.toThrow('ENOENT')
  })

  it('is never claimed for the first epoch, which founders write', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    expect(await memory.claimVote(0)).toBe(false)
  })
})

describe('a signature', () => {
  it('of the same content again is no second one', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    expect(await memory.claimSignature(5, HASH)).toBe(true)
    expect(await memory.claimSignature(5, HASH)).toBe(true)
    const again = await AuthorityMemory.open(file.path)
    expect(await again.claimSignature(5, HASH)).toBe(true)
  })

  it('of another content is refused, also after a restart', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    await memory.claimSignature(5, HASH)
    expect(await memory.claimSignature(5, OTHER)).toBe(false)
    const again = await AuthorityMemory.open(file.path)
    expect(await again.claimSignature(5, OTHER)).toBe(false)
    expect(await again.claimSignature(4, HASH)).toBe(false)
    expect(await again.claimSignature(6, OTHER)).toBe(true)
  })

  it('and a vote are remembered beside each other, though claimed at once', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    await Promise.all([memory.claimVote(7), memory.claimSignature(6, HASH)])
    const again = await AuthorityMemory.open(file.path)
    expect(await again.claimVote(7)).toBe(false)
    expect(await again.claimSignature(6, OTHER)).toBe(false)
  })
})

describe('the file', () => {
  it.each([
    ['empty', ''],
    ['cut short', '{"votedEpoch":5,"signedEp'],
    ['a list', '[]'],
    ['null', 'null'],
    ['without anything', '{}'],
    ['without the vote', '{"signedEpoch":5,"signedHash":"00"}'],
    ['without the hash', '{"votedEpoch":5,"signedEpoch":5}'],
    ['with an epoch in words', '{"votedEpoch":"5","signedEpoch":5,"signedHash":"00"}'],
    ['with a part of an epoch', '{"votedEpoch":5.5,"signedEpoch":5,"signedHash":"00"}'],
    ['with an epoch below zero', '{"votedEpoch":-1,"signedEpoch":5,"signedHash":"00"}'],
    ['with a hash that is none', '{"votedEpoch":5,"signedEpoch":5,"signedHash":"xy"}'],
    ['with a hash that is a number', '{"votedEpoch":5,"signedEpoch":5,"signedHash":7}'],
    ['zeros, as a crash leaves it', '\0\0\0\0\0\0'],
  ])('is an error when it is %s: to begin anew could be to vote twice', async (_name, text) => {
    await using file = await createMemoryFile()
    await writeFile(file.path, text)
    await expect(AuthorityMemory.open(file.path)).rejects.toThrow('cannot be read')
  })

  it('is an error when it is a folder', async () => {
    await using folder = await createTestFolder()
    await expect(AuthorityMemory.open(folder.path)).rejects.toThrow('EISDIR')
  })

  it('is for the node’s user alone', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    await memory.claimVote(9)
    expect((await stat(file.path)).mode & 0o777).toBe(0o600)
  })

  it('is replaced as a whole, whatever a crash left beside it', async () => {
    await using file = await createMemoryFile()
    await writeFile(`${file.path}.new`, 'what a crash left')
    const memory = await AuthorityMemory.open(file.path)
    await memory.claimVote(9)
    expect(JSON.parse(await readFile(file.path, 'utf8'))).toMatchObject({ votedEpoch: 9 })
    await expect(stat(`${file.path}.new`)).rejects.toThrow('ENOENT')
  })

  it('that is gone is a beginning', async () => {
    await using file = await createMemoryFile()
    const memory = await AuthorityMemory.open(file.path)
    await memory.claimVote(9)
    await rm(file.path)
    const again = await AuthorityMemory.open(file.path)
    expect(await again.claimVote(1)).toBe(true)
  })
})
