/**
 * A path as a person sees it.
 *
 * @module
 */
import type { PathHop } from '@sotto/client/engine'

const ROLES = ['guard', 'middle', 'exit'] as const

/** One line a node, in the order of the way. */
export function layOutPath(path: readonly PathHop[]): string {
  return path
    .map(({ ed25519, address }, index) =>
      [(ROLES[index] ?? '').padEnd(6), address.padEnd(21), ed25519].join('  '),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}
