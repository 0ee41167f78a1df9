import type { Introspection, IntrospectedNode } from '@sotto/devnet/introspection'
import { describe, expect, it } from 'vitest'
import { composeBanner, composeStatus } from './banner.ts'

function createNode(
  number: number,
  swarm: string,
  state: IntrospectedNode['state'],
): IntrospectedNode {
  return {
    name: `node-0${number}`,
    ed25519: 'aa',
    x25519: 'bb',
    legacy: 'cc',
    host: '127.0.0.1',
    ports: { https: 22_101, web: 22_102, peer: 22_103 },
    roles: ['storage'],
    swarm,
    pid: 1,
    state,
    conditions: [],
  }
}

const network: Introspection = {
  introspect: 'http://127.0.0.1:22100',
  seedUrl: 'http://127.0.0.1:22100',
  ready: true,
  name: 'demo',
  nodes: [
    createNode(1, '0', 'ready'),
    createNode(2, '7fffffffffffffff', 'ready'),
    createNode(3, '0', 'killed'),
  ],
  accounts: [
    { name: 'alice', accountId: '05aa', recoveryPhrase: 'words of alice' },
    { name: 'bob', accountId: '05bb', recoveryPhrase: 'words of bob' },
  ],
  timeline: { baseMs: 0, timeMs: 0, rate: 1 },
  swarms: [],
}
const options = { statePath: '.sotto/net', runner: 'pnpm', ending: 'Ctrl-C stops it.' } as const

describe('banner', () => {
  it('says where to look, whom to be, and what to type next', () => {
    const text = composeBanner(network, options)
    for (const part of [
      'http://127.0.0.1:22100',
      '.sotto/net',
      '05aa',
      'words of bob',
      'pnpm sotto send',
      'pnpm sotto read',
      'Ctrl-C stops it.',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('types the commands as the reader of a machine without pnpm has to', () => {
    const text = composeBanner(network, { ...options, runner: 'npx --yes pnpm@12' })
    expect(text).toContain('npx --yes pnpm@12 sotto send')
  })

  it('still says where the network is when it has no accounts', () => {
    expect(composeBanner({ ...network, accounts: [] }, options)).toContain('22100')
  })
})

describe('status', () => {
  it('shows swarms with their nodes and marks a node that does not serve', () => {
    const lines = composeStatus(network, '.sotto/net').split('\n')
    expect(lines[0]).toBe('Network "demo": 2 of 3 nodes are ready.')
    expect(lines.find((line) => line.includes('0000000000000000'))).toMatch(
      /node-01 {2}node-03 \(killed\)/u,
    )
    expect(lines.find((line) => line.includes('7fffffffffffffff'))).toMatch(/node-02/u)
  })

  it('says what is wrong with a node, and how the clock goes', () => {
    const [first, ...others] = network.nodes
    if (first === undefined) throw new Error('no node')
    const nodes = [{ ...first, conditions: ['lag 200 ms', 'lies'] }, ...others]
    const timeline = { baseMs: 0, timeMs: 3_600_000, rate: 1 }
    const text = composeStatus({ ...network, nodes, timeline })
    expect(text).toContain('node-01  lag 200 ms, lies')
    expect(text).toContain('node-03  killed')
    expect(text).toContain("is 3600000 ms ahead of this machine's")
    const well = { ...network, nodes: nodes.slice(1, 2) }
    expect(composeStatus(well)).not.toContain('wrong')
  })

  it('names the authorities that are proven to have lied, and when', () => {
    const evidence = [
      { authority: 'aa', node: 'node-02', kind: 'votes' as const, epoch: 12 },
      { authority: 'bb', kind: 'documents' as const, epoch: 13 },
    ]
    const text = composeStatus({ ...network, evidence })
    expect(text).toContain('node-02  lied as an authority: two votes of epoch 12')
    expect(text).toContain('bb  lied as an authority: two documents of epoch 13')
    expect(composeStatus(network)).not.toContain('lied')
  })

  it('says so while the network is starting', () => {
    expect(composeStatus({ ...network, ready: false }, '/x')).toContain('is starting')
  })

  it('breaks a large swarm into lines that fit a terminal', () => {
    const nodes = Array.from({ length: 9 }, (_, index) => createNode(index + 1, '0', 'ready'))
    const text = composeStatus({ ...network, nodes }, '/x')
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(text).toContain('One swarm')
  })
})
