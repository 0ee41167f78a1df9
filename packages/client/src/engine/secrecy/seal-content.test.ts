/** The form of a message is the one that was chosen, and its length says as little as that form allows (spec 12 §3.6). */
import {
  expandAccountSeed,
  FEATURE_SIZE_CLASSES,
  isSecondVersion,
  publicKeysOf,
} from '@sotto/protocol/session-v2'
import { createMessageContent } from '@sotto/protocol/session'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '../../../test/history-fixtures.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { computeLife } from '../sending/message-life.ts'
import { composeEntries } from '../sending/compose-entries.ts'
import { type MessageSeal, sealContent } from './seal-content.ts'

const ALICE = createAccount('alice')
const BOB = createAccount('bob')
const KEYS = publicKeysOf(expandAccountSeed(new Uint8Array(32).fill(1)))
const randomness = createSeededRandomness('seal-content')
const SECRET: MessageSeal = { form: 'forward-secret', keys: KEYS, features: 0 }

function draft(length: number) {
  const content = unwrap(createMessageContent({ text: 'a'.repeat(length) }))
  return { content, sender: ALICE, recipient: BOB.accountId, sentAtMs: NOW_MS }
}

function lengthOf(length: number, seal: MessageSeal): number {
  return unwrap(sealContent(draft(length), seal, randomness)).length
}

describe('a sealed content', () => {
  it('is of the version that was chosen', () => {
    const versions = [SECRET, { form: 'without-secrecy' }, { form: 'first-version' }] as const
    expect(
      versions.map((seal) => isSecondVersion(unwrap(sealContent(draft(5), seal, randomness)))),
    ).toEqual([true, true, false])
  })

  it('has one of nine lengths for whoever takes these, and steps of 256 bytes for others', () => {
    const classes = { ...SECRET, features: FEATURE_SIZE_CLASSES }
    expect([5, 400, 1500, 5000].map((length) => lengthOf(length, classes))).toEqual([
      1536, 2048, 3072, 8192,
    ])
    expect([5, 400, 1500, 5000].map((length) => lengthOf(length, SECRET))).toEqual([
      1536, 1792, 2816, 6400,
    ])
  })

  it('goes to the recipient in one form, and to ourselves in another', () => {
    const { content } = draft(5)
    const life = computeLife()
    const outgoing = { sender: ALICE, to: BOB.accountId, content, sentAtMs: NOW_MS, life }
    const seals = { message: SECRET, copy: { form: 'first-version' } } as const
    const [message, copy] = unwrap(composeEntries({ ...outgoing, seals }, randomness))
    expect(message && isSecondVersion(message.data)).toBe(true)
    expect(copy && isSecondVersion(copy.data)).toBe(false)
    // Whatever is in them, they live equally long.
    expect(message?.ttlMs).toBe(copy?.ttlMs)
  })

  it('that no swarm would keep is refused as in the first version', () => {
    expect(() => lengthOf(76_000, SECRET)).toThrow()
  })
})
