/** Which of several links to one peer is used (spec 06 §2). */
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { createHalfPair, settle } from '../../test/network/connected-pair.ts'
import { PeerSlot } from './peer-slot.ts'

describe('PeerSlot', () => {
  it.each([
    ['self', 'self'],
    ['peer', 'peer'],
  ] as const)(
    'keeps the link of the smaller key when both dialled at once: %s',
    (preferred, kept) => {
      const slot = new PeerSlot(createFakeClock(), preferred)
      const [own, other] = [createHalfPair().link, createHalfPair().link]
      slot.adopt(own, 'self')
      slot.adopt(other, 'peer')
      expect(slot.usable).toBe(kept === 'self' ? own : other)
      expect(own.isUsable).toBe(kept === 'self')
      expect(other.isUsable).toBe(kept === 'peer')
    },
  )

  it('decides alike in whichever order the two links come up', () => {
    for (const preferred of ['self', 'peer'] as const) {
      const slot = new PeerSlot(createFakeClock(), preferred)
      const [own, other] = [createHalfPair().link, createHalfPair().link]
      slot.adopt(other, 'peer')
      slot.adopt(own, 'self')
      expect(slot.usable).toBe(preferred === 'self' ? own : other)
    }
  })

  it('takes a new link of the same dialler, because the peer lost the old one', () => {
    const slot = new PeerSlot(createFakeClock(), 'self')
    const [old, next] = [createHalfPair().link, createHalfPair().link]
    slot.adopt(old, 'peer')
    slot.adopt(next, 'peer')
    expect(slot.usable).toBe(next)
    expect(old.isUsable).toBe(false)
  })

  it('takes a link that comes long after the one it would have preferred', async () => {
    const clock = createFakeClock()
    const slot = new PeerSlot(clock, 'self')
    const [old, next] = [createHalfPair().link, createHalfPair().link]
    slot.adopt(old, 'self')
    await clock.advance(11_000)
    slot.adopt(next, 'peer')
    expect(slot.usable).toBe(next)
  })

  it('takes any link when the current one is no longer usable', () => {
    const slot = new PeerSlot(createFakeClock(), 'self')
    const [old, next] = [createHalfPair().link, createHalfPair().link]
    slot.adopt(old, 'self')
    old.destroy()
    slot.adopt(next, 'peer')
    expect(slot.usable).toBe(next)
  })

  it('forgets links that are closed', async () => {
    const slot = new PeerSlot(createFakeClock(), 'self')
    const { link } = createHalfPair()
    slot.adopt(link, 'self')
    expect(slot.open.size).toBe(1)
    link.destroy()
    await settle()
    expect(slot.open.size).toBe(0)
    expect(slot.usable).toBeUndefined()
  })

  it('does not dial again at once after a failure, but at once after the peer was there', () => {
    const slot = new PeerSlot(createFakeClock(), 'self')
    expect(slot.mayDial).toBe(true)
    slot.noteFailedDial()
    expect(slot.mayDial).toBe(false)
    slot.adopt(createHalfPair().link, 'peer')
    expect(slot.mayDial).toBe(true)
  })
})
