/** Whether another node asks for what it lacks by itself (spec 10 §9.4). */
import { err, ok, type Result } from '@sotto/crypto/result'
import { encodeUptimeProof, PROOF_FLAGS } from '@sotto/protocol/health'
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { isSyncing } from '../../src/replication/is-syncing.ts'
import type { PeerFailure } from '../../src/swarm/peer-client.ts'
import { identityOf, recordOf, START_MS } from '../directory/directory-fixture.ts'

const EPOCH = 12

function prove(changes: { index?: number; flags?: number; epoch?: number } = {}): Uint8Array {
  const { index = 1, flags = 0, epoch = EPOCH } = changes
  const { signing } = identityOf(index)
  return encodeUptimeProof(
    {
      node: signing.publicKey,
      issuedAt: START_MS,
      epoch,
      software: [1, 0, 0],
      instance: new Uint8Array(16),
      storageUsedBytes: 0,
      storageMaxBytes: 1,
      messages: 0,
      flags,
    },
    signing,
  )
}

async function ask(reply: Result<Uint8Array, PeerFailure>): Promise<boolean> {
  const commands: number[] = []
  const peers = {
    request: (_peer: unknown, { command }: { readonly command: number }) => {
      commands.push(command)
      return Promise.resolve(reply)
    },
  }
  const answer = await isSyncing(recordOf(1), { peers, epoch: EPOCH })
  expect(commands).toEqual([COMMANDS.uptime])
  return answer
}

describe('a node', () => {
  it('is syncing when it says so', async () => {
    expect(await ask(ok(prove({ flags: PROOF_FLAGS.syncing })))).toBe(true)
    expect(await ask(ok(prove({ flags: PROOF_FLAGS.syncing | PROOF_FLAGS.draining })))).toBe(true)
  })

  it('is about to when it has an earlier document, and does not know yet what it lacks', async () => {
    expect(await ask(ok(prove({ epoch: EPOCH - 1 })))).toBe(true)
  })

  it('is not otherwise', async () => {
    expect(await ask(ok(prove()))).toBe(false)
    expect(await ask(ok(prove({ epoch: EPOCH + 1 })))).toBe(false)
    expect(await ask(ok(prove({ flags: PROOF_FLAGS.draining | PROOF_FLAGS.full })))).toBe(false)
  })

  it('is not waited for when it does not answer, or not as itself', async () => {
    expect(await ask(err({ kind: 'timeout' }))).toBe(false)
    expect(await ask(ok(new Uint8Array()))).toBe(false)
    expect(await ask(ok(prove({ index: 2, flags: PROOF_FLAGS.syncing })))).toBe(false)
  })
})
