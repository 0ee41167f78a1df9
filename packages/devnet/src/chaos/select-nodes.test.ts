import { describe, expect, it } from 'vitest'
import { nameNode, selectGroups, selectNodes, splitWords } from './select-nodes.ts'

const NAMES = [1, 2, 3, 4, 5].map(nameNode)

describe('words for nodes', () => {
  it('are separated by commas or spaces', () => {
    expect(splitWords(' node-01, 4,half  7 ')).toEqual(['node-01', '4', 'half', '7'])
    expect(splitWords('')).toEqual([])
  })

  it.each([
    [['node-03'], [3]],
    [['3'], [3]],
    [['03'], [3]],
    [
      ['5', 'node-02', '5'],
      [2, 5],
    ],
    [['all'], [1, 2, 3, 4, 5]],
    [['half'], [1, 2, 3]],
    [
      ['half', '5'],
      [1, 2, 3, 5],
    ],
    [[], []],
  ])('%j mean the nodes %j', (words, numbers) => {
    expect(selectNodes(NAMES, words)).toEqual(numbers.map(nameNode))
  })

  it.each(['6', 'node-6', 'node-99', 'quarter', '-1', '__proto__'])(
    'that mean no node are refused with those that there are: %s',
    (word) => {
      expect(() => selectNodes(NAMES, [word])).toThrow(/No node is called .*node-01, .*node-05/u)
    },
  )

  it('name the hundredth node', () => {
    expect(selectNodes([nameNode(100)], ['100'])).toEqual(['node-100'])
  })
})

describe('the groups of a partition', () => {
  it.each([
    [
      [['1'], ['2', '3']],
      [[1], [2, 3]],
    ],
    [
      [['half']],
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    [[['2']], [[2], [1, 3, 4, 5]]],
    [[['all']], [[1, 2, 3, 4, 5]]],
    [
      [['1'], ['2'], ['3']],
      [[1], [2], [3]],
    ],
  ])('%j are %j', (groups, numbers) => {
    expect(selectGroups(NAMES, groups)).toEqual(numbers.map((group) => group.map(nameNode)))
  })

  it.each([[[]], [[[]]], [[['1'], []]]])('without nodes are refused: %j', (groups) => {
    expect(() => selectGroups(NAMES, groups)).toThrow(/groups of nodes/u)
  })
})
