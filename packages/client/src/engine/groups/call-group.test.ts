/** Asking a group's swarm: one member after the other, signed anew each time. */
import { deriveGroupAdmin } from '@sotto/crypto/session'
import { encodeGroupId } from '@sotto/protocol/group'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { callGroup, type GroupCall } from './call-group.ts'
import { composeDelete, composeStore } from './compose-requests.ts'
import { openGroupAccess } from './group-access.ts'

const SEED = new Uint8Array(32).fill(9)
const ID = encodeGroupId(deriveGroupAdmin(Uint8Array.from(SEED)).signing.publicKey)
const ALICE = createAccount('alice')

function createSetting() {
  const network = new SimulatedNetwork()
  const access = openGroupAccess(ALICE, ID, { adminSeed: SEED, memberAuth: null })
  if (access === undefined) throw new Error('a way in')
  const { swarms, swarmCaller, time } = createClient(network)
  const composedAtMs: number[] = []
  const call = (changes: Partial<GroupCall> = {}) =>
    network.settle(
      callGroup(
        {
          account: access.accountBytes,
          compose(nowMs) {
            composedAtMs.push(nowMs)
            return [composeStore(access, { namespace: 11, data: SEED }, nowMs)]
          },
          isEnough: () => true,
          ...changes,
        },
        { swarms, swarmCaller, time },
      ),
    )
  return { network, access, call, composedAtMs, swarm: network.swarmOf(access.accountBytes) }
}

describe('a group’s swarm', () => {
  it('is asked through one member, which tells the others', async () => {
    const { call, swarm, access } = createSetting()
    const { members, results } = unwrap(await call())
    expect(members).toHaveLength(swarm.length)
    expect(results).toHaveLength(1)
    expect(
      swarm.flatMap(({ executed }) => executed).filter((name) => name === 'store'),
    ).toHaveLength(1)
    for (const { store } of swarm) expect(store.boxOf(access.accountBytes, 11)).toHaveLength(1)
  })

  it('is asked through another member when one fails, with a new signature', async () => {
    const { call, swarm, composedAtMs, network } = createSetting()
    const [first, second] = swarm
    for (const node of [first, second])
      if (node !== undefined) node.faults.whole = { status: 500, body: 'no' }
    for (let time = 0; time < 8; time++) unwrap(await call())
    expect(composedAtMs.length).toBeGreaterThan(8)
    for (const { faults } of swarm) faults.whole = { status: 500, body: 'no' }
    const before = composedAtMs.length
    expect(codeOf(await call())).toBe('node_failed')
    expect(composedAtMs.length - before).toBe(3)
    expect(composedAtMs.every((ms) => Math.abs(ms - network.clock.now()) < 60_000)).toBe(true)
  })

  it('is asked again as long as the answer is not enough, three times at most', async () => {
    const { call } = createSetting()
    const asked: number[] = []
    const failed = await call({
      isEnough({ results }) {
        asked.push(results.length)
        return false
      },
    })
    expect(codeOf(failed)).toBe('not_stored')
    expect(asked).toEqual([1, 1, 1])
    asked.length = 0
    const second = await call({ isEnough: () => asked.push(0) === 2 })
    expect(second.ok).toBe(true)
  })

  it('is not asked again when it does not accept the signature', async () => {
    const { call, access, composedAtMs } = createSetting()
    const refused = await call({
      compose(nowMs) {
        composedAtMs.push(nowMs)
        return [composeStore(access, { namespace: 11, data: SEED }, nowMs - 3_600_000)]
      },
    })
    expect(codeOf(refused)).toBe('clock_out_of_sync')
    expect(composedAtMs).toHaveLength(1)
  })

  it('does what comes after a refusal not at all, so that order protects', async () => {
    const { call, access, swarm } = createSetting()
    unwrap(await call())
    const [kept] = swarm[0]?.store.boxOf(access.accountBytes, 11) ?? []
    const refused = await call({
      compose: (nowMs) => [
        composeStore(access, { namespace: 13, data: SEED }, nowMs - 3_600_000),
        composeDelete(access, [kept?.hash ?? '']),
      ],
    })
    expect(refused.ok).toBe(false)
    for (const { store } of swarm) expect(store.boxOf(access.accountBytes, 11)).toHaveLength(1)
  })

  it('cannot be asked when nobody is reached', async () => {
    const { call, network } = createSetting()
    network.isOffline = true
    expect((await call()).ok).toBe(false)
  })
})
