/** Proofs against authorities that voted twice (spec 08 §3.6): over restarts, bounded, whatever becomes of the file. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concatBytes } from '@sotto/crypto/bytes'
import { encodeVoteEquivocation, VOTE_EQUIVOCATION_BYTES } from '@sotto/protocol/authority'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  EvidenceBook,
  PROOFS_MAX,
  PROOFS_PER_AUTHOR_MAX,
} from '../../src/authority/evidence-book.ts'
import { AUTHORITY_KEYS } from '../directory/directory-fixture.ts'
import { createTestFolder } from '../network/test-nodes.ts'
import { createTwoVotes } from './two-votes.ts'

const [LIAR, OTHER] = AUTHORITY_KEYS
if (LIAR === undefined || OTHER === undefined) throw new Error('no keys')
const AUTHOR = LIAR
const VICTIM = OTHER

async function createFile(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await createTestFolder()
  return {
    path: join(folder.path, 'evidence.bin'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

describe('evidence', () => {
  it('is still there after a restart, in its order', async () => {
    await using file = await createFile()
    const book = await EvidenceBook.open(file.path)
    const proofs = [createTwoVotes(AUTHOR, 9), createTwoVotes(VICTIM, 7)]
    for (const proof of proofs) expect(await book.add(proof)).toBe(true)
    expect((await EvidenceBook.open(file.path)).proofs).toEqual(proofs)
  })

  it('that comes while another is written is kept too', async () => {
    await using file = await createFile()
    const book = await EvidenceBook.open(file.path)
    await Promise.all([1, 2, 3].map((epoch) => book.add(createTwoVotes(AUTHOR, epoch))))
    expect((await EvidenceBook.open(file.path)).proofs).toHaveLength(3)
  })

  it('is none where nobody lied', async () => {
    await using file = await createFile()
    expect((await EvidenceBook.open(file.path)).proofs).toEqual([])
  })

  it('of one epoch is kept once', async () => {
    await using file = await createFile()
    const book = await EvidenceBook.open(file.path)
    expect(await book.add(createTwoVotes(AUTHOR, 9))).toBe(true)
    expect(await book.add(createTwoVotes(AUTHOR, 9))).toBe(false)
    expect(book.proofs).toHaveLength(1)
  })

  it('that proves nothing is not kept', async () => {
    await using file = await createFile()
    const book = await EvidenceBook.open(file.path)
    expect(await book.add(createTwoVotes(VICTIM, 9, AUTHOR))).toBe(false)
    expect(book.proofs).toEqual([])
  })

  it('of one liar leaves room for others, however often it lies', async () => {
    await using file = await createFile()
    const book = await EvidenceBook.open(file.path)
    for (let epoch = 1; epoch <= 2 * PROOFS_PER_AUTHOR_MAX; epoch += 1) {
      await book.add(createTwoVotes(AUTHOR, epoch))
    }
    expect(book.proofs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    expect(await book.add(createTwoVotes(VICTIM, 99))).toBe(true)
    expect((await stat(file.path)).size).toBe(5 * VOTE_EQUIVOCATION_BYTES)
  })

  it('is read for the whole pieces that prove something, whatever else the file holds', async () => {
    await using file = await createFile()
    const garbage = createSeededRandomness('evidence').bytes(VOTE_EQUIVOCATION_BYTES)
    const forged = encodeVoteEquivocation(createTwoVotes(VICTIM, 3, AUTHOR))
    const good = encodeVoteEquivocation(createTwoVotes(AUTHOR, 5))
    await writeFile(file.path, concatBytes([garbage, forged, good, good.subarray(0, 100)]))
    const book = await EvidenceBook.open(file.path)
    expect(book.proofs.map(({ epoch }) => epoch)).toEqual([5])
    await book.add(createTwoVotes(AUTHOR, 6))
    expect(await readFile(file.path)).toHaveLength(2 * VOTE_EQUIVOCATION_BYTES)
  })

  it('is read up to a bound, however long the file is', async () => {
    await using file = await createFile()
    const good = encodeVoteEquivocation(createTwoVotes(AUTHOR, 5))
    const garbage = new Uint8Array(PROOFS_MAX * VOTE_EQUIVOCATION_BYTES)
    await writeFile(file.path, concatBytes([garbage, good]))
    expect((await EvidenceBook.open(file.path)).proofs).toEqual([])
  })

  it('of a file that cannot be opened is an error that the operator sees', async () => {
    await using file = await createFile()
    const below = join(file.path, 'below')
    await writeFile(file.path, '')
    await expect(EvidenceBook.open(below)).rejects.toThrow('ENOTDIR')
  })
})
