/** Groups are opened once, again when the account's standing changes, and changed one after the other. */
import { createMemberAuth, deriveGroupAdmin } from '@sotto/crypto/session'
import { encodeGroupId } from '@sotto/protocol/group'
import { describe, expect, it } from 'vitest'
import { createGroupDevice } from '../../../test/group-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { OpenGroups } from './open-groups.ts'

const SEED = new Uint8Array(32).fill(9)
const ADMIN = deriveGroupAdmin(Uint8Array.from(SEED))
const ID = encodeGroupId(ADMIN.signing.publicKey)
const OTHER = encodeGroupId(deriveGroupAdmin(new Uint8Array(32).fill(8)).signing.publicKey)

function createSetting() {
  const network = new SimulatedNetwork()
  const device = createGroupDevice(network, 'bob')
  const { client, configs, history, account, sender } = device
  const { time, swarms, swarmCaller } = client
  const { randomness } = network
  const parts = { account, history, configs, sender, time, swarms, swarmCaller, randomness }
  const groups = new OpenGroups({ ...parts, compression: zstdCompression })
  const records = configs.groups.groups
  return { device, groups, records, memberAuth: createMemberAuth(ADMIN, { member: device.id }) }
}

describe('a group', () => {
  it('is opened once for one standing, and anew for another', () => {
    const { groups, records, memberAuth } = createSetting()
    records.update(ID, { name: 'x', memberAuth })
    const group = groups.find(ID)
    expect(group?.access.admin).toBeUndefined()
    records.update(ID, { name: 'y' })
    expect(groups.find(ID)).toBe(group)
    records.update(ID, { adminSeed: SEED, memberAuth: null })
    expect(groups.find(ID)).not.toBe(group)
    expect(groups.find(ID)?.access.admin).toBeDefined()
  })

  it('is not there while it waits for an answer, after it ended, and without a way in', () => {
    const { groups, records, memberAuth } = createSetting()
    expect(groups.find(ID)).toBeUndefined()
    records.update(ID, { memberAuth, isInvitePending: true })
    expect(groups.find(ID)).toBeUndefined()
    records.update(ID, { isInvitePending: false })
    expect(groups.list()).toEqual([ID])
    for (const removed of ['kicked', 'destroyed'] as const) {
      records.update(ID, { removed })
      expect(groups.find(ID)).toBeUndefined()
      expect(groups.list()).toEqual([])
    }
    records.update(ID, { removed: 'no', memberAuth: memberAuth.with(60, 0xff) })
    expect(groups.find(ID)).toBeUndefined()
  })

  it('that is forgotten has no dumps and no positions, and others keep theirs', () => {
    const { device, groups, records, memberAuth } = createSetting()
    const { history } = device
    records.update(ID, { memberAuth })
    const group = groups.find(ID)
    if (group === undefined) throw new Error('a group')
    groups.save(group)
    const place = { node: 'n', account: ID, namespace: 11 }
    history.arrivals.putCursor(place, 'somewhere')
    history.arrivals.putCursor({ ...place, account: OTHER }, 'elsewhere')
    expect(history.configs.find(ID, 12)).toBeDefined()
    groups.forget(ID)
    for (const namespace of [11, 12, 13, 14])
      expect(history.configs.find(ID, namespace)).toBeUndefined()
    expect(history.arrivals.findCursor(place)).toBeUndefined()
    expect(history.arrivals.findCursor({ ...place, account: OTHER })).toBe('elsewhere')
    expect(groups.find(ID)).not.toBe(group)
  })
})

describe('groups that ended on another device', () => {
  it('are forgotten here, and nothing else is', () => {
    const { device, groups, records } = createSetting()
    const { history, configs, account } = device
    const ids = [7, 8, 9].map((byte) => {
      const admin = deriveGroupAdmin(new Uint8Array(32).fill(byte))
      const id = encodeGroupId(admin.signing.publicKey)
      records.update(id, { memberAuth: createMemberAuth(admin, { member: device.id }) })
      const group = groups.find(id)
      if (group !== undefined) groups.save(group)
      return id
    })
    configs.transact(() => undefined)
    const [left, kicked, kept] = ids
    if (left === undefined || kicked === undefined || kept === undefined) throw new Error('ids')
    records.erase(left)
    records.update(kicked, { removed: 'kicked', memberAuth: null })
    groups.forgetEnded()
    expect(history.configs.listOwners().toSorted()).toEqual([kept, account.accountId].toSorted())
    expect(groups.list()).toEqual([kept])
  })
})

describe('turns', () => {
  it('come one after the other for one group, also after a failure, and do not wait for others', async () => {
    const { groups } = createSetting()
    const done: string[] = []
    const gates: (() => void)[] = []
    const work = (name: string) => async (): Promise<string> => {
      done.push(`${name} begins`)
      await new Promise<void>((resolve) => {
        gates.push(resolve)
      })
      if (name === 'second') throw new Error('no')
      done.push(`${name} ends`)
      return name
    }
    const turns = [
      groups.takeTurn(ID, work('first')),
      groups.takeTurn(ID, work('second')),
      groups.takeTurn(ID, work('third')),
    ]
    const other = groups.takeTurn(OTHER, work('other'))
    for (let step = 0; step < 20; step++) {
      gates.shift()?.()
      await Promise.resolve()
      await Promise.resolve()
      await Promise.resolve()
    }
    const settled = await Promise.allSettled([...turns, other])
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    const own = done.filter((line) => !line.startsWith('other'))
    expect(own).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'third begins',
      'third ends',
    ])
    expect(done.indexOf('other begins')).toBeLessThan(done.indexOf('third begins'))
  })
})
