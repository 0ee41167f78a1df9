import { describe, expect, it } from 'vitest'
import type { NodeStanding } from '../introspection.ts'
import { judgeEvidence, judgeReasons, judgeStates } from './judge-directory.ts'

const EPOCH = 12

function standing(state: string, ...reasons: string[]): NodeStanding {
  return { state, since: 1, creditEpochs: 60, reasons }
}

const FINE = { name: 'node-01', standing: standing('active') }
const OUT = {
  name: 'node-02',
  standing: standing('decommissioned', 'keyShared', 'addressDisputed'),
}
const UNKNOWN = { name: 'node-03' }

describe('states', () => {
  it('are as expected when those of all nodes are', () => {
    expect(judgeStates([FINE], 'active', EPOCH)).toEqual({
      passed: true,
      detail: 'node-01 active in epoch 12',
      numbers: { epoch: EPOCH },
    })
    expect(judgeStates([FINE, OUT], 'active', EPOCH).passed).toBe(false)
    expect(judgeStates([UNKNOWN], 'unlisted', EPOCH).passed).toBe(true)
  })

  it('of no node are no proof of anything', () => {
    expect(judgeStates([], 'active', EPOCH).passed).toBe(false)
  })
})

describe('reasons', () => {
  it('are as expected when every node has it, among others', () => {
    expect(judgeReasons([OUT], 'keyShared', EPOCH)).toEqual({
      passed: true,
      detail: 'node-02 decommissioned: keyShared addressDisputed in epoch 12',
      numbers: { epoch: EPOCH },
    })
    expect(judgeReasons([OUT], 'addressDisputed', EPOCH).passed).toBe(true)
    expect(judgeReasons([OUT], 'clockOff', EPOCH).passed).toBe(false)
    expect(judgeReasons([FINE, OUT], 'keyShared', EPOCH).passed).toBe(false)
  })

  it('are none of a node that has none, and said so', () => {
    const judged = judgeReasons([FINE, UNKNOWN], 'none', EPOCH)
    expect(judged.passed).toBe(true)
    expect(judged.detail).toBe('node-01 active: no reason, node-03 unlisted: no reason in epoch 12')
    expect(judgeReasons([FINE, OUT], 'none', EPOCH).passed).toBe(false)
  })

  it('of no node are no proof of anything', () => {
    expect(judgeReasons([], 'none', EPOCH).passed).toBe(false)
  })
})

describe('evidence', () => {
  const lie = (node: string, epoch: number) => ({
    authority: `key of ${node}`,
    node,
    kind: 'votes' as const,
    epoch,
  })

  it('counts authorities, not proofs', () => {
    const evidence = [lie('node-01', 4), lie('node-01', 5), lie('node-03', 5)]
    expect(judgeEvidence(evidence, 2)).toEqual({
      passed: true,
      detail: 'two votes of node-01 in epoch 4, 5; two votes of node-03 in epoch 5',
      numbers: { authorities: 2, proofs: 3 },
    })
  })

  it('is neither too little nor too much', () => {
    expect(judgeEvidence([lie('node-01', 4)], 0).passed).toBe(false)
    expect(judgeEvidence([lie('node-01', 4)], 2).passed).toBe(false)
    expect(judgeEvidence([], 0)).toMatchObject({ passed: true, detail: 'no proof' })
  })

  it('of documents says so', () => {
    const { node: _, ...stranger } = { ...lie('node-01', 4), kind: 'documents' as const }
    expect(judgeEvidence([stranger], 1).detail).toBe('two documents of key of node-01 in epoch 4')
  })
})
