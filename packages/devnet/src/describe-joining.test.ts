/** What a node from outside is told. */
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { describeJoining } from './describe-joining.ts'
import { deriveAuthorities } from './first-document.ts'

const host = '127.0.0.1'

describe('describeJoining', () => {
  it('names the keys of all authorities, and their nodes as seeds', () => {
    const shape = { seed: 'joining', networkId: new Uint8Array(16).fill(7), authorities: 3 }
    const nodes = [1, 2, 3, 4].map((number) => ({
      host,
      ports: { https: 10 * number, web: 10 * number + 1, peer: 10 * number + 2 },
      roles: number > 3 ? ['storage'] : ['storage', 'directory'],
    }))
    expect(describeJoining(shape, nodes)).toEqual({
      network: '07'.repeat(16),
      authorities: deriveAuthorities('joining', 3).map(({ publicKey }) => encodeHex(publicKey)),
      threshold: 2,
      seeds: ['http://127.0.0.1:11', 'http://127.0.0.1:21', 'http://127.0.0.1:31'],
    })
  })
})
