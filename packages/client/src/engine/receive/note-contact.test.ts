/** What the first word of somebody changes about them: that they accept us, and that they are not out of sight. */
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, NOW_MS } from '../../../test/history-fixtures.ts'
import { createDevice, createReceived } from '../../../test/receive-fixtures.ts'

const HELLO = { kind: 'message', text: 'hello', attachments: [] } as const
const GROUP = `03${'ab'.repeat(32)}` as const

describe('a message', () => {
  it('of somebody whom we accepted says that they accept us', () => {
    const { contacts, receive } = createDevice()
    expect(contacts.find(ALICE)?.hasApprovedMe).toBe(false)
    receive(createReceived(HELLO))
    expect(contacts.find(ALICE)?.hasApprovedMe).toBe(true)
  })

  it('of a stranger makes no contact', () => {
    const { contacts, receive } = createDevice()
    receive(createReceived(HELLO, { sender: BOB }))
    expect(contacts.find(BOB)).toBeUndefined()
  })

  it('brings a hidden conversation back, once; what comes again does not', () => {
    const { contacts, receive } = createDevice()
    contacts.update(ALICE, { priority: -1 })
    receive(createReceived(HELLO))
    expect(contacts.find(ALICE)?.priority).toBe(0)
    contacts.update(ALICE, { priority: -1 })
    receive(createReceived(HELLO))
    expect(contacts.find(ALICE)?.priority).toBe(-1)
  })

  it('that was deleted here does not bring it back', () => {
    const { contacts, history, receive } = createDevice()
    const name = { conversation: ALICE, author: ALICE, sentAtMs: NOW_MS - 1000 }
    history.erase(name, NOW_MS + 1)
    contacts.update(ALICE, { priority: -1 })
    receive(createReceived(HELLO))
    expect(contacts.find(ALICE)?.priority).toBe(-1)
  })

  it('in a group says nothing about what they think of us', () => {
    const { contacts, receive } = createDevice()
    receive(createReceived(HELLO, { conversation: GROUP }))
    expect(contacts.find(ALICE)?.hasApprovedMe).toBe(false)
  })

  it('keeps a pin where it is', () => {
    const { contacts, receive } = createDevice()
    contacts.update(ALICE, { priority: 3 })
    receive(createReceived(HELLO))
    expect(contacts.find(ALICE)?.priority).toBe(3)
  })

  it.each([
    { kind: 'typing', isTyping: true },
    { kind: 'read', sentAtMs: [1] },
  ] as const)('is more than %j, which changes nothing', (action) => {
    const { contacts, receive } = createDevice()
    contacts.update(ALICE, { priority: -1 })
    receive(createReceived(action))
    expect(contacts.find(ALICE)).toMatchObject({ priority: -1, hasApprovedMe: false })
  })
})
