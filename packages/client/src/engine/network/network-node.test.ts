/** A list is remembered in the form in which nodes send it. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import {
  type NetworkNode,
  formatAddress,
  formatNodeList,
  parseNodeList,
  toNetworkNode,
} from './network-node.ts'

/** Ten thousand inputs take their time on a busy machine. */
const RANDOM_INPUT_MS = 60_000

const nodes = new SimulatedNetwork().nodes.map(({ record }) =>
  toNetworkNode({ ...record, httpsPort: record.ports.https, webPort: record.ports.web }),
)

describe('a remembered list', () => {
  it('comes back as it was', () => {
    const list = parseNodeList(formatNodeList(nodes))
    expect(list.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id))
    expect(list.map(formatAddress)).toEqual(nodes.map(formatAddress))
    expect(list.map(({ webPort }) => webPort)).toEqual(nodes.map(({ webPort }) => webPort))
    expect(list.map(({ x25519 }) => x25519)).toEqual(nodes.map(({ x25519 }) => x25519))
  })

  it('keeps that a node has no web listener', () => {
    const withoutWeb = nodes.map(removeWebPort)
    expect(parseNodeList(formatNodeList(withoutWeb)).every((node) => !('webPort' in node))).toBe(
      true,
    )
  })

  it(
    'is empty, and no throw, for anything else',
    () => {
      fc.assert(
        fc.property(
          fc.oneof(fc.string(), fc.json({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 })),
          (value) => {
            expect(parseNodeList(value)).toEqual([])
          },
        ),
        { numRuns: 10_000 },
      )
    },
    RANDOM_INPUT_MS,
  )
})

function removeWebPort({ id, ed25519, x25519, host, httpsPort }: NetworkNode): NetworkNode {
  return { id, ed25519, x25519, host, httpsPort }
}
