/** One request for several namespaces, and what a node may answer to it. */
import { describe, expect, it } from 'vitest'
import { createRawMessage, place } from '../../../test/inbox-fixtures.ts'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { NodeFaults } from '../../../test/simulated-node.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from './account-bytes.ts'
import { type PageWish, retrievePages } from './retrieve-pages.ts'

const account = createAccount('me')
const OWN = toAccountBytes(account.accountId)
const MESSAGE = createRawMessage(account.accountId, Uint8Array.of(1, 2, 3), 5)

async function retrieve(wishes: readonly PageWish[], faults: NodeFaults = {}) {
  const network = new SimulatedNetwork()
  const { swarms, swarmCaller, time } = createClient(network)
  const swarm = unwrap(await network.settle(swarms.find(OWN)))
  const [member] = swarm.members
  if (member === undefined) throw new Error('a member')
  const node = network.node(member.id)
  place([node], account.accountId, [MESSAGE])
  Object.assign(node.faults, faults)
  return network.settle(retrievePages(member, wishes, { account, time, swarmCaller }))
}

describe('retrieving pages', () => {
  it('gives a page for each wish, in their order', async () => {
    const pages = unwrap(await retrieve([{ namespace: 3 }, { namespace: 0 }]))
    expect(pages).toEqual([
      { namespace: 3, messages: [], lastHash: undefined, hasMore: false },
      { namespace: 0, messages: [MESSAGE], lastHash: MESSAGE.hash, hasMore: false },
    ])
  })

  it('begins behind the last message that it has', async () => {
    const pages = unwrap(await retrieve([{ namespace: 0, lastHash: MESSAGE.hash }]))
    expect(pages[0]?.messages).toEqual([])
  })

  it('asks for shares of one answer, and for all of it when there is one namespace', async () => {
    const sizes: (number | undefined)[] = []
    const answer: NodeFaults['answer'] = (request, honest) => {
      if (request.method === 'retrieve') sizes.push(request.params.maxSize)
      return honest()
    }
    unwrap(await retrieve([{ namespace: 0 }], { answer }))
    unwrap(await retrieve([{ namespace: 0 }, { namespace: 2 }], { answer }))
    expect(sizes).toEqual([-1, -2, -8])
  })

  it.each([
    ['nonsense', { status: 200, body: { messages: 'none' } }],
    ['nothing', { status: 200, body: {} }],
  ])('refuses %s', async (_, body) => {
    expect(codeOf(await retrieve([{ namespace: 0 }], { answer: () => body }))).toBe(
      'reply_malformed',
    )
  })

  it('refuses an answer with fewer pages than were asked for', async () => {
    const whole = { status: 200, body: { results: [] } }
    expect(codeOf(await retrieve([{ namespace: 0 }], { whole }))).toBe('node_failed')
  })
})
