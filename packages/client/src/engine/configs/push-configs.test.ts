/** Configurations reach the swarm, replace what they were made from, and come back on another device. */
import type { Account } from '@sotto/crypto/identity'
import { ACCOUNT_CONFIGS } from '@sotto/protocol/config'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB } from '../../../test/history-fixtures.ts'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { retrievePages } from '../messaging/retrieve-pages.ts'
import type { NetworkClient } from '../network-client.ts'
import { AccountConfigs, CONFIG_DOMAINS } from './account-configs.ts'
import { pushConfigs, type PushParts } from './push-configs.ts'

const account: Account = createAccount('me')
const OWN = toAccountBytes(account.accountId)
const WISHES = [{ namespace: 0 }, ...CONFIG_DOMAINS.map((domain) => ACCOUNT_CONFIGS[domain])]

interface Device {
  readonly network: SimulatedNetwork
  readonly client: NetworkClient
  readonly configs: AccountConfigs
  readonly parts: PushParts
}

function createDevice(network: SimulatedNetwork): Device {
  const client = createClient(network)
  const history = new History(openSqlite())
  const configs = new AccountConfigs({ account, compression: zstdCompression, history })
  const { swarms, swarmCaller, time } = client
  return { network, client, configs, parts: { account, configs, swarms, swarmCaller, time } }
}

function push({ network, parts }: Device): ReturnType<typeof pushConfigs> {
  return network.settle(pushConfigs(parts))
}

/** One poll of everything that the account has. */
async function pull({ network, client, configs, parts }: Device): Promise<void> {
  const swarm = unwrap(await network.settle(client.swarms.find(OWN)))
  const [member] = swarm.members
  if (member === undefined) throw new Error('a member')
  const pages = unwrap(await network.settle(retrievePages(member, WISHES, parts)))
  for (const domain of CONFIG_DOMAINS) {
    const { namespace } = ACCOUNT_CONFIGS[domain]
    configs.merge(domain, pages.find((page) => page.namespace === namespace)?.messages ?? [])
  }
}

function countStored({ nodes }: SimulatedNetwork, namespace: number): number {
  return Math.max(...nodes.map(({ store }) => store.boxOf(OWN, namespace).length))
}

describe('pushing configurations', () => {
  it('does nothing when the swarm has everything', async () => {
    const device = createDevice(new SimulatedNetwork())
    expect(unwrap(await push(device))).toBe(false)
    expect(device.network.packets).toEqual([])
  })

  it('brings them to the account’s other devices, in one request each way', async () => {
    const network = new SimulatedNetwork()
    const [first, second] = [createDevice(network), createDevice(network)]
    first.configs.updateProfile({ name: 'Me' })
    first.configs.contacts.update(ALICE, { isApproved: true })
    expect(unwrap(await push(first))).toBe(true)
    expect(first.configs.listUnsent()).toEqual([])
    await pull(second)
    expect(second.configs.profile.name).toBe('Me')
    expect(second.configs.contacts.find(ALICE)?.isApproved).toBe(true)
    const before = network.packetsTo('/onion_req/v2').length
    await pull(second)
    expect(network.packetsTo('/onion_req/v2')).toHaveLength(before + 1)
  })

  it('deletes the revision that the new one replaces, and only after it is stored', async () => {
    const network = new SimulatedNetwork()
    const device = createDevice(network)
    for (const nickname of ['A', 'B', 'C']) {
      device.configs.contacts.update(ALICE, { nickname })
      unwrap(await push(device))
    }
    expect(countStored(network, ACCOUNT_CONFIGS.Contacts.namespace)).toBe(1)
    const methods = network.nodes.flatMap(({ executed }) => executed)
    expect(methods.filter((name) => name === 'store' || name === 'delete').slice(-2)).toEqual([
      'store',
      'delete',
    ])
  })

  it('joins what two devices changed at once', async () => {
    const network = new SimulatedNetwork()
    const devices = [createDevice(network), createDevice(network)] as const
    devices[0].configs.contacts.update(ALICE, { isApproved: true })
    devices[1].configs.contacts.update(BOB, { isBlocked: true })
    for (const device of devices) unwrap(await push(device))
    for (let round = 0; round < 2; round++) {
      for (const device of devices) {
        await pull(device)
        unwrap(await push(device))
      }
    }
    expect(devices[0].configs.contacts.list()).toEqual(devices[1].configs.contacts.list())
    expect(devices[0].configs.contacts.list()).toHaveLength(2)
    expect(countStored(network, ACCOUNT_CONFIGS.Contacts.namespace)).toBe(1)
  })

  it('keeps for the next time what did not arrive, as the same bytes', async () => {
    const network = new SimulatedNetwork()
    const device = createDevice(network)
    device.configs.updateProfile({ name: 'Me' })
    network.isOffline = true
    expect(codeOf(await push(device))).not.toBe('success')
    expect(device.configs.listUnsent()).toEqual(['UserProfile'])
    network.isOffline = false
    unwrap(await push(device))
    unwrap(await push(device))
    expect(countStored(network, ACCOUNT_CONFIGS.UserProfile.namespace)).toBe(1)
  })

  it('does not believe a member that no signature supports', async () => {
    const network = new SimulatedNetwork()
    const device = createDevice(network)
    for (const { faults } of network.nodes) faults.signsWrong = true
    device.configs.updateProfile({ name: 'Me' })
    expect(codeOf(await push(device))).toBe('not_stored')
    expect(device.configs.listUnsent()).toEqual(['UserProfile'])
  })
})
