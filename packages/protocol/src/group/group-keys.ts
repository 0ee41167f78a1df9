/**
 * A device's share of a group's keys: takes in keys messages, makes new ones for admins, and says which keys open and
 * seal (spec 14 §4). Fetching, storing and prolonging messages is the client's part.
 *
 * @module
 */

import type { X25519PublicKey } from '@sotto/crypto/agreement'
import type { Account, AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  deriveGroupAgreementKey,
  deriveRekey,
  type GroupAdmin,
  openAdminKey,
  openAsMember,
  sealSupplement,
} from '@sotto/crypto/session'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { ProtocolError } from '../errors.ts'
import { type GroupKey, hasConflict, mergeKeys } from './key-history.ts'
import { decodeKeysMessage, encodeKeysMessage, type KeysMessage } from './keys-message.ts'
import { GENERATION_MAX, GROUP_KEYS_MAX, GROUP_MEMBERS_MAX } from './limits.ts'
import { decodeSupplement, encodeSupplement } from './supplement.ts'

export interface StoredKeysMessage {
  readonly hash: string
  /** When it was stored, as the swarm says. */
  readonly timestampMs: number
  readonly bytes: Uint8Array
}

/** What a device keeps of it. */
export interface GroupKeysState {
  readonly keys: readonly GroupKey[]
  /** Message hashes, by the generation that needs them. */
  readonly messages: readonly { readonly hash: string; readonly generation: number }[]
  /** Made by this device and not yet seen in the swarm. */
  readonly pending?: { readonly generation: number; readonly key: Uint8Array }
}

export interface GroupKeysOptions {
  readonly groupKey: Ed25519PublicKey
  readonly account: Account
  /** Only who leads the group has it. */
  readonly admin?: GroupAdmin
  readonly state?: GroupKeysState
}

/** `not_ours`: genuine, and for others; whoever only ever gets these is no member. */
export type KeysOutcome = 'changed' | 'known' | 'not_ours'

export interface KeysPush {
  readonly generation: number
  readonly bytes: Uint8Array
}

export class GroupKeys {
  readonly #options: GroupKeysOptions
  /** Nothing for an id that no group can have: no message of it opens. */
  readonly #agreementKey: X25519PublicKey | undefined
  #state: GroupKeysState

  constructor(options: GroupKeysOptions) {
    this.#options = options
    this.#agreementKey = deriveGroupAgreementKey(options.groupKey)
    this.#state = options.state ?? { keys: [], messages: [] }
  }

  get state(): GroupKeysState {
    return this.#state
  }

  /** Newest first: the first one seals, all of them are tried to open. */
  get secrets(): readonly Uint8Array[] {
    const { keys, pending } = this.#state
    const known = keys.map(({ key }) => key).toReversed()
    return pending === undefined ? known : [pending.key, ...known]
  }

  /** Of the newest key that the swarm has; −1 before the first. */
  get generation(): number {
    return this.#state.keys.at(-1)?.generation ?? -1
  }

  /** Whether admins made different keys at the same time: each of them makes a new one, and these agree. */
  get needsRekey(): boolean {
    return this.#state.pending === undefined && hasConflict(this.#state.keys)
  }

  /** Messages whose lives must be prolonged, or members who were away could not read on. */
  get activeHashes(): readonly string[] {
    return this.#state.messages.map(({ hash }) => hash)
  }

  /** Takes in a message of the group's swarm, in any order, also twice. */
  receive(stored: StoredKeysMessage): Result<KeysOutcome, ProtocolError> {
    const message = decodeKeysMessage(stored.bytes, this.#options.groupKey)
    if (!message.ok) return message
    const opened = this.#open(message.value, stored.timestampMs)
    if (!opened.ok) return opened
    // An admin prolongs also what is for others.
    const isKept = opened.value !== undefined || this.#options.admin !== undefined
    if (!isKept) return ok('not_ours')
    const { hash } = stored
    const isChanged = this.#add(opened.value ?? [], { hash, generation: message.value.generation })
    if (!isChanged.ok) return isChanged
    if (opened.value === undefined) return ok('not_ours')
    return ok(isChanged.value ? 'changed' : 'known')
  }

  /**
   * A new key for these members, who are all of the group, and for admins. It seals at once, and is everybody's when its
   * message is stored and received.
   */
  rekey(members: readonly AccountId[]): KeysPush {
    const admin = this.#requireAdmin()
    const generation = this.generation + 1
    if (generation > GENERATION_MAX) throw new RangeError('no generation after the last')
    if (members.length > GROUP_MEMBERS_MAX)
      throw new RangeError('more members than a group may have')
    const { key, ...rekey } = deriveRekey(admin, members, generation)
    this.#state = { ...this.#state, pending: { generation, key } }
    return { generation, bytes: encodeKeysMessage({ kind: 'rekey', ...rekey }, admin.signing) }
  }

  /** All keys for members who came later and may read what was written before. */
  supplement(members: readonly AccountId[]): KeysPush {
    const admin = this.#requireAdmin()
    const { keys } = this.#state
    if (keys.length === 0 || members.length === 0) throw new RangeError('nothing to share')
    const sealed = sealSupplement(admin, members, encodeSupplement(keys))
    const { generation } = this
    return {
      generation,
      bytes: encodeKeysMessage({ kind: 'supplement', generation, ...sealed }, admin.signing),
    }
  }

  #requireAdmin(): GroupAdmin {
    const { admin } = this.#options
    if (admin === undefined) throw new TypeError('only an admin gives keys')
    return admin
  }

  /** `undefined` for what is sealed to others. */
  #open(
    message: KeysMessage,
    timestampMs: number,
  ): Result<readonly GroupKey[] | undefined, ProtocolError> {
    if (message.kind === 'rekey') {
      const key = this.#openForAdmin(message) ?? this.#openForMember(message)
      const { generation } = message
      return ok(key === undefined ? undefined : [{ generation, key, timestampMs }])
    }
    const plaintext = this.#openForMember(message)
    return plaintext === undefined ? ok(undefined) : decodeSupplement(plaintext, message.generation)
  }

  #openForAdmin(message: Extract<KeysMessage, { kind: 'rekey' }>): Uint8Array | undefined {
    const { admin } = this.#options
    const { nonce, sealedForAdmins: sealed } = message
    return admin && openAdminKey(admin, { nonce, sealed })
  }

  #openForMember(message: KeysMessage): Uint8Array | undefined {
    const groupKey = this.#agreementKey
    if (groupKey === undefined) return undefined
    return openAsMember({
      domain: 'SessionGroupKeyMemberKey',
      nonce: message.nonce,
      groupKey,
      own: this.#options.account.agreement,
      sealed: message.kind === 'rekey' ? message.sealedForMembers : message.sealed,
    })
  }

  #add(
    added: readonly GroupKey[],
    message: { readonly hash: string; readonly generation: number },
  ): Result<boolean, ProtocolError> {
    const { keys: before, pending, messages } = this.#state
    const keys = mergeKeys([...before, ...added])
    if (keys.length > GROUP_KEYS_MAX) {
      return err(new ProtocolError('group_limit', `${keys.length} keys`))
    }
    const oldest = keys[0]?.generation ?? 0
    const top = keys.at(-1)?.generation ?? -1
    const isNew = !messages.some(({ hash }) => hash === message.hash)
    this.#state = {
      keys,
      messages: (isNew ? [...messages, message] : messages).filter(
        ({ generation }) => generation >= oldest,
      ),
      // Once the swarm has its generation, the swarm's keys count.
      ...(pending !== undefined && pending.generation > top && { pending }),
    }
    return ok(!equalKeys(before, keys))
  }
}

/** Merging keeps what did not change as it is. */
function equalKeys(a: readonly GroupKey[], b: readonly GroupKey[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index])
}
