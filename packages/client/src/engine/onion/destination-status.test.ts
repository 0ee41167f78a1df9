/** What a status of the destination means. */
import { encodeSwarmMembers } from '@sotto/protocol/directory'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { CLIENT_ERRORS } from '../../errors.ts'
import { findCallFailure } from './destination-status.ts'

/** Ten thousand inputs take their time on a busy machine. */
const RANDOM_INPUT_MS = 60_000

describe('a status', () => {
  it.each([200, 201, 299])('%d is a success', (status) => {
    expect(findCallFailure(status, {})).toBeUndefined()
  })

  it.each([
    [406, 'clock_out_of_sync', false],
    [425, 'clock_out_of_sync', false],
    [401, 'unauthorized', false],
    [400, 'node_refused', false],
    [404, 'node_refused', false],
    [421, 'wrong_swarm', true],
    [403, 'node_failed', true],
    [429, 'node_failed', true],
    [500, 'node_failed', true],
    [503, 'node_failed', true],
    [302, 'node_failed', true],
    [100, 'node_failed', true],
  ] as const)('%d is %s; another try makes sense: %s', (status, code, isRetryable) => {
    const failure = findCallFailure(status, 'text')
    expect(failure?.error).toMatchObject({ code, isRetryable })
    expect(CLIENT_ERRORS[code].retryable).toBe(isRetryable)
  })

  it('trap 9: 406 of a node and 425 of a host mean the clock, and are not tried again', () => {
    for (const status of [406, 425]) {
      expect(findCallFailure(status, '')?.error).toMatchObject({
        code: 'clock_out_of_sync',
        isRetryable: false,
      })
    }
  })

  it('421 brings the right swarm along', () => {
    const members = new SimulatedNetwork().nodes.slice(0, 5).map(({ record }) => record)
    const failure = findCallFailure(421, encodeSwarmMembers({ id: 7n, members }))
    expect(failure?.swarm).toMatchObject({ id: 7n })
    expect(failure?.swarm?.members).toHaveLength(5)
  })

  it(
    '421 with anything else, or with nothing, is a refusal without a swarm',
    () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 2 }), (body) => {
          const failure = findCallFailure(421, body)
          expect(failure?.error.code).toBe('wrong_swarm')
          expect(failure?.swarm?.members ?? []).toEqual([])
        }),
        { numRuns: 10_000 },
      )
    },
    RANDOM_INPUT_MS,
  )
})
