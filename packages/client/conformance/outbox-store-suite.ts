/**
 * What every `OutboxStore` must do.
 *
 * @module
 */
import { describe, expect, it } from 'vitest'
import type { OutboxState, OutboxStore } from '../src/ports/index.ts'
import { NOW_MS, createEntry } from './samples.ts'

const ALL: readonly OutboxState[] = ['queued', 'sending', 'sent', 'failed']

async function listStates(store: OutboxStore): Promise<readonly OutboxState[]> {
  return (await store.list(ALL)).map(({ state }) => state)
}

/** `create` gives an empty store. */
export function describeOutboxStore(name: string, create: () => OutboxStore): void {
  describe(`${name} as an outbox`, () => {
    it('gives back the same bytes, so that they have the same hash when they are sent again', async () => {
      const store = create()
      const entry = createEntry('message', { data: Uint8Array.from({ length: 256 }, (_, i) => i) })
      await store.add([entry])
      expect(await store.list(['queued'])).toEqual([entry])
    })

    it('leaves an entry alone that is there already', async () => {
      const store = create()
      await store.add([createEntry('message', { state: 'sending' })])
      await store.add([createEntry('message')])
      expect(await listStates(store)).toEqual(['sending'])
    })

    it('lists the states that were asked for, oldest first', async () => {
      const store = create()
      const old = createEntry('old', { sentAtMs: NOW_MS - 1 })
      const sending = createEntry('sending', { state: 'sending' })
      const failed = createEntry('failed', { state: 'failed' })
      await store.add([sending, old, failed])
      expect(await store.list(['queued', 'sending'])).toEqual([old, sending])
      expect(await store.list([])).toEqual([])
    })

    it.each<OutboxState>(['sending', 'failed', 'queued', 'sent'])('moves to %s', async (state) => {
      const store = create()
      const entry = createEntry('message')
      await store.add([entry])
      await store.setState(entry.hash, state)
      expect(await listStates(store)).toEqual([state])
    })

    it.each<OutboxState>(['queued', 'sending', 'failed'])(
      'does not go back from sent to %s, whatever another program thinks',
      async (state) => {
        const store = create()
        const entry = createEntry('message')
        await store.add([entry])
        await store.setState(entry.hash, 'sent')
        await store.setState(entry.hash, state)
        expect(await listStates(store)).toEqual(['sent'])
      },
    )

    it('takes no notice of a state for an entry that is gone', async () => {
      const store = create()
      await store.setState(createEntry('message').hash, 'sent')
      expect(await store.list(ALL)).toEqual([])
    })

    it('removes what is done and old, and never what still has to go out', async () => {
      const store = create()
      const old = { sentAtMs: NOW_MS - 1 }
      const states = ALL.map((state) => createEntry(state, { ...old, state }))
      await store.add([...states, createEntry('new', { state: 'sent' })])
      await store.prune(NOW_MS)
      expect((await listStates(store)).toSorted()).toEqual(['queued', 'sending', 'sent'])
    })
  })

  describe(`${name} as a source of times`, () => {
    it('gives the time that was asked for', async () => {
      expect(await create().reserveTime(NOW_MS)).toBe(NOW_MS)
    })

    it('never gives a time twice, because other clients take such messages for one', async () => {
      const store = create()
      const times = await Promise.all(Array.from({ length: 50 }, () => store.reserveTime(NOW_MS)))
      expect(new Set(times).size).toBe(50)
      expect(Math.min(...times)).toBe(NOW_MS)
    })

    it('never goes back when the clock does', async () => {
      const store = create()
      await store.reserveTime(NOW_MS)
      expect(await store.reserveTime(NOW_MS - 5000)).toBe(NOW_MS + 1)
    })
  })
}
