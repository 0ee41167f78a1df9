/** What an account shares among devices survives a restart and reaches another device. */
import type { StoredConfig } from '@sotto/protocol/config'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, NOW_MS } from '../../../test/history-fixtures.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { AccountConfigs, type CONFIG_DOMAINS } from './account-configs.ts'

const account = createAccount('me')

function open(history = new History(openSqlite())): AccountConfigs {
  return new AccountConfigs({ account, compression: zstdCompression, history })
}

/** As if the swarm had stored what the device pushes. */
function push(configs: AccountConfigs, domain: (typeof CONFIG_DOMAINS)[number]): StoredConfig[] {
  const pushed = configs.config(domain).push()
  if (!pushed.ok) throw pushed.error
  const stored = pushed.value.messages.map((data, part) => ({
    hash: `${domain}-${pushed.value.seqno}-${part}`,
    data,
  }))
  configs.config(domain).confirmPushed(
    pushed.value.seqno,
    stored.map(({ hash }) => hash),
  )
  return stored
}

function change(configs: AccountConfigs): void {
  configs.updateProfile({ name: 'Me' })
  configs.contacts.update(ALICE, { isApproved: true, nickname: 'A.' })
  configs.convoInfo.accounts.update(ALICE, { lastReadMs: NOW_MS })
}

describe('configurations of an account', () => {
  it('say what is not yet in the swarm', () => {
    const configs = open()
    expect(configs.listUnsent()).toEqual([])
    change(configs)
    expect(configs.listUnsent()).toEqual(['UserProfile', 'Contacts', 'ConvoInfoVolatile'])
    push(configs, 'Contacts')
    expect(configs.listUnsent()).toEqual(['UserProfile', 'ConvoInfoVolatile'])
  })

  it('survive a restart, with what is not yet sent', () => {
    const history = new History(openSqlite())
    const before = open(history)
    change(before)
    push(before, 'Contacts')
    before.transact(() => undefined)
    const after = open(history)
    expect(after.profile.name).toBe('Me')
    expect(after.contacts.find(ALICE)).toMatchObject({ isApproved: true, nickname: 'A.' })
    expect(after.listUnsent()).toEqual(['UserProfile', 'ConvoInfoVolatile'])
  })

  it('begin anew when the dump is damaged, and take from the swarm what it has', () => {
    const history = new History(openSqlite())
    const before = open(history)
    change(before)
    const stored = push(before, 'Contacts')
    for (const namespace of [2, 3, 4, 5])
      history.configs.put(account.accountId, namespace, Uint8Array.of(1, 2, 3))
    const after = open(history)
    expect(after.contacts.find(ALICE)).toBeUndefined()
    expect(after.merge('Contacts', stored)).toBe(true)
    expect(after.contacts.find(ALICE)?.nickname).toBe('A.')
    expect(after.merge('Contacts', stored)).toBe(false)
  })

  it('bring two devices to the same when both changed something', () => {
    const [first, second] = [open(), open()]
    first.contacts.update(ALICE, { isApproved: true })
    second.contacts.update(BOB, { isBlocked: true })
    const all = [...push(first, 'Contacts'), ...push(second, 'Contacts')]
    for (const device of [first, second]) device.merge('Contacts', all)
    for (const device of [first, second]) device.merge('Contacts', push(device, 'Contacts'))
    expect(first.contacts.list()).toEqual(second.contacts.list())
    expect(first.contacts.list()).toHaveLength(2)
  })

  it('pass over what cannot be read', () => {
    const configs = open()
    expect(configs.merge('Contacts', [{ hash: 'x', data: Uint8Array.of(1, 2, 3) }])).toBe(false)
  })

  it('read what another program on the device saved before they change anything', () => {
    const history = new History(openSqlite())
    const [first, second] = [open(history), open(history)]
    first.transact(() => {
      first.contacts.update(ALICE, { nickname: 'A.' })
    })
    second.transact(() => {
      second.contacts.update(BOB, { nickname: 'B.' })
    })
    const after = open(history)
    expect([ALICE, BOB].map((id) => after.contacts.find(id)?.nickname)).toEqual(['A.', 'B.'])
  })

  it('keep nothing of a change that failed, here or on disk', () => {
    const history = new History(openSqlite())
    const configs = open(history)
    const work = (): void => {
      configs.contacts.update(ALICE, { nickname: 'A.' })
      throw new Error('no')
    }
    expect(() => {
      configs.transact(work)
    }).toThrow('no')
    expect(configs.contacts.find(ALICE)).toBeUndefined()
    expect(open(history).contacts.find(ALICE)).toBeUndefined()
  })
})
