import { describe, expect, it } from 'vitest'
import type { IntrospectedNode, NodeState } from '../introspection.ts'
import { parsePhrase, resolvePhrase } from './node-phrase.ts'

function createNode(number: number, state: NodeState): IntrospectedNode {
  return {
    name: `node-0${number}`,
    ed25519: '',
    x25519: '',
    legacy: '',
    host: '127.0.0.1',
    ports: { https: 1, web: 2, peer: 3 },
    roles: [],
    swarm: '0',
    pid: null,
    state,
    conditions: [],
  }
}

const NODES = [
  createNode(1, 'ready'),
  createNode(2, 'killed'),
  createNode(3, 'ready'),
  createNode(4, 'paused'),
  createNode(5, 'ready'),
]

function resolve(text: string): readonly string[] {
  const phrase = parsePhrase(text.split(' ').filter(Boolean))
  if (!phrase.ok) throw new Error(phrase.error)
  return resolvePhrase(phrase.value, {
    nodes: NODES,
    swarmOfName: (account) => (account === 'alice' ? NODES.slice(0, 3) : []),
  })
}

describe('a phrase for nodes', () => {
  it.each([
    ['all', [1, 2, 3, 4, 5]],
    ['node-02 5', [2, 5]],
    ['half', [1, 2, 3]],
    ['swarm alice', [1, 2, 3]],
    ['swarm person-32', []],
    ['killed', [2]],
    ['paused', [4]],
    ['stopped', []],
    ['2 of swarm alice', [1, 3]],
    ['1 of all', [1]],
    ['1 of 3 5', [3]],
  ])('%s means %j', (text, numbers) => {
    expect(resolve(text)).toEqual(numbers.map((number) => `node-0${number}`))
  })

  it.each(['3 of swarm alice', '1 of killed', '4 of all'])('finds too few: %s', (text) => {
    expect(() => resolve(text)).toThrow(/^Only \d of them are ready, not \d\.$/u)
  })

  it.each(['', 'swarm', 'swarm mallory', 'swarm alice bob', 'killed 3', '0 of all', '100 of all'])(
    'is refused: %j',
    (text) => {
      expect(parsePhrase(text.split(' ').filter(Boolean)).ok).toBe(false)
    },
  )
})
