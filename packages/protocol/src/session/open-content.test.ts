/** Contents that come without an envelope: what the envelope checked for the first version still holds (spec 12 §3.4). */
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { describe, expect, it } from 'vitest'
import {
  createMessageContent,
  createSyncContent,
  createTypingContent,
  type Content,
  ContentSchema,
  encodeProtobuf,
  encodeTimedContent,
  openContent,
} from './index.ts'

const SENT_AT_MS = 1_767_225_600_000
const [alice, bob] = [1, 2].map((index) => deriveAccount(new Uint8Array(16).fill(index))) as [
  Account,
  Account,
]

function text(body: string): Content {
  const content = createMessageContent({ text: body })
  if (!content.ok) throw content.error
  return content.value
}

function open(bytes: Uint8Array, sender: Account = alice) {
  return openContent({ account: bob, sender: sender.accountId, bytes })
}

describe('openContent', () => {
  it('gives what was said, by whom and when, from the signed bytes alone', () => {
    const opened = open(encodeTimedContent(text('hello'), SENT_AT_MS))
    expect(opened.ok && opened.value).toMatchObject({
      kind: 'text',
      text: 'hello',
      sender: alice.accountId,
      sentAtMs: SENT_AT_MS,
    })
  })

  it('gives time 0 where none was signed, so that whoever shows it can refuse', () => {
    const opened = open(encodeProtobuf(ContentSchema, text('hello')))
    expect(opened.ok && opened.value.sentAtMs).toBe(0)
  })

  it('refuses another’s sync copy: a stranger could put words into our mouth', () => {
    const copy = createSyncContent(text('I owe you'), alice.accountId)
    if (copy === undefined) throw new Error('a text has a copy')
    const bytes = encodeTimedContent(copy, SENT_AT_MS)
    const refused = open(bytes)
    expect(refused.ok ? undefined : refused.error.code).toBe('session_foreign_sync')
    const own = open(bytes, bob)
    expect(own.ok && own.value).toMatchObject({ syncTarget: alice.accountId })
  })

  it('refuses typing of another time', () => {
    const typing = createTypingContent(true, SENT_AT_MS)
    const refused = open(encodeTimedContent(typing, SENT_AT_MS + 1))
    expect(refused.ok ? undefined : refused.error.code).toBe('session_timestamp_mismatch')
  })

  it('has no copy of what is not synchronised', () => {
    const typing = createTypingContent(true, SENT_AT_MS)
    expect(createSyncContent(typing, alice.accountId)).toBeUndefined()
  })
})
