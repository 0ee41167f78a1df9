/** What was changed reaches the swarm, in rounds that do not meet. */
import { ACCOUNT_CONFIGS } from '@sotto/protocol/config'
import { describe, expect, it } from 'vitest'
import { createHash } from '../../../test/history-fixtures.ts'
import { createHistoryDevice } from '../../../test/history-device.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { createAccount } from '../../../test/simulated-person.ts'
import { queueForgetting } from '../upkeep/forget-in-swarm.ts'
import { ChangeSharing } from './share-changes.ts'

function createSetting() {
  const network = new SimulatedNetwork()
  const device = createHistoryDevice(network, createAccount('me'))
  const { account, accountBytes, client, configs, history } = device
  const { swarms, swarmCaller, time } = client
  const sharing = new ChangeSharing({ account, configs, history, swarms, swarmCaller, time })
  const { namespace } = ACCOUNT_CONFIGS.UserProfile
  return {
    network,
    configs,
    history,
    share: () => network.settle(sharing.share()),
    start: () => sharing.share(),
    rename: (name: string) => {
      configs.transact(() => {
        configs.updateProfile({ name })
      })
    },
    countStored: () =>
      Math.max(...network.nodes.map(({ store }) => store.boxOf(accountBytes, namespace).length)),
    countAsked: (method: string) =>
      network.nodes.flatMap(({ executed }) => executed).filter((name) => name === method).length,
  }
}

describe('sharing', () => {
  it('asks nobody when nothing was changed', async () => {
    const { network, share } = createSetting()
    expect(await share()).toBeUndefined()
    expect(network.packets).toEqual([])
  })

  it('stores what was changed, and leaves one revision in the swarm', async () => {
    const { share, rename, countStored, configs } = createSetting()
    for (const name of ['one', 'two']) {
      rename(name)
      expect(await share()).toBeUndefined()
    }
    expect(configs.listUnsent()).toEqual([])
    expect(countStored()).toBe(1)
  })

  it('takes along what was changed while a round ran', async () => {
    const { network, start, rename, configs } = createSetting()
    rename('one')
    const first = start()
    rename('two')
    const second = start()
    await network.settle(Promise.all([first, second]))
    expect(configs.listUnsent()).toEqual([])
    expect(configs.profile.name).toBe('two')
  })

  it('says what went wrong, and sends the same later', async () => {
    const { network, share, rename, countStored } = createSetting()
    rename('one')
    network.isOffline = true
    expect((await share())?.isRetryable).toBe(true)
    network.isOffline = false
    expect(await share()).toBeUndefined()
    expect(countStored()).toBe(1)
  })

  it('forgets in the swarm only after what replaces it is stored', async () => {
    const { network, share, rename, history, countAsked } = createSetting()
    rename('one')
    queueForgetting([createHash('old')], history)
    for (const { faults } of network.nodes)
      faults.answer = (request, honest) =>
        request.method === 'store' ? { status: 500, body: 'no' } : honest()
    expect(await share()).toBeDefined()
    expect(countAsked('delete')).toBe(0)
    for (const { faults } of network.nodes) delete faults.answer
    expect(await share()).toBeUndefined()
    expect(countAsked('delete')).toBe(1)
  })
})
