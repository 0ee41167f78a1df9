/**
 * Which nodes of a network a person means: names, numbers, `half` or `all`.
 *
 * @module
 */

import { DevnetError } from '../errors.ts'

const NODE_NUMBER_DIGITS = 2

/** The name of the node with this 1-based number. */
export function nameNode(number: number): string {
  return `node-${String(number).padStart(NODE_NUMBER_DIGITS, '0')}`
}

function selectByWord(names: readonly string[], word: string): readonly string[] {
  if (word === 'all') return names
  if (word === 'half') return names.slice(0, Math.ceil(names.length / 2))
  const name = /^\d{1,3}$/u.test(word) ? nameNode(Number(word)) : word
  if (names.includes(name)) return [name]
  const known = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`
  throw new DevnetError('unknown_node', `No node is called ${word}; ${known}.`)
}

/** Splits `node-01,4 half` into its words. */
export function splitWords(text: string): readonly string[] {
  return text.split(/[\s,]+/u).filter((word) => word !== '')
}

/** The nodes that these words mean, each once and in the network's order; throws a `DevnetError` for a word that means none. */
export function selectNodes(names: readonly string[], words: readonly string[]): readonly string[] {
  const selected = new Set(words.flatMap((word) => selectByWord(names, word)))
  return names.filter((name) => selected.has(name))
}

/**
 * The groups of a partition. One group alone is cut off from all others; nodes that several groups leave out stay in reach of
 * everybody.
 */
export function selectGroups(
  names: readonly string[],
  groups: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const selected = groups.map((words) => selectNodes(names, words))
  const [first, ...others] = selected
  if (first === undefined || selected.some((group) => group.length === 0)) {
    throw new DevnetError('invalid_order', 'A partition has groups of nodes, such as `1,2|3,4`.')
  }
  if (others.length > 0) return selected
  const rest = names.filter((name) => !first.includes(name))
  return rest.length === 0 ? [first] : [first, rest]
}
