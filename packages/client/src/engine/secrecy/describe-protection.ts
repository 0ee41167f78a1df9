/**
 * What a person may be told about how a conversation is protected (spec 12 §4.4): never more than the keys on this device and the last
 * messages bear out.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { MessageForm } from '../../storage/protection-table.ts'
import type { History } from '../../storage/history.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import type { KeyErasure, Secrecy } from './secrecy.ts'

const MS_PER_SECOND = 1000

export type ProtectionReason =
  /** Both directions, and the copy for ourselves. */
  | 'both_directions'
  | 'no_messages'
  /** This device publishes no keys, so what comes and our own copies open with the recovery phrase. */
  | 'own_keys_off'
  | 'peer_has_no_keys'
  | 'peer_lost_keys'
  | 'peer_does_not_use_our_keys'

export interface ConversationProtection {
  readonly confidentiality: 'pq-hybrid' | 'classical'
  /** How far back messages open with the keys on this device; `null` is for ever. */
  readonly forwardSecrecyWindowMs: number | null
  readonly reason: ProtectionReason
}

export interface SecrecyStatus {
  readonly isOn: boolean
  readonly keysHeld: number
  /** Whether the world can see the active key. */
  readonly isPublished: boolean
  /** When the active key is replaced. */
  readonly nextRotationMs: number | null
  /**
   * If this device is taken now: everything that was sealed to its keys within this time can be read. `null` where there are no keys,
   * and then the recovery phrase reads everything that was ever sent.
   */
  readonly readableIfTakenMs: number | null
  /** When replaced keys go, which is what ends that time. */
  readonly erasure: KeyErasure
  /** Messages that no key has opened yet. */
  readonly unopened: number
  readonly isContested: boolean
}

export interface ProtectionParts {
  readonly secrecy: Secrecy
  readonly history: History
  readonly time: NetworkTime
}

export function describeSecrecy({ secrecy, history, time }: ProtectionParts): SecrecyStatus {
  const keys = secrecy.ring.list()
  const nextSeconds = secrecy.isOn ? secrecy.group.findNextRotation() : undefined
  return {
    isOn: secrecy.isOn,
    keysHeld: keys.length,
    isPublished: secrecy.ring.findActive()?.isPublished === true,
    nextRotationMs: nextSeconds === undefined ? null : Math.ceil(nextSeconds * MS_PER_SECOND),
    readableIfTakenMs: measureWindow({ secrecy, time }),
    erasure: secrecy.erasure,
    unopened: history.unopened.list().length,
    isContested: secrecy.outbox.isContested,
  }
}

export function describeProtection(
  account: AccountId,
  { secrecy, history, time }: ProtectionParts,
): ConversationProtection {
  const sent = history.protections.find(account, 'sent')?.form
  const received = history.protections.find(account, 'received')?.form
  const reason = findReason(secrecy.isOn, sent, received)
  if (reason !== 'both_directions')
    return { confidentiality: 'classical', forwardSecrecyWindowMs: null, reason }
  const forwardSecrecyWindowMs = measureWindow({ secrecy, time })
  return { confidentiality: 'pq-hybrid', forwardSecrecyWindowMs, reason }
}

function findReason(
  isOn: boolean,
  sent: MessageForm | undefined,
  received: MessageForm | undefined,
): ProtectionReason {
  if (sent === undefined && received === undefined) return 'no_messages'
  if (!isOn) return 'own_keys_off'
  if (sent === 'without-secrecy') return 'peer_lost_keys'
  if (sent === 'first-version') return 'peer_has_no_keys'
  if (received !== undefined && received !== 'forward-secret') return 'peer_does_not_use_our_keys'
  return 'both_directions'
}

/** Back to when the oldest key that is held began to be used. */
function measureWindow({
  secrecy,
  time,
}: Pick<ProtectionParts, 'secrecy' | 'time'>): number | null {
  const created = secrecy.ring.list().map(({ createdSeconds }) => createdSeconds * MS_PER_SECOND)
  if (created.length === 0) return null
  return Math.max(0, time.now() - Math.min(...created))
}
