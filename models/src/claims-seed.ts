/**
 * The recovery phrase alone, swarm nodes alone, both together, and what computers of later years add (spec 12 §2.5, §2.6, §3, §4).
 *
 * @module
 */
import { type Claim, createSetting } from './claim.ts'
import { EVIL } from './seen.ts'
import type { Message } from './world.ts'

const WITH_SEED = { hasSeed: true }
const BUSY = { rotate: 2, remove: 1 }

function isForwardSecret({ form }: Message): boolean {
  return form === 'forward-secret'
}

function isToOurKey({ form, key }: Message): boolean {
  return form === 'forward-secret' && key !== EVIL
}

function isAnything(): boolean {
  return true
}

/** The phrase, and everything that ever lay in a swarm. */
const SEED: readonly Claim[] = [
  {
    id: 'seed-hybrid',
    about: 'message to a published key, with the phrase and all that lay in swarms',
    section: '3.2',
    setting: createSetting({ limits: BUSY, ticks: 4, attacker: WITH_SEED }),
    covers: isForwardSecret,
    expected: 'holds',
  },
  {
    id: 'seed-form-without-secrecy',
    about: 'message in the form for those without keys, with the phrase',
    section: '3.3',
    // Whoever once had a key, and shows none any more.
    setting: createSetting({
      ticks: 8,
      limits: { fetch: 3 },
      attacker: { hasSeed: true, nodes: 2 },
    }),
    covers: ({ form }) => form === 'without-secrecy',
    expected: 'attack',
  },
  {
    id: 'seed-first-version',
    about: 'message in the first version, with the phrase',
    section: '4.2',
    setting: createSetting({ rules: { publishes: false }, attacker: WITH_SEED }),
    covers: isAnything,
    expected: 'attack',
  },
  {
    id: 'seed-shows-own-key',
    about: 'message at all, with the phrase, when the outbox can be replaced',
    section: '2.5',
    setting: createSetting({ limits: { 'forge outbox': 1 }, attacker: WITH_SEED }),
    covers: isForwardSecret,
    expected: 'attack',
  },
  {
    id: 'seed-shows-own-key-honest-keys',
    about: 'message to a key of the account, with the phrase, when the outbox can be replaced',
    section: '2.5',
    setting: createSetting({
      limits: { 'forge outbox': 1, rotate: 1, fetch: 2 },
      ticks: 4,
      attacker: WITH_SEED,
    }),
    covers: isToOurKey,
    expected: 'holds',
  },
  {
    id: 'seed-writes-to-group',
    about: 'message to what devices publish, with the phrase, when group messages can be forged',
    section: '5.5',
    setting: createSetting({
      limits: { ...BUSY, 'forge group': 1 },
      ticks: 4,
      attacker: WITH_SEED,
    }),
    covers: isForwardSecret,
    expected: 'holds',
  },
]

const NODES: readonly Claim[] = [
  {
    id: 'node-alone',
    about: 'message at all, with two swarm nodes and no phrase',
    section: '3',
    setting: createSetting({ limits: { rotate: 1, fetch: 2 }, ticks: 5, attacker: { nodes: 2 } }),
    covers: isAnything,
    expected: 'holds',
  },
  {
    id: 'downgrade-pinned',
    about: 'message after a key was known, with the phrase and one of two nodes',
    section: '4.3',
    setting: createSetting({
      ticks: 8,
      limits: { rotate: 1, fetch: 3 },
      attacker: { hasSeed: true, nodes: 1 },
    }),
    covers: isAnything,
    expected: 'holds',
  },
  {
    id: 'downgrade-not-pinned',
    about: 'the same, where one empty answer is believed',
    section: '4.3',
    setting: createSetting({
      ticks: 8,
      limits: { fetch: 3 },
      rules: { pins: false },
      attacker: { hasSeed: true, nodes: 2 },
    }),
    covers: ({ form }, { sender }) => form === 'first-version' && sender.key !== undefined,
    expected: 'attack',
  },
  {
    id: 'downgrade-one-node-asked',
    about:
      'message after a key was known, with the phrase and one node, where only that one is asked and believed',
    section: '4.3',
    setting: createSetting({
      ticks: 8,
      limits: { fetch: 3 },
      rules: { pins: false, asksTwo: false },
      attacker: { hasSeed: true, nodes: 1 },
    }),
    covers: ({ form }, { sender }) => form === 'first-version' && sender.key !== undefined,
    expected: 'attack',
  },
  {
    id: 'downgrade-pinned-two-nodes',
    about: 'message in the first version after a key was known, with the phrase and both nodes',
    section: '4.3',
    setting: createSetting({
      ticks: 7,
      devices: 1,
      limits: { rotate: 1, fetch: 3 },
      attacker: { hasSeed: true, nodes: 2 },
    }),
    covers: ({ form }, { sender }) => form === 'first-version' && sender.key !== undefined,
    expected: 'holds',
  },
  {
    id: 'downgrade-first-contact',
    about: 'first message to somebody, with the phrase and both nodes',
    section: '4.2',
    setting: createSetting({ attacker: { hasSeed: true, nodes: 2 } }),
    covers: isAnything,
    expected: 'attack',
  },
  {
    id: 'downgrade-first-contact-one-node',
    about: 'first message to somebody, with the phrase and one of two nodes',
    section: '4.3',
    setting: createSetting({ limits: { rotate: 1 }, attacker: { hasSeed: true, nodes: 1 } }),
    covers: isAnything,
    expected: 'holds',
  },
  {
    id: 'silence-waits',
    about: 'first message to somebody, with the phrase, where nodes can be silenced',
    section: '4.2',
    setting: createSetting({ ticks: 4, attacker: { hasSeed: true, nodes: 1 } }),
    covers: isAnything,
    expected: 'holds',
  },
  {
    id: 'silence-weakens',
    about: 'the same, where a message is sent when nobody answers',
    section: '4.2',
    setting: createSetting({
      ticks: 4,
      rules: { waitsForAnswers: false },
      attacker: { hasSeed: true, nodes: 2 },
    }),
    covers: isAnything,
    expected: 'attack',
  },
]

/** Messages are recorded now, and computed years later. */
const COMPUTERS: readonly Claim[] = [
  {
    id: 'x25519-broken-hybrid',
    about: 'message to a published key, once X25519 is broken',
    section: '3.2',
    setting: createSetting({
      limits: BUSY,
      ticks: 3,
      attacker: { hasSeed: true, breaksX25519: true },
    }),
    covers: isForwardSecret,
    expected: 'holds',
  },
  {
    id: 'ml-kem-broken-hybrid',
    about: 'message to a published key, once ML-KEM is broken',
    section: '3.2',
    setting: createSetting({
      limits: BUSY,
      ticks: 3,
      attacker: { hasSeed: true, breaksMlKem: true },
    }),
    covers: isForwardSecret,
    expected: 'holds',
  },
  {
    id: 'both-broken',
    about: 'message to a published key, once both are broken',
    section: '3.2',
    setting: createSetting({ attacker: { nodes: 0, breaksX25519: true, breaksMlKem: true } }),
    covers: isForwardSecret,
    expected: 'attack',
  },
  {
    id: 'x25519-broken-first-version',
    about: 'message in the first version, once X25519 is broken, without the phrase',
    section: '3.3',
    setting: createSetting({ rules: { publishes: false }, attacker: { breaksX25519: true } }),
    covers: isAnything,
    expected: 'attack',
  },
]

export const SEED_CLAIMS: readonly Claim[] = [...SEED, ...NODES, ...COMPUTERS]
