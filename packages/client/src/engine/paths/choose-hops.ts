/**
 * Chooses nodes for the rest of a path: at random, in different /24s, and rather from those that nothing speaks
 * against (ADR 0006).
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import type { NetworkNode } from '../network/network-node.ts'
import { isSameSubnet } from '../network/subnet.ts'
import { shuffle } from '../random-choice.ts'

export interface HopChoice {
  readonly candidates: readonly NetworkNode[]
  /** Already on the path. */
  readonly chosen: readonly NetworkNode[]
  readonly count: number
  /** What speaks against a node; the least is chosen first, equals at random. */
  readonly weigh: (node: NetworkNode) => number
}

/** `undefined` if there are too few nodes apart from each other. */
export function chooseHops(
  { candidates, chosen, count, weigh }: HopChoice,
  randomness: Randomness,
): readonly NetworkNode[] | undefined {
  const hops: NetworkNode[] = []
  const ordered = shuffle(candidates, randomness).toSorted((a, b) => weigh(a) - weigh(b))
  for (const node of ordered) {
    if (hops.length === count) break
    const isApart = [...chosen, ...hops].every(
      (other) => other.id !== node.id && !isSameSubnet(other, node),
    )
    if (isApart) hops.push(node)
  }
  return hops.length === count ? hops : undefined
}
