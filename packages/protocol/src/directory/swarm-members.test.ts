/** A swarm as clients of the network read it. */
import { encodeBase32z, encodeHex } from '@sotto/crypto/bytes'
import { DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNode, createTestDirectory } from '../../test/node-fixtures.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { encodeSwarmMembers, parseSwarmMembers } from './index.ts'

describe('encodeSwarmMembers', () => {
  it('writes each member with its address and every spelling of its ports', () => {
    const node = createNode(0)
    expect(encodeSwarmMembers({ id: 200n, members: [node] })).toEqual({
      snodes: [
        {
          address: `${encodeBase32z(node.legacy)}.snode`,
          pubkey_legacy: encodeHex(node.legacy),
          pubkey_x25519: encodeHex(node.x25519),
          pubkey_ed25519: encodeHex(node.ed25519),
          port: '22021',
          port_https: 22_021,
          port_omq: 22_023,
          port_quic: 22_023,
          ip: '10.0.0.1',
        },
      ],
      swarm: 'c8',
    })
  })

  it('writes an address of 52 letters', () => {
    const [member] = encodeSwarmMembers({ id: 0n, members: [createNode(0)] }).snodes
    expect(JSON.stringify(member)).toMatch(/"address":"[a-z1-9]{52}\.snode"/)
  })

  it('writes no members and all ones when there is no swarm', () => {
    expect(encodeSwarmMembers({ id: INVALID_SWARM_ID, members: [] })).toEqual({
      snodes: [],
      swarm: 'ffffffffffffffff',
    })
  })
})

describe('parseSwarmMembers', () => {
  it('reads back what nodes write, with the exact id (trap 35)', () => {
    const directory = createTestDirectory()
    const id = directory.swarmIds.at(-1) ?? 0n
    const members = directory.membersOf(id)
    const parsed = parseSwarmMembers(
      JSON.parse(JSON.stringify(encodeSwarmMembers({ id, members }))),
    )
    expect(parsed).toEqual({
      ok: true,
      value: {
        id,
        members: members.map(({ ed25519, x25519, host, ports }) => ({
          ed25519,
          x25519,
          host,
          httpsPort: ports.https,
        })),
      },
    })
  })

  it('keeps no more than 64 members', () => {
    const member = encodeSwarmMembers({ id: 0n, members: [createNode(0)] }).snodes[0]
    const list = Array.from({ length: 100 }, () => member)
    const parsed = parseSwarmMembers({ snodes: list, swarm: '0' })
    expect(parsed.ok && parsed.value.members.length).toBe(64)
  })

  it('answers any value with a swarm or a refusal, never a throw', () => {
    const almost = fc.record({
      snodes: fc.oneof(fc.array(fc.anything()), fc.anything()),
      swarm: fc.constant('0'),
    })
    fc.assert(
      fc.property(fc.oneof(fc.anything(), almost), (json) => {
        const parsed = parseSwarmMembers(json)
        if (parsed.ok) expect(parsed.value.members).toEqual([])
        else expect(parsed.error.code).toBe('swarm_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
