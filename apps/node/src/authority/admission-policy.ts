/**
 * Whom an authority lets in (spec 08 §4.3). Keys on a list, or everybody; whatever else a network asks for, such as a
 * stake, is another adapter.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import type { NodeDescriptor } from '@sotto/protocol/directory'

export interface AdmissionPolicy {
  admits(descriptor: NodeDescriptor): boolean
}

export const OPEN_ADMISSION: AdmissionPolicy = { admits: () => true }

export function createListAdmission(keys: readonly Ed25519PublicKey[]): AdmissionPolicy {
  const listed = new Set(keys.map(encodeHex))
  return { admits: ({ ed25519 }) => listed.has(encodeHex(ed25519)) }
}
