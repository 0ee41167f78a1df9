/**
 * What every `FileStore` must do.
 *
 * @module
 */
import { describe, expect, it } from 'vitest'
import type { FileStore } from '../src/ports/index.ts'

const NAME = 'ab'.repeat(16)
const OTHER = 'cd'.repeat(16)

/** `create` gives an empty store. */
export function describeFileStore(name: string, create: () => FileStore): void {
  async function read(store: FileStore, file = NAME): Promise<readonly number[] | undefined> {
    const bytes = await store.read(file)
    return bytes && [...bytes]
  }

  describe(`${name} as a store of files`, () => {
    it('gives back what was written, and nothing for what was not', async () => {
      const store = create()
      await store.write(NAME, Uint8Array.of(1, 2, 3))
      expect(await read(store)).toEqual([1, 2, 3])
      expect(await read(store, OTHER)).toBeUndefined()
    })

    it('keeps files of no bytes and of ten megabytes', async () => {
      const store = create()
      const large = new Uint8Array(10_223_616).fill(7)
      await store.write(NAME, new Uint8Array())
      await store.write(OTHER, large)
      expect(await read(store)).toEqual([])
      expect((await store.read(OTHER))?.length).toBe(large.length)
      expect((await store.read(OTHER))?.at(-1)).toBe(7)
    })

    it('keeps what it was given, not what the caller makes of it later', async () => {
      const store = create()
      const bytes = Uint8Array.of(1)
      await store.write(NAME, bytes)
      bytes.fill(9)
      expect(await read(store)).toEqual([1])
      const given = await store.read(NAME)
      given?.fill(9)
      expect(await read(store)).toEqual([1])
    })

    it('replaces a file whole, whoever writes at the same time', async () => {
      const store = create()
      const long = new Uint8Array(100_000).fill(1)
      const short = new Uint8Array(10).fill(2)
      await Promise.all([store.write(NAME, long), store.write(NAME, short)])
      const kept = await read(store)
      expect([long.length, short.length]).toContain(kept?.length)
      expect(new Set(kept).size).toBe(1)
    })

    it('forgets a file for good, and does not mind one that is not there', async () => {
      const store = create()
      await store.write(NAME, Uint8Array.of(1))
      await store.write(OTHER, Uint8Array.of(2))
      await store.remove(NAME)
      await store.remove(NAME)
      expect(await read(store)).toBeUndefined()
      expect(await read(store, OTHER)).toEqual([2])
    })
  })
}
