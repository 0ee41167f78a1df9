/** The node's directory: replaced as a whole by a newer list, and by nothing else. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { createDirectory, encodeDirectoryList } from '@sotto/protocol/directory'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdentity, createRecord } from '../../test/link/link-fixture.ts'
import { signTestList, TEST_AUTHORITY } from '../../test/network/test-nodes.ts'
import { NodeDirectory } from './node-directory.ts'

const loopback = createRecord(createIdentity('one'), 20_000)
const remote = { ...createRecord(createIdentity('two'), 20_010), host: '93.184.216.34' }

function createLoaded(height = 5): NodeDirectory {
  const directory = new NodeDirectory(TEST_AUTHORITY.publicKey)
  const loaded = directory.load(signTestList([loopback, remote], height))
  if (!loaded.ok) throw loaded.error
  return directory
}

describe('NodeDirectory', () => {
  it('is empty at first', () => {
    const directory = new NodeDirectory(TEST_AUTHORITY.publicKey)
    expect(directory.current).toBeUndefined()
    expect(directory.isNodeAddress('127.0.0.1')).toBe(false)
  })

  it('takes a list that the authority signed, and a newer one after it', () => {
    const directory = createLoaded(5)
    expect(directory.current?.height).toBe(5)
    expect(directory.load(signTestList([loopback], 6)).ok).toBe(true)
    expect(directory.current?.nodes).toHaveLength(1)
  })

  it('takes the same list again, because a node may be told twice', () => {
    const directory = createLoaded(5)
    expect(directory.load(signTestList([loopback, remote], 5)).ok).toBe(true)
  })

  it('keeps the list that it has when an older one comes', () => {
    const directory = createLoaded(5)
    expect(directory.load(signTestList([loopback], 4))).toMatchObject({
      error: { code: 'directory_rollback' },
    })
    expect(directory.current?.nodes).toHaveLength(2)
  })

  it('keeps the list that it has when somebody else signed the new one', () => {
    const directory = createLoaded(5)
    const stranger = deriveSigningKeyPair(new Uint8Array(32).fill(9))
    const forged = encodeDirectoryList(
      createDirectory([loopback], { height: 9, issuedAt: 1 }),
      stranger,
    )
    expect(directory.load(forged)).toMatchObject({ error: { code: 'directory_signature' } })
    expect(directory.current?.height).toBe(5)
  })

  it('keeps the list that it has for any text', () => {
    const directory = createLoaded(5)
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(directory.load(text).ok).toBe(false)
        expect(directory.current?.height).toBe(5)
      }),
      { numRuns: 10_000 },
    )
  })

  it('knows the addresses of nodes, but never counts loopback as one', () => {
    const directory = createLoaded()
    expect(directory.isNodeAddress('93.184.216.34')).toBe(true)
    expect(directory.isNodeAddress('127.0.0.1')).toBe(false)
    expect(directory.isNodeAddress('93.184.216.35')).toBe(false)
  })

  it('says that there is no file yet, which is no failure', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sotto-list-'))
    const directory = new NodeDirectory(TEST_AUTHORITY.publicKey)
    const path = join(folder, 'directory.json')
    expect(await directory.loadFile(path)).toBeUndefined()
    await writeFile(path, signTestList([loopback]))
    expect((await directory.loadFile(path))?.ok).toBe(true)
    await rm(folder, { recursive: true })
  })
})
