/**
 * Takes records that another node handed over into the store (spec 10 §8.2): changes first, so that messages which they
 * delete are not stored only to be deleted.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { ReceivedRecord } from '@sotto/protocol/replication'
import type { ChangeMeaning, RecordStore } from '../store/record-store.ts'
import { acceptChange, acceptMessage, type RecordGate } from './record-gate.ts'

export interface AdmittingParts {
  readonly records: RecordStore
  readonly meaning: ChangeMeaning
}

export interface Admitted {
  /** Keys, in hex, of the records that need not be handed over again: they are kept here, or a change removed them. */
  readonly settled: ReadonlySet<string>
  readonly stored: number
  /** Records that no honest node would have given. */
  readonly refused: number
}

/** Resolves when all that was taken is durable. */
export async function admitRecords(
  received: readonly ReceivedRecord[],
  gate: RecordGate,
  { records, meaning }: AdmittingParts,
): Promise<Admitted> {
  const settled = new Set<string>()
  let stored = 0
  let refused = 0
  for (const record of received) {
    if (record.kind !== 'change') continue
    const change = acceptChange(record, gate)
    const admission = change === undefined ? undefined : await records.admitChange(change, meaning)
    if (admission?.ok !== true) {
      refused += Number(change === undefined)
      continue
    }
    settled.add(encodeHex(record.key))
    stored += Number(admission.value === 'stored')
  }
  const messages = received.flatMap((record) => {
    if (record.kind !== 'message') return []
    const message = acceptMessage(record, gate)
    refused += Number(message === undefined)
    return message === undefined ? [] : [{ message, key: encodeHex(record.key) }]
  })
  // Keys are in no order that means anything, and clients page by the order in which messages came.
  messages.sort((a, b) => a.message.storedMs - b.message.storedMs)
  const admissions = await records.admitMessages(
    messages.map(({ message }) => message),
    meaning,
  )
  if (!admissions.ok) return { settled, stored, refused }
  for (const { key } of messages) settled.add(key)
  stored += admissions.value.filter((admission) => admission === 'stored').length
  return { settled, stored, refused }
}
