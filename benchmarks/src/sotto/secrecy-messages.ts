/**
 * Accounts with published keys, and messages between them in both versions, for the figures of forward secrecy.
 *
 * @module
 */
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import {
  composeMessage,
  type Content,
  createMessageContent,
  encodeTimedContent,
} from '@sotto/protocol/session'
import {
  type AccountKey,
  addNewAccountKey,
  findActiveKey,
  FEATURE_SIZE_CLASSES,
  type PublicKeys,
  publicKeysOf,
  sealMessage,
} from '@sotto/protocol/session-v2'

const DAY_SECONDS = 86_400
const KEYS_A_DAY = 2
/** Spec 12 §2.2. */
const DAYS_KEPT = 16

export interface Correspondent {
  readonly account: Account
  /** As many as are held after sixteen days on-line. */
  readonly accountKeys: readonly AccountKey[]
  readonly published: PublicKeys
}

export interface Letter {
  readonly sender: Account
  readonly recipient: Correspondent
  readonly content: Content
  readonly sentAtMs: number
}

export function createCorrespondents(count: number): readonly Correspondent[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = new Uint8Array(16)
    new DataView(seed.buffer).setUint32(0, index + 1)
    const accountKeys = createAccountKeys()
    const active = findActiveKey(accountKeys)
    if (active === undefined) throw new Error('one key is active')
    return { account: deriveAccount(seed), accountKeys, published: publicKeysOf(active.pairs) }
  })
}

function createAccountKeys(): readonly AccountKey[] {
  let keys: readonly AccountKey[] = []
  const step = DAY_SECONDS / KEYS_A_DAY
  for (let index = 0; index <= KEYS_A_DAY * DAYS_KEPT; index++)
    keys = addNewAccountKey(keys, index * step, systemRandomness)
  return keys
}

export function createTextContent(characters: number): Content {
  return expectOk(createMessageContent({ text: 'x'.repeat(characters) }))
}

export function sealSecondVersion(letter: Letter, features = 0): Uint8Array {
  const { sender, recipient, content, sentAtMs } = letter
  const draft = {
    sender,
    recipient: recipient.account.accountId,
    content: encodeTimedContent(content, sentAtMs),
    usesSizeClasses: features === FEATURE_SIZE_CLASSES,
  }
  return expectOk(sealMessage(draft, recipient.published, systemRandomness))
}

export function sealFirstVersion({ recipient, ...letter }: Letter): Uint8Array {
  return expectOk(
    composeMessage({ ...letter, recipient: recipient.account.accountId }, systemRandomness),
  )
}

export function expectOk<Value, Failure>(result: Result<Value, Failure>): Value {
  if (!result.ok) throw new Error('the benchmark made something malformed')
  return result.value
}
