/**
 * Whether nodes stand in the directory as a scenario expects, and which authorities are proven to have lied.
 *
 * @module
 */

import type { IntrospectedEvidence, IntrospectedNode } from '../introspection.ts'
import type { Outcome } from './outcome.ts'
import type { ExpectedState } from './scenario.ts'

type Standing = Pick<IntrospectedNode, 'name' | 'standing'>

/** At least one node, and all of them in this state. */
export function judgeStates(
  nodes: readonly Standing[],
  state: ExpectedState,
  epoch: number,
): Outcome {
  const states = nodes.map(({ standing }) => standing?.state ?? 'unlisted')
  const detail = nodes.map(({ name }, index) => `${name} ${states[index]}`).join(', ')
  const passed = nodes.length > 0 && states.every((each) => each === state)
  return { passed, detail: `${detail} in epoch ${epoch}`, numbers: { epoch } }
}

/** At least one node, and all of them for this reason among others; `none` for no reason at all. */
export function judgeReasons(nodes: readonly Standing[], reason: string, epoch: number): Outcome {
  const detail = nodes.map(({ name, standing }) => {
    const { state = 'unlisted', reasons = [] } = standing ?? {}
    return `${name} ${state}: ${reasons.length === 0 ? 'no reason' : reasons.join(' ')}`
  })
  const has = ({ standing }: Standing): boolean => {
    const reasons = standing?.reasons ?? []
    return reason === 'none' ? reasons.length === 0 : reasons.includes(reason)
  }
  const passed = nodes.length > 0 && nodes.every(has)
  return { passed, detail: `${detail.join(', ')} in epoch ${epoch}`, numbers: { epoch } }
}

/** Exactly so many authorities, however often each of them lied. */
export function judgeEvidence(evidence: readonly IntrospectedEvidence[], count: number): Outcome {
  const byAuthority = Map.groupBy(evidence, ({ authority }) => authority)
  const details = Array.from(byAuthority.values(), (proofs) => {
    const [first] = proofs
    const epochs = proofs.map(({ epoch }) => epoch).join(', ')
    return `two ${first?.kind} of ${first?.node ?? first?.authority} in epoch ${epochs}`
  })
  const detail = details.length === 0 ? 'no proof' : details.join('; ')
  const numbers = { authorities: byAuthority.size, proofs: evidence.length }
  return { passed: byAuthority.size === count, detail, numbers }
}
