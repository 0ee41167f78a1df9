/**
 * People who are named in a text: `@` and their account id, as other clients write it (spec 05 §5.9). What is shown in its place is the
 * reader's name for them.
 *
 * @module
 */
import { type AccountId, parseAccountId } from '@sotto/crypto/identity'

const MENTION = /@(05[0-9a-f]{64})(?![0-9a-f])/gi

/** Each once, in the order of the text. */
export function listMentions(text: string): readonly AccountId[] {
  const ids = [...text.matchAll(MENTION)].flatMap(([, id = '']) => readId(id) ?? [])
  return [...new Set(ids)]
}

/** Puts names in the place of ids; `@` stays, and so does an id without a name. */
export function nameMentions(text: string, nameOf: (id: AccountId) => string): string {
  return text.replaceAll(MENTION, (mention, id: string) => {
    const account = readId(id)
    const name = account === undefined ? '' : nameOf(account)
    return name === '' ? mention : `@${name}`
  })
}

function readId(text: string): AccountId | undefined {
  const id = parseAccountId(text.toLowerCase())
  return id.ok ? id.value : undefined
}
