/**
 * The vector files of spec 12 on groups of devices.
 *
 * @module
 */
import { deriveAccount } from '@sotto/crypto/identity'
import { decodeBt } from '../src/bt/index.ts'
import { restoreAccountKey, type SharedAccountKey } from '../src/session-v2/keys/account-key.ts'
import { expandDeviceSeed } from '../src/session-v2/keys/key-pairs.ts'
import { toDeviceId } from '../src/session-v2/devices/device-id.ts'
import {
  type DeviceRecord,
  digestRecord,
  readDeviceRecord,
} from '../src/session-v2/devices/device-record.ts'
import {
  deriveGroupEmojiSeed,
  deriveLinkEmojiSeed,
  emojiIndexes,
  showEmoji,
} from '../src/session-v2/devices/emoji.ts'
import { groupCreatedAtMs, hideGroupId } from '../src/session-v2/devices/group-id.ts'
import { removalNotice, sealGroupMessage } from '../src/session-v2/devices/group-message.ts'
import { decodeGroupPayload, type GroupPayload } from '../src/session-v2/devices/group-payload.ts'
import { openLinkRequest, sealLinkRequest } from '../src/session-v2/devices/link-request.ts'
import { openGroupEnvelope, openGroupPayload } from '../src/session-v2/devices/open-group.ts'
import { scriptRandomness, sha256Hex } from './session-v2-fixtures.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'

interface AccountKeyInput {
  readonly seed: string
  readonly createdSeconds: number
}

function accountKeyOf({ seed, createdSeconds }: AccountKeyInput): SharedAccountKey {
  return { seed: bytesOf(seed), createdSeconds }
}

function recordOf(hex: string): DeviceRecord {
  const decoded = decodeBt(bytesOf(hex))
  const record = decoded.ok ? readDeviceRecord(decoded.value) : undefined
  if (record === undefined) throw new TypeError('a vector holds a record that is none')
  return record
}

function idOf(hex: string): string {
  const id = toDeviceId(bytesOf(hex))
  if (id === undefined) throw new TypeError('a vector holds an id that is none')
  return id
}

function evaluateRecord({ hex }: { readonly hex: string }): Verdict {
  const decoded = decodeBt(bytesOf(hex))
  const record = decoded.ok ? readDeviceRecord(decoded.value) : undefined
  return verdictOfParsed(record, 'device_group_malformed', (value) => ({
    sequence: value.sequence,
    updatedSeconds: value.updatedSeconds,
    description: value.description,
    type: value.type,
    version: value.version,
    isUsable: value.keys !== undefined,
    digest: hexOf(digestRecord(value)),
  }))
}

function showPayload({ records, tombstones, accountKeys }: GroupPayload): unknown {
  return {
    devices: [...records].map(([id, record]) => ({ id, digest: hexOf(digestRecord(record)) })),
    tombstones: [...tombstones].map(([id, { kind, atSeconds }]) => ({ id, kind, atSeconds })),
    accountKeys: accountKeys.map(showAccountKey),
  }
}

function showAccountKey({ seed, createdSeconds, rotatedSeconds }: SharedAccountKey): unknown {
  const times = { createdSeconds, ...(rotatedSeconds !== undefined && { rotatedSeconds }) }
  return { seed: hexOf(seed), ...times }
}

function evaluatePayload({ hex }: { readonly hex: string }): Verdict {
  return verdictOfParsed(decodeGroupPayload(bytesOf(hex)), 'device_group_malformed', showPayload)
}

function evaluateGroupId(input: {
  readonly account: string
  readonly ephemeral: string
  readonly groupId: string
}): Verdict {
  const groupId = bytesOf(input.groupId)
  const account = deriveAccount(bytesOf(input.account))
  const seed = deriveGroupEmojiSeed(groupId)
  return {
    expect: {
      hidden: hexOf(hideGroupId(account, bytesOf(input.ephemeral), groupId)),
      createdAtMs: groupCreatedAtMs(groupId),
      emojiSeed: hexOf(seed),
      indexes: emojiIndexes(seed, 21),
      emoji: showEmoji(seed, 4),
    },
  }
}

interface GroupSealInput {
  readonly account: string
  readonly groupId: string
  readonly devices: Readonly<Record<string, string>>
  readonly removed?: Readonly<Record<string, number>>
  readonly accountKeys: readonly AccountKeyInput[]
  readonly randomness: readonly string[]
}

interface GroupOpenInput {
  readonly account: string
  readonly deviceSeeds: readonly string[]
  readonly deviceId: string
  readonly hex: string
}

function evaluateGroup(input: GroupSealInput | GroupOpenInput): Verdict {
  return 'hex' in input ? evaluateGroupOpen(input) : evaluateGroupSeal(input)
}

function evaluateGroupSeal(input: GroupSealInput): Verdict {
  const accountKeys = input.accountKeys.map((key) => restoreAccountKey(accountKeyOf(key)))
  const bytes = sealGroupMessage(
    {
      account: deriveAccount(bytesOf(input.account)),
      groupId: bytesOf(input.groupId),
      payload: {
        records: new Map(
          Object.entries(input.devices).map(([id, hex]) => [idOf(id), recordOf(hex)]),
        ),
        tombstones: new Map(
          Object.entries(input.removed ?? {}).map(([id, atSeconds]) => [
            idOf(id),
            { kind: 'kicked', atSeconds },
          ]),
        ),
        accountKeys,
      },
      accountKeys,
    },
    scriptRandomness(input.randomness.map(bytesOf)),
  )
  return { expect: { bytes: bytes.length, sha256: sha256Hex(bytes), hex: hexOf(bytes) } }
}

function evaluateGroupOpen(input: GroupOpenInput): Verdict {
  const account = deriveAccount(bytesOf(input.account))
  const envelope = openGroupEnvelope(account, bytesOf(input.hex))
  if (!envelope.ok) return { reject: envelope.error.code }
  const { groupId, linkKey, ephemeral, notices } = envelope.value
  const notice = removalNotice(account, ephemeral, idOf(input.deviceId))
  const isRemoved = notices.some((other) => hexOf(other) === hexOf(notice))
  if (isRemoved) return { expect: { isRemoved } }
  const pairs = input.deviceSeeds.map((seed) => expandDeviceSeed(bytesOf(seed)))
  return verdictOf(openGroupPayload(envelope.value, pairs), (payload) => ({
    ...(groupId && { groupId: hexOf(groupId) }),
    linkKey: hexOf(linkKey),
    payload: showPayload(payload),
  }))
}

interface LinkSealInput {
  readonly account: string
  readonly deviceId: string
  readonly record: string
  readonly groupKey: string
  readonly randomness: readonly string[]
}

interface LinkOpenInput {
  readonly account: string
  readonly accountKeys: readonly string[]
  readonly hex: string
}

function evaluateLink(input: LinkSealInput | LinkOpenInput): Verdict {
  const account = deriveAccount(bytesOf(input.account))
  if ('hex' in input) {
    const keys = input.accountKeys.map((seed) =>
      restoreAccountKey(accountKeyOf({ seed, createdSeconds: 0 })),
    )
    const opened = openLinkRequest(account, keys, bytesOf(input.hex))
    return verdictOf(opened, ({ deviceId, record, signed }) => ({
      deviceId,
      digest: hexOf(digestRecord(record)),
      signedSha256: sha256Hex(signed),
    }))
  }
  const key = restoreAccountKey(accountKeyOf({ seed: input.groupKey, createdSeconds: 0 }))
  const sealed = sealLinkRequest(
    {
      account,
      deviceId: idOf(input.deviceId),
      record: recordOf(input.record),
      linkKey: key.pairs.agreement.publicKey,
    },
    scriptRandomness(input.randomness.map(bytesOf)),
  )
  return verdictOf(sealed, ({ bytes, signed }) => ({
    hex: hexOf(bytes),
    signed: hexOf(signed),
    sha256: sha256Hex(bytes),
    signedSha256: sha256Hex(signed),
  }))
}

function evaluateEmoji({ signed }: { readonly signed: string }): Verdict {
  const seed = deriveLinkEmojiSeed(bytesOf(signed))
  return {
    expect: { seed: hexOf(seed), indexes: emojiIndexes(seed, 21), emoji: showEmoji(seed, 7) },
  }
}

export const DEVICE_GROUP_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('12-session-v2/device-record.json', evaluateRecord),
  defineEvaluator('12-session-v2/group-id.json', evaluateGroupId),
  defineEvaluator('12-session-v2/group-message.json', evaluateGroup),
  defineEvaluator('12-session-v2/group-payload.json', evaluatePayload),
  defineEvaluator('12-session-v2/link-emoji.json', evaluateEmoji),
  defineEvaluator('12-session-v2/link-request.json', evaluateLink),
]
