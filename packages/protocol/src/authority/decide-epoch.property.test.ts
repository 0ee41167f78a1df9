/**
 * Properties of decisions: they depend on nothing but the votes, and what fewer than enough authorities say, or do not
 * say, changes nothing that enough others agree on (spec 08 §7).
 */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EPOCH, PREVIOUS_HASH, assignByKey } from '../../test/authority-fixtures.ts'
import { HOSTILE_NODES, type Scene, arbitraryScene } from '../../test/decision-arbitraries.ts'
import { createNode } from '../../test/node-fixtures.ts'
import type { EpochContent, EpochNode } from '../directory/epoch-content.ts'
import { listUniqueValues } from '../directory/find-duplicate.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { type AssignSwarms, type Vote, decideEpoch } from './index.ts'

const RUNS = 1500
const TIMEOUT_MS = 120_000
const HOSTILE_NAMES = new Set(HOSTILE_NODES.map((index) => encodeHex(createNode(index).ed25519)))

function decide(
  { previous, authorities }: Scene,
  votes: readonly Vote[],
  assign: AssignSwarms = assignByKey,
): EpochContent {
  const question = {
    previous,
    previousHash: PREVIOUS_HASH,
    epoch: EPOCH,
    authorities,
    votes,
    assign,
  }
  const content = decideEpoch(question)
  if (content === undefined) throw new Error('no decision')
  return content
}

/** What no minority may touch. Of the hostile nodes the record is their own affair; their standing is not. */
function showNode(node: EpochNode): object {
  const { reasonsSeen: _, swarm: __, ...rest } = node
  const { state, since, credit, reasonsAgreed } = node
  const name = encodeHex(node.ed25519)
  return HOSTILE_NAMES.has(name) ? { name, state, since, credit, reasonsAgreed } : rest
}

/** Keys that two nodes have, and addresses that two have of which neither left. */
function findSharedClaims(nodes: readonly EpochNode[]): readonly string[] {
  const claims = nodes.flatMap((node) =>
    listUniqueValues(node)
      .filter(([what]) => what !== 'address' || node.state !== 'left')
      .map(([what, value]) => `${what} ${value}`),
  )
  return claims.filter((claim, index) => claims.indexOf(claim) !== index)
}

function showSwarms({ nodes }: EpochContent): readonly bigint[] {
  return nodes.map(({ swarm }) => swarm)
}

function listActive({ nodes }: EpochContent): readonly string[] {
  return nodes.filter(({ state }) => state === 'active').map(({ ed25519 }) => encodeHex(ed25519))
}

function isSettled(before: EpochContent, after: EpochContent): boolean {
  return listActive(before).join() === listActive(after).join()
}

describe('a decision', { timeout: TIMEOUT_MS }, () => {
  it('is the same for every order of the votes, and every time', () => {
    const scene = arbitraryScene.chain((each) => {
      const votes = [...each.honest, ...each.hostile]
      const order = fc.shuffledSubarray(votes, { minLength: votes.length })
      return fc.tuple(fc.constant(each), order)
    })
    fc.assert(
      fc.property(scene, ([each, shuffled]) => {
        const decided = decide(each, [...each.honest, ...each.hostile])
        expect(decide(each, shuffled)).toEqual(decided)
      }),
      { numRuns: RUNS },
    )
  })

  it('is not changed by a minority, whatever it says', () => {
    const seen = { hostileVotes: 0, changes: 0, settled: 0 }
    fc.assert(
      fc.property(arbitraryScene, (scene) => {
        const alone = decide(scene, scene.honest)
        const together = decide(scene, [...scene.honest, ...scene.hostile])
        expect(together.nodes.map(showNode)).toEqual(alone.nodes.map(showNode))
        expect(together.softwareMin).toEqual(alone.softwareMin)
        expect(together.startsAt).toBe(alone.startsAt)
        const isSameSeed = encodeHex(alone.beacon) === encodeHex(together.beacon)
        if (isSameSeed || isSettled(scene.previous, alone)) {
          expect(showSwarms(together)).toEqual(showSwarms(alone))
          seen.settled++
        }
        seen.hostileVotes += scene.hostile.length
        seen.changes +=
          JSON.stringify(alone.nodes.map(({ state }) => state)) ===
          JSON.stringify(scene.previous.nodes.map(({ state }) => state))
            ? 0
            : 1
      }),
      { numRuns: RUNS },
    )
    // Else this would show that nothing ever happens.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 10)
  })

  it('is not changed by a minority that says nothing', () => {
    fc.assert(
      fc.property(arbitraryScene, (scene) => {
        const all = decide(scene, scene.honest)
        const fewest = decide(scene, scene.honest.slice(0, scene.authorities.threshold))
        expect(fewest.nodes.map(showNode)).toEqual(all.nodes.map(showNode))
        expect(fewest.softwareMin).toEqual(all.softwareMin)
        if (isSettled(scene.previous, all)) expect(showSwarms(fewest)).toEqual(showSwarms(all))
      }),
      { numRuns: RUNS },
    )
  })

  it('is none without a majority', () => {
    fc.assert(
      fc.property(arbitraryScene, ({ previous, authorities, honest }) => {
        const votes = honest.slice(0, authorities.threshold - 1)
        const question = { previous, previousHash: PREVIOUS_HASH, epoch: EPOCH, authorities, votes }
        expect(decideEpoch({ ...question, assign: assignByKey })).toBeUndefined()
      }),
    )
  })

  it('never makes a document that its readers would refuse', () => {
    fc.assert(
      fc.property(arbitraryScene, (scene) => {
        const content = decide(scene, [...scene.honest, ...scene.hostile])
        const names = content.nodes.map(({ ed25519 }) => encodeHex(ed25519))
        expect(findSharedClaims(content.nodes)).toEqual([])
        expect(names).toEqual([...new Set(names)].toSorted())
        for (const { state, swarm } of content.nodes) {
          if (state === 'active') expect(swarm).not.toBe(INVALID_SWARM_ID)
          else if (state !== 'leaving') expect(swarm).toBe(INVALID_SWARM_ID)
        }
        const living = new Set(
          content.nodes.filter(({ state }) => state === 'active').map(({ swarm }) => swarm),
        )
        const leaving = content.nodes.filter(({ state }) => state === 'leaving')
        for (const { swarm } of leaving)
          expect(swarm === INVALID_SWARM_ID || living.has(swarm)).toBe(true)
      }),
      { numRuns: RUNS },
    )
  })

  it('asks for an assignment only when other nodes are active than before', () => {
    fc.assert(
      fc.property(arbitraryScene, (scene) => {
        const seeds: Uint8Array[] = []
        const content = decide(scene, scene.honest, (previous, active, seed) => {
          seeds.push(seed)
          return assignByKey(previous, active, seed)
        })
        expect(seeds).toEqual(isSettled(scene.previous, content) ? [] : [content.beacon])
      }),
      { numRuns: RUNS },
    )
  })
})
