/**
 * What the attacker has seen of a world, as terms: all that ever lay in a swarm, because any node may have kept it, and what was taken
 * from devices. The constructions are those of spec 12 §3 and §5.5.
 *
 * @module
 */
import { Knowledge } from './knowledge.ts'
import {
  agreement,
  hash,
  kemCiphertext,
  kemKey,
  kemSecret,
  name,
  point,
  seal,
  sign,
  type Term,
  tuple,
} from './term.ts'
import type { Attacker, GroupMessage, Message, World } from './world.ts'

const ACCOUNT: Term = name('account seed')
const ACCOUNT_SECRET: Term = hash('X25519 of the account', ACCOUNT)
const SENDER: Term = name('sender')
/** The seed of every key that the attacker makes. */
export const EVIL = 'evil'

function seedOf(key: string): Term {
  return name(`seed of ${key}`)
}

function agreementSecret(key: string): Term {
  return hash('x', seedOf(key))
}

function kemSecretKey(key: string): Term {
  return hash('m', seedOf(key))
}

/** What an outbox shows, and what a device record says to the others. */
function publicKeys(key: string): Term {
  return tuple(point(agreementSecret(key)), kemKey(kemSecretKey(key)))
}

function contentOf(index: number): Term {
  return name(`content ${index}`)
}

/** Spec 12 §3.2, §3.3 and spec 05 §5.2. */
function messageTerm({ form, key }: Message, index: number): Term {
  const ephemeral = name(`ephemeral ${index}`)
  const content = contentOf(index)
  const signed = tuple(sign(SENDER, hash('to the account', content)), content)
  const plain = agreement(ephemeral, ACCOUNT_SECRET)
  if (form !== 'forward-secret' || key === undefined)
    return tuple(point(ephemeral), seal(hash(form, plain), signed))
  const coin = name(`coin ${index}`)
  const secret = hash(
    'combiner',
    kemSecret(kemSecretKey(key), coin),
    agreement(ephemeral, agreementSecret(key)),
  )
  const mask = hash('indicator', plain)
  return tuple(
    point(ephemeral),
    seal(mask, name(`indicator of ${key}`)),
    kemCiphertext(kemSecretKey(key), coin),
    seal(secret, signed),
  )
}

/** Spec 12 §5.5. */
function groupTerm({ slots, accountKeys, registered }: GroupMessage, index: number): Term {
  const [ephemeral, messageKey] = [name(`group ephemeral ${index}`), name(`group key ${index}`)]
  const wrapped = slots.map((key) => {
    const coin = name(`group coin ${index} ${key}`)
    const wrapping = hash(
      'wrap',
      agreement(ephemeral, agreementSecret(key)),
      kemSecret(kemSecretKey(key), coin),
    )
    return tuple(kemCiphertext(kemSecretKey(key), coin), seal(wrapping, messageKey))
  })
  const payload = tuple(
    ...accountKeys.map(({ id }) => seedOf(id)),
    ...Object.values(registered).map(publicKeys),
  )
  return sign(ACCOUNT, tuple(point(ephemeral), ...wrapped, seal(messageKey, payload)))
}

function* seenTerms(world: World, attacker: Attacker): Generator<Term> {
  yield point(ACCOUNT_SECRET)
  yield seedOf(EVIL)
  if (attacker.hasSeed) yield ACCOUNT
  for (const { key } of world.outboxes) yield sign(ACCOUNT, publicKeys(key))
  for (const [index, group] of world.group.entries()) yield groupTerm(group, index)
  for (const [index, message] of world.messages.entries()) yield messageTerm(message, index)
  for (const { accountKeys, deviceKeys, known } of world.loot) {
    // A device has the phrase.
    yield ACCOUNT
    for (const key of [...accountKeys, ...deviceKeys]) yield seedOf(key)
    for (const key of known) yield publicKeys(key)
  }
}

/** What follows from the same things is computed once. */
const computed = new Map<string, Knowledge>()

function knowledgeOf(world: World, attacker: Attacker): Knowledge {
  const { outboxes, group, messages, loot } = world
  const key = JSON.stringify([outboxes, group, messages, loot, attacker])
  const known = computed.get(key)
  if (known !== undefined) return known
  const broken = { x25519: attacker.breaksX25519 === true, mlKem: attacker.breaksMlKem === true }
  const knowledge = new Knowledge(seenTerms(world, attacker), broken)
  computed.set(key, knowledge)
  return knowledge
}

/** Of one claim, when it is done. */
export function forgetComputed(): void {
  computed.clear()
}

export function readsContent(world: World, attacker: Attacker, index: number): boolean {
  return knowledgeOf(world, attacker).derives(contentOf(index))
}

export function canSign(world: World, attacker: Attacker): boolean {
  return knowledgeOf(world, attacker).derives(ACCOUNT)
}

export function knowsPublicKeys(world: World, attacker: Attacker, key: string): boolean {
  return knowledgeOf(world, attacker).derives(publicKeys(key))
}
