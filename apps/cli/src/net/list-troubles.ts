/**
 * What is out of order in a local network, one line each.
 *
 * @module
 */

import type { Introspection } from '@sotto/devnet/introspection'
import { describeTime } from './describe-time.ts'

/** No lines when all is well. */
export function listTroubles({ nodes, timeline, evidence = [] }: Introspection): readonly string[] {
  const time = describeTime(timeline)
  const lines = nodes.flatMap(({ name, state, conditions }) => {
    const remarks = [...(state === 'ready' ? [] : [state]), ...conditions]
    return remarks.length === 0 ? [] : [`${name}  ${remarks.join(', ')}`]
  })
  const lies = evidence.map(
    ({ node, authority, kind, epoch }) =>
      `${node ?? authority}  lied as an authority: two ${kind} of epoch ${epoch}`,
  )
  return [...lines, ...lies, ...(time === undefined ? [] : [`The network's clock ${time}.`])]
}
