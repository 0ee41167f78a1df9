/** Which invitations and promotions an account believes, and how often. */
import type { AccountId } from '@sotto/crypto/identity'
import { createGroupSeed, deriveGroupAdmin, type GroupAdmin } from '@sotto/crypto/session'
import type { GroupId } from '@sotto/protocol/config'
import {
  createGroupNotice,
  createInvite,
  createPromotion,
  encodeGroupId,
} from '@sotto/protocol/group'
import { TIMER_OFF, type GroupUpdateMessage } from '@sotto/protocol/session'
import { describe, expect, it } from 'vitest'
import { createGroupDevice, type GroupDevice } from '../../../test/group-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { NOTHING, type Outcome } from '../receive/received.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const ALICE = createAccount('alice').accountId
const MALLORY = createAccount('mallory').accountId

interface Setting {
  readonly network: SimulatedNetwork
  readonly bob: GroupDevice
  readonly admin: GroupAdmin
  readonly id: GroupId
}

/** Alice is approved, Mallory is nobody. */
function createSetting(): Setting {
  const network = new SimulatedNetwork()
  const bob = createGroupDevice(network, 'bob')
  bob.configs.contacts.update(ALICE, { isApproved: true })
  const admin = deriveGroupAdmin(createGroupSeed(network.randomness))
  return { network, bob, admin, id: encodeGroupId(admin.signing.publicKey) }
}

interface Delivery {
  readonly sender?: AccountId
  readonly sentAtMs?: number
  readonly hash?: string
}

function take(
  { bob, network }: Setting,
  update: GroupUpdateMessage,
  { sender = ALICE, sentAtMs = network.clock.now(), hash = 'hash' }: Delivery = {},
): Outcome {
  const action = { kind: 'group', update } as const
  const received = { hash, expiryMs: sentAtMs + DAY_MS, sender, sentAtMs, timer: TIMER_OFF, action }
  return bob.history.transaction(() => bob.groups.takeFromAccount(received, update))
}

function invite(setting: Setting, delivery: Delivery = {}): Outcome {
  const { admin, bob, network } = setting
  const { sentAtMs = network.clock.now() } = delivery
  const update = createInvite({ admin, name: 'Hikers', member: bob.id, sentAtMs })
  return take(setting, update, delivery)
}

function recordOf({ bob, id }: Setting) {
  return bob.configs.groups.groups.find(id)
}

describe('an invitation', () => {
  it('of an approved contact is an answer by itself', () => {
    const setting = createSetting()
    const outcome = invite(setting, { hash: 'the message' })
    expect(outcome).toEqual({
      events: [{ kind: 'conversation', conversation: setting.id }],
      obsoleteHashes: ['the message'],
      readElsewhere: [],
    })
    expect(recordOf(setting)).toMatchObject({
      name: 'Hikers',
      isInvitePending: false,
      removed: 'no',
      joinedAtSeconds: Math.floor(setting.network.clock.now() / 1000),
    })
    expect(setting.bob.groups.list()).toEqual([setting.id])
  })

  it('of anybody else is a question', () => {
    const setting = createSetting()
    invite(setting, { sender: MALLORY })
    expect(recordOf(setting)?.isInvitePending).toBe(true)
    expect(setting.bob.groups.list()).toEqual([])
  })

  it('with a name of 10 kB is one with a short name', () => {
    const setting = createSetting()
    const { admin, bob, network } = setting
    const sentAtMs = network.clock.now()
    take(setting, createInvite({ admin, name: 'é'.repeat(5000), member: bob.id, sentAtMs }))
    expect(recordOf(setting)?.name).toBe('é'.repeat(50))
  })

  it('from another device of ours, or with something else in it, is none', () => {
    const setting = createSetting()
    expect(invite(setting, { sender: setting.bob.id }).events).toEqual([])
    const notice = createGroupNotice({ kind: 'left' }, { sentAtMs: 5 })
    expect(take(setting, notice)).toEqual(NOTHING)
    expect(recordOf(setting)).toBeUndefined()
  })

  it('that was signed by another group, for another member or at another time is refused', () => {
    const setting = createSetting()
    const { admin, bob, id, network } = setting
    const sentAtMs = network.clock.now()
    const other = deriveGroupAdmin(createGroupSeed(network.randomness))
    const forged = createInvite({ admin: other, name: 'Hikers', member: bob.id, sentAtMs })
    if (forged.inviteMessage === undefined) throw new Error('an invitation')
    forged.inviteMessage.groupSessionId = id
    const foreign = createInvite({ admin, name: 'Hikers', member: MALLORY, sentAtMs })
    const earlier = createInvite({ admin, name: 'Hikers', member: bob.id, sentAtMs: sentAtMs - 1 })
    for (const update of [forged, foreign, earlier]) expect(take(setting, update)).toEqual(NOTHING)
    expect(recordOf(setting)).toBeUndefined()
  })

  it('whose grant is for somebody else is refused, although its signature holds', () => {
    const setting = createSetting()
    const { admin, bob, network } = setting
    const sentAtMs = network.clock.now()
    const own = createInvite({ admin, name: 'Hikers', member: bob.id, sentAtMs })
    const foreign = createInvite({ admin, name: 'Hikers', member: MALLORY, sentAtMs })
    if (own.inviteMessage === undefined) throw new Error('an invitation')
    own.inviteMessage.memberAuthData = foreign.inviteMessage?.memberAuthData ?? new Uint8Array()
    expect(take(setting, own).events).toEqual([])
    expect(recordOf(setting)).toBeUndefined()
  })

  it('counts once: who left does not come back by it (TM-GM3)', () => {
    const setting = createSetting()
    const sentAtMs = setting.network.clock.now()
    invite(setting, { sentAtMs })
    setting.bob.configs.groups.groups.erase(setting.id)
    expect(invite(setting, { sentAtMs, hash: 'stored again' }).events).toEqual([])
    expect(recordOf(setting)).toBeUndefined()
    expect(invite(setting, { sentAtMs: sentAtMs + 1 }).events).toHaveLength(1)
  })

  it('that is given again when its memory has ended is too old by then', async () => {
    const setting = createSetting()
    const { network, bob } = setting
    const sentAtMs = network.clock.now()
    invite(setting, { sentAtMs })
    bob.configs.groups.groups.erase(setting.id)
    for (let days = 1; days <= 30; days++) {
      await network.clock.advance(DAY_MS)
      bob.history.arrivals.forgetSeen(network.clock.now(), 1000)
      expect(invite(setting, { sentAtMs }).events).toEqual([])
    }
  })

  it('of before a removal counts on no device of the account, also not on one that saw nothing', () => {
    const setting = createSetting()
    const { bob, network, id } = setting
    const sentAtMs = network.clock.now()
    invite(setting, { sentAtMs })
    bob.configs.groups.groups.update(id, { removed: 'kicked', memberAuth: null })
    const other = createGroupDevice(network, 'bob')
    const record = recordOf(setting)
    if (record !== undefined) other.configs.groups.groups.update(id, record)
    const there = { ...setting, bob: other }
    expect(invite(there, { sentAtMs }).events).toEqual([])
    expect(invite(there, { sentAtMs: sentAtMs - 5000 }).events).toEqual([])
    expect(recordOf(there)?.removed).toBe('kicked')
    expect(invite(there, { sentAtMs: sentAtMs + 5000 }).events).toHaveLength(1)
    expect(recordOf(there)?.removed).toBe('no')
  })

  it('of a time that nobody has yet is refused, for it would outlast every memory', () => {
    const setting = createSetting()
    const nowMs = setting.network.clock.now()
    expect(invite(setting, { sentAtMs: nowMs + HOUR_MS + 1 }).events).toEqual([])
    expect(invite(setting, { sentAtMs: nowMs + HOUR_MS }).events).toHaveLength(1)
  })

  it('to a group that the account is in renews the grant and leaves the rest', () => {
    const setting = createSetting()
    const { network, bob, id } = setting
    invite(setting)
    bob.configs.groups.groups.update(id, { name: 'As configured', memberAuth: null })
    invite(setting, { sentAtMs: network.clock.now() + 2000, sender: MALLORY })
    expect(recordOf(setting)).toMatchObject({ name: 'As configured', isInvitePending: false })
    expect(recordOf(setting)?.memberAuth).toHaveLength(100)
  })

  it('of strangers is bounded in number, so that nobody fills the account’s configuration', () => {
    const setting = createSetting()
    const { network, bob } = setting
    const inviteTo = (delivery: Delivery = {}) => {
      const admin = deriveGroupAdmin(createGroupSeed(network.randomness))
      const id = encodeGroupId(admin.signing.publicKey)
      return invite({ ...setting, admin, id }, delivery)
    }
    for (let index = 0; index < 100; index++)
      expect(inviteTo({ sender: MALLORY }).events).toHaveLength(1)
    expect(inviteTo({ sender: MALLORY }).events).toEqual([])
    expect(inviteTo().events).toHaveLength(1)
    expect(bob.configs.groups.groups.list()).toHaveLength(101)
    const first = bob.configs.groups.groups.list().find(([, one]) => one.isInvitePending)
    if (first !== undefined) bob.groups.declineInvite(first[0])
    expect(inviteTo({ sender: MALLORY }).events).toHaveLength(1)
  })

  it('takes no seed away', () => {
    const setting = createSetting()
    const { bob, admin, id } = setting
    bob.configs.groups.groups.update(id, { adminSeed: admin.signing.seed, joinedAtSeconds: 1 })
    expect(invite(setting).events).toEqual([])
    expect(recordOf(setting)?.adminSeed).toEqual(admin.signing.seed)
    expect(recordOf(setting)?.memberAuth).toBeNull()
  })
})

describe('a promotion', () => {
  it('is taken for a group that the account is in, whoever sends it', () => {
    const setting = createSetting()
    invite(setting)
    const outcome = take(setting, createPromotion(setting.admin, 'Other name'), { sender: MALLORY })
    expect(outcome.obsoleteHashes).toEqual(['hash'])
    expect(recordOf(setting)).toMatchObject({ name: 'Hikers', memberAuth: null, removed: 'no' })
    expect(recordOf(setting)?.adminSeed).toEqual(setting.admin.signing.seed)
  })

  it('brings an approved contact’s group, and nobody else’s', () => {
    const setting = createSetting()
    const promotion = createPromotion(setting.admin, 'New')
    expect(take(setting, promotion, { sender: MALLORY }).events).toEqual([])
    expect(recordOf(setting)).toBeUndefined()
    expect(take(setting, promotion).events).toHaveLength(1)
    expect(recordOf(setting)).toMatchObject({ name: 'New', isInvitePending: false })
    expect(setting.bob.groups.describe(setting.id)?.isAdmin).toBe(true)
  })

  it('counts once: who left a group that he led does not come back by it', () => {
    const setting = createSetting()
    const sentAtMs = setting.network.clock.now()
    const promotion = createPromotion(setting.admin, 'New')
    take(setting, promotion, { sentAtMs })
    expect(take(setting, promotion, { sentAtMs }).events).toEqual([])
    setting.bob.configs.groups.groups.erase(setting.id)
    expect(take(setting, promotion, { sentAtMs }).events).toEqual([])
    expect(recordOf(setting)).toBeUndefined()
  })

  it('with something else than a seed is refused', () => {
    const setting = createSetting()
    const promotion = createPromotion(setting.admin, 'New')
    if (promotion.promoteMessage === undefined) throw new Error('a promotion')
    promotion.promoteMessage.groupIdentitySeed = new Uint8Array(31)
    expect(take(setting, promotion).events).toEqual([])
  })
})
