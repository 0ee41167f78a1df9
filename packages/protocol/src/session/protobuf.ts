/**
 * The boundary to the protobuf library (spec 05 §6): it throws, we return; it forgives missing required
 * fields, we refuse them.
 *
 * @module
 */

import {
  type DescField,
  type DescMessage,
  fromBinary,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf'
import { isReflectMessage, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect'
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { STORED_MESSAGE_MAX_BYTES } from './limits.ts'

/** Fields in ascending order, so that equal messages have equal bytes. Throws when a required field is unset. */
export function encodeProtobuf<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
): Uint8Array {
  return toBinary(schema, message)
}

/** Reads bytes from outside. Never throws. */
export function decodeProtobuf<D extends DescMessage>(
  schema: D,
  bytes: Uint8Array,
): Result<MessageShape<D>, ProtocolError> {
  if (bytes.length > STORED_MESSAGE_MAX_BYTES) {
    return err(new ProtocolError('session_too_large', `${bytes.length} bytes`))
  }
  let message: MessageShape<D>
  try {
    message = fromBinary(schema, bytes)
  } catch (cause) {
    return err(new ProtocolError('session_malformed', `not a ${schema.name}`, { cause }))
  }
  if (!hasRequiredFields(reflect(schema, message))) {
    return err(new ProtocolError('session_malformed', `incomplete ${schema.name}`))
  }
  return ok(message)
}

/** The schema has no recursive message, so the recursion ends. */
function hasRequiredFields(message: ReflectMessage): boolean {
  return message.fields.every((field) => {
    if (!message.isSet(field)) return field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED
    return listNested(message, field).every(hasRequiredFields)
  })
}

function listNested(message: ReflectMessage, field: DescField): ReflectMessage[] {
  if (field.fieldKind === 'message') return [message.get(field)]
  if (field.fieldKind !== 'list') return []
  return [...message.get(field)].filter((item) => isReflectMessage(item))
}
