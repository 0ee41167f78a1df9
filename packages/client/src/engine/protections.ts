/**
 * How well conversations are protected, as a person may ask it, and what a person may order about keys (spec 12 §4.4).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Closing } from './closing.ts'
import {
  type ConversationProtection,
  describeProtection,
  describeSecrecy,
  type ProtectionParts,
  type SecrecyStatus,
} from './secrecy/describe-protection.ts'

export class Protections {
  readonly #parts: ProtectionParts & { readonly closing: Closing }

  constructor(parts: ProtectionParts & { readonly closing: Closing }) {
    this.#parts = parts
  }

  /** Of this device's keys. */
  status(): SecrecyStatus {
    return describeSecrecy(this.#parts)
  }

  of(account: AccountId): ConversationProtection {
    return describeProtection(account, this.#parts)
  }

  /** Replaces the active key now, and shows the new one with the next round. Gives whether there was one. */
  rotate(): boolean {
    const { secrecy } = this.#parts
    if (!secrecy.isOn) return false
    secrecy.ring.rotate()
    return true
  }

  /** The person has seen that somebody else published a key. The same key is not told again; another one is. */
  dismissForeignKey(): void {
    this.#parts.secrecy.outbox.dismiss()
  }

  /**
   * Forgets that somebody ever had keys, so that they can be written to without. Nobody but the person may want this: it is what an
   * attacker who hides their keys waits for.
   */
  forgetKeysOf(account: AccountId): void {
    this.#parts.secrecy.peers.forget(account)
  }
}
