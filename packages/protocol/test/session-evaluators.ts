/**
 * The vector files of spec 05 that concern protobuf: contents, envelopes, and whole messages from a swarm.
 *
 * @module
 */
import { type AccountId, deriveAccount, parseAccountId } from '@sotto/crypto/identity'
import {
  ContentSchema,
  decodeEnvelope,
  decodeProtobuf,
  encodeEnvelope,
  encodeProtobuf,
  openMessage,
  readAction,
  readTimer,
  type SenderProfile,
  type SessionAction,
} from '../src/session/index.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
} from './vector-evaluator.ts'

/** Decoded and encoded again: equal bytes show that the schema knows every field. */
function evaluateContent({ hex }: { readonly hex: string }): Verdict {
  return verdictOf(decodeProtobuf(ContentSchema, bytesOf(hex)), (content) => ({
    fields: Object.keys(content).filter((name) => !name.startsWith('$')),
    hex: hexOf(encodeProtobuf(ContentSchema, content)),
  }))
}

type EnvelopeInput =
  | { readonly timestampMs: number; readonly sealed: string; readonly proSignature?: string }
  | { readonly hex: string }

function evaluateEnvelope(input: EnvelopeInput): Verdict {
  if ('hex' in input) {
    return verdictOf(decodeEnvelope(bytesOf(input.hex)), ({ timestampMs, sealed }) => ({
      timestampMs,
      sealed: hexOf(sealed),
    }))
  }
  const { timestampMs, sealed, proSignature } = input
  const envelope = encodeEnvelope({
    timestampMs,
    sealed: bytesOf(sealed),
    ...(proSignature !== undefined && { proSignature: bytesOf(proSignature) }),
  })
  return verdictOf(envelope, (bytes) => ({ hex: hexOf(bytes) }))
}

function evaluateMessage(input: { readonly seed: string; readonly hex: string }): Verdict {
  const account = deriveAccount(bytesOf(input.seed))
  return verdictOf(openMessage({ account, bytes: bytesOf(input.hex) }), (message) => ({
    sender: message.sender,
    sentAtMs: message.sentAtMs,
    kind: message.kind,
    ...(message.kind === 'text' && { text: message.text }),
    ...(message.kind === 'text' && message.syncTarget && { syncTarget: message.syncTarget }),
  }))
}

function readSender(text: string): AccountId {
  const id = parseAccountId(text)
  if (!id.ok) throw new Error('a vector names a sender without an account id')
  return id.value
}

/** Without members that JSON does not have. */
function describeAction(action: SessionAction): unknown {
  switch (action.kind) {
    case 'message':
      return {
        ...action,
        attachments: action.attachments.map(({ url }) => url),
        ...('profile' in action && { profile: describeProfile(action.profile) }),
      }
    case 'timer':
    case 'request_accepted':
      return {
        kind: action.kind,
        ...('profile' in action && { profile: describeProfile(action.profile) }),
      }
    case 'call':
    case 'group':
      return { kind: action.kind }
    default:
      return action
  }
}

function describeProfile(profile: SenderProfile | undefined): unknown {
  if (profile === undefined) return undefined
  const { key, ...rest } = profile
  return { ...rest, ...(key !== undefined && { key: hexOf(key) }) }
}

function evaluateAction(input: { readonly sender: string; readonly hex: string }): Verdict {
  const content = decodeProtobuf(ContentSchema, bytesOf(input.hex))
  if (!content.ok) return verdictOf(content, () => undefined)
  return verdictOf(readAction(content.value, readSender(input.sender)), (action) => ({
    timer: readTimer(content.value),
    action: describeAction(action),
  }))
}

export const SESSION_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('05-session/content.json', evaluateContent),
  defineEvaluator('05-session/envelope.json', evaluateEnvelope),
  defineEvaluator('05-session/message.json', evaluateMessage),
  defineEvaluator('05-session/action.json', evaluateAction),
]
