/**
 * A client of another make, which knows one URL, uses the network: bootstrap, swarm, store, retrieve, page, batch, onion.
 *
 * It shares no code with ours (`../foreign`), so a mistake that our encoder and decoder make together shows here.
 */

import { startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ForeignAccount, createForeignAccount } from '../foreign/foreign-account.ts'
import { readTexts, writeRetrieveParams, writeStoreParams } from '../foreign/foreign-messages.ts'
import { callThroughOnion } from '../foreign/foreign-onion.ts'
import {
  type ForeignNode,
  bootstrap,
  callStorage,
  findSwarmNodes,
  readList,
  readObject,
} from '../foreign/foreign-rpc.ts'

const NODES = 12

let network: Awaited<ReturnType<typeof startNetwork>>
let nodes: readonly ForeignNode[]

beforeAll(async () => {
  network = await startNetwork({ nodes: NODES, seed: 'foreign', driver: 'child-process' })
  nodes = (await bootstrap(network.seedUrl)).nodes
})
afterAll(() => network[Symbol.asyncDispose]())

async function findMember(account: ForeignAccount): Promise<ForeignNode> {
  const [member] = await findSwarmNodes(nodes, account.accountId)
  if (member === undefined) throw new Error('the swarm is empty')
  return member
}

function pickPath(avoid: ForeignNode): [ForeignNode, ForeignNode, ForeignNode] {
  const [first, second, third] = nodes.filter(
    (node) => node.pubkey_ed25519 !== avoid.pubkey_ed25519,
  )
  if (first === undefined || second === undefined || third === undefined) {
    throw new Error('too few nodes for a path')
  }
  return [first, second, third]
}

describe('bootstrapping from the seed URL', () => {
  it('lists every node with the content type that clients insist on', async () => {
    const { reply, contentType } = await bootstrap(network.seedUrl)
    expect(contentType).toBe('application/json')
    expect(nodes).toHaveLength(NODES)
    expect(typeof reply['height']).toBe('number')
    const known = network.nodes.map((node) => `${node.ed25519} ${node.ports.https}`)
    const listed = nodes.map((node) => `${node.pubkey_ed25519} ${node.storage_port}`)
    expect(listed.toSorted()).toEqual(known.toSorted())
  })

  it('is possible after the first node was killed, so the seed does not die with it', async () => {
    await network.kill('node-01')
    expect((await bootstrap(network.seedUrl)).nodes).toHaveLength(NODES)
    await network.start('node-01')
  })
})

describe('direct requests over HTTPS', () => {
  it('tells the same swarm on every node, with the port as text', async () => {
    const { accountId } = createForeignAccount()
    const answers = await Promise.all(
      nodes.map((node) => callStorage(node, 'get_swarm', { pubkey: accountId })),
    )
    const swarms = new Set(answers.map(({ json }) => JSON.stringify(json['snodes'])))
    expect(answers.map(({ status }) => status)).toEqual(nodes.map(() => 200))
    expect(new Set(answers.map(({ json }) => json['swarm'])).size).toBe(1)
    expect(swarms.size).toBe(1)
    const [entry] = readList(answers[0]?.json, 'snodes')
    expect(typeof entry?.['port']).toBe('string')
    expect(entry?.['port']).toBe(String(entry?.['port_https']))
  })

  it('stores on one member and retrieves from every other', async () => {
    const account = createForeignAccount()
    const members = await findSwarmNodes(nodes, account.accountId)
    const [entry, ...others] = members
    if (entry === undefined) throw new Error('the swarm is empty')
    const stored = await callStorage(entry, 'store', writeStoreParams(account, 'over https'))
    expect(stored.status).toBe(200)
    expect(typeof stored.json['t']).toBe('number')
    expect(stored.json['hf']).toHaveLength(2)
    expect(Object.keys(stored.json['swarm'] ?? {}).toSorted()).toEqual(
      members.map((node) => node.pubkey_ed25519).toSorted(),
    )
    const read = await Promise.all(
      others.map((node) => callStorage(node, 'retrieve', writeRetrieveParams(account))),
    )
    expect(read.map(({ json }) => readTexts(readList(json, 'messages')))).toEqual(
      others.map(() => ['over https']),
    )
  })

  it.each(['last_hash', 'lastHash'])('pages with %s until there is no more', async (spelling) => {
    const account = createForeignAccount()
    const member = await findMember(account)
    const sent = Array.from({ length: 7 }, (_, index) => `message ${index}`)
    await sent.reduce<Promise<unknown>>(
      (before, text) =>
        before.then(() => callStorage(member, 'store', writeStoreParams(account, text))),
      Promise.resolve(),
    )
    const readPage = async (lastHash: string): Promise<readonly string[]> => {
      const page = { [spelling]: lastHash, max_count: 3 }
      const { json } = await callStorage(member, 'retrieve', writeRetrieveParams(account, page))
      const messages = readList(json, 'messages')
      const rest = json['more'] === true ? await readPage(String(messages.at(-1)?.['hash'])) : []
      return [...readTexts(messages), ...rest]
    }
    expect(await readPage('')).toEqual(sent)
  })

  it('answers a batch in the order of its requests, with a code for each', async () => {
    const account = createForeignAccount()
    const member = await findMember(account)
    const requests = [
      { method: 'store', params: writeStoreParams(account, 'in a batch') },
      { method: 'info', params: {} },
      {
        method: 'retrieve',
        params: { ...writeRetrieveParams(account), signature: account.sign('x') },
      },
    ]
    const { status, json } = await callStorage(member, 'batch', { requests })
    const results = readList(json, 'results')
    expect(status).toBe(200)
    expect(results.map((result) => result['code'])).toEqual([200, 200, 401])
    expect(results[1]?.['body']).toMatchObject({ version: [2, 8, 0] })
  })

  it('is sent to the right swarm with 421 and its members', async () => {
    const account = createForeignAccount()
    const members = await findSwarmNodes(nodes, account.accountId)
    const keys = new Set(members.map((node) => node.pubkey_ed25519))
    const stranger = nodes.find((node) => !keys.has(node.pubkey_ed25519))
    if (stranger === undefined) throw new Error('all nodes are in one swarm')
    const { status, json } = await callStorage(
      stranger,
      'store',
      writeStoreParams(account, 'astray'),
    )
    expect(status).toBe(421)
    const named = readList(json, 'snodes').map((entry) => String(entry['pubkey_ed25519']))
    expect(named.toSorted()).toEqual([...keys].toSorted())
  })
})

describe('onion requests with AES-GCM', () => {
  it('store and retrieve over three hops, with the reply as JSON in a string', async () => {
    const account = createForeignAccount()
    const member = await findMember(account)
    const path = pickPath(member)
    const params = writeStoreParams(account, 'under three layers')
    const stored = await callThroughOnion(path, member, { method: 'store', params })
    expect(stored).toMatchObject({ guardStatus: 200, status: 200 })
    const request = { method: 'retrieve', params: writeRetrieveParams(account) }
    const read = await callThroughOnion(path, member, request)
    expect(readTexts(readList(read.body, 'messages'))).toEqual(['under three layers'])
  })

  it('learn through the path, too, that a node is not of the swarm', async () => {
    const account = createForeignAccount()
    const keys = new Set(
      (await findSwarmNodes(nodes, account.accountId)).map((node) => node.pubkey_ed25519),
    )
    const stranger = nodes.find((node) => !keys.has(node.pubkey_ed25519))
    if (stranger === undefined) throw new Error('all nodes are in one swarm')
    const params = writeStoreParams(account, 'astray')
    const reply = await callThroughOnion(pickPath(stranger), stranger, { method: 'store', params })
    expect(reply).toMatchObject({ guardStatus: 200, status: 421 })
    expect(readList(reply.body, 'snodes')).toHaveLength(keys.size)
  })

  it('hear in plain text which next node a relay does not know', async () => {
    const account = createForeignAccount()
    const member = await findMember(account)
    const [guard, middle] = pickPath(member)
    const unknown = { ...middle, pubkey_ed25519: 'ab'.repeat(32) }
    const request = { method: 'info', params: {} }
    const reply = await callThroughOnion([guard, unknown, middle], member, request)
    expect(reply).toMatchObject({
      guardStatus: 502,
      guardText: `Next node not found: ${unknown.pubkey_ed25519}`,
    })
  })

  it('find the service node list through the path', async () => {
    const [destination] = nodes
    if (destination === undefined) throw new Error('no node')
    const fields = {
      public_ip: true,
      storage_port: true,
      pubkey_x25519: true,
      pubkey_ed25519: true,
    }
    const params = { endpoint: 'get_service_nodes', params: { active_only: true, fields } }
    const path = pickPath(destination)
    const reply = await callThroughOnion(path, destination, { method: 'oxend_request', params })
    const states = readList(readObject(reply.body, 'result'), 'service_node_states')
    expect(states).toHaveLength(NODES)
  })
})
