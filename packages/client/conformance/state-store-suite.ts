/**
 * What every `StateStore` must do.
 *
 * @module
 */
import { describe, expect, it } from 'vitest'
import type { StateStore } from '../src/ports/index.ts'

/** `create` gives an empty store. */
export function describeStateStore(name: string, create: () => StateStore): void {
  describe(`${name} as a state store`, () => {
    it('has nothing under a name that was never written', async () => {
      expect(await create().read('nodes')).toBeUndefined()
    })

    it('gives back the last text under each name', async () => {
      const store = create()
      await store.write('a/nodes', '[]')
      await store.write('b/nodes', '{"key":"ключ"}')
      await store.write('a/nodes', '[1]')
      expect(await store.read('a/nodes')).toBe('[1]')
      expect(await store.read('b/nodes')).toBe('{"key":"ключ"}')
    })

    it('keeps an empty text apart from none', async () => {
      const store = create()
      await store.write('guards', '')
      expect(await store.read('guards')).toBe('')
    })
  })
}
