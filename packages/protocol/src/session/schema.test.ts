/** The schema says what the wire says: every field's number, type and label, written down a second time. */
import type { DescField, DescMessage } from '@bufbuild/protobuf'
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt'
import { describe, expect, it } from 'vitest'
import {
  AttachmentPointerSchema,
  CallMessage_Type,
  CallMessageSchema,
  CommunityInvitationSchema,
  Content_ExpirationType,
  ContentSchema,
  DataExtractionNotification_Type,
  DataExtractionNotificationSchema,
  DataMessageSchema,
  Envelope_Type,
  EnvelopeSchema,
  GroupDeleteMemberContentSchema,
  GroupInfoChange_Type,
  GroupInfoChangeSchema,
  GroupInviteResponseSchema,
  GroupInviteSchema,
  GroupMemberChange_Type,
  GroupMemberChangeSchema,
  GroupMemberLeftNotificationSchema,
  GroupMemberLeftSchema,
  GroupPromoteSchema,
  GroupUpdateMessageSchema,
  MessageRequestResponseSchema,
  PreviewSchema,
  ProfileSchema,
  ProMessageSchema,
  ProProofSchema,
  QuoteSchema,
  Reaction_Action,
  ReactionSchema,
  ReceiptMessage_Type,
  ReceiptMessageSchema,
  SharedConfigMessage_Kind,
  SharedConfigMessageSchema,
  TypingMessage_Action,
  TypingMessageSchema,
  UnsendRequestSchema,
  WebSocketMessage_Type,
  WebSocketMessageSchema,
  WebSocketRequestMessageSchema,
} from './index.ts'

const SCALARS: Readonly<Record<number, string>> = {
  3: 'int64',
  4: 'uint64',
  6: 'fixed64',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'uint32',
}

/** `*` for repeated, `!` for required. */
function describeField(field: DescField): string {
  const isRequired = field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED
  const label = field.fieldKind === 'list' ? '*' : isRequired ? '!' : ''
  if (field.message) return `${field.number} ${field.message.name}${label}`
  if (field.enum) return `${field.number} enum${label}`
  return `${field.number} ${SCALARS[field.scalar ?? 0] ?? '?'}${label}`
}

const tables: readonly (readonly [DescMessage, readonly string[]])[] = [
  [WebSocketMessageSchema, ['1 enum', '2 WebSocketRequestMessage', '3 WebSocketResponseMessage']],
  [WebSocketRequestMessageSchema, ['1 string', '2 string', '3 bytes', '4 uint64', '5 string*']],
  [
    EnvelopeSchema,
    ['1 enum!', '2 string', '5 uint64!', '7 uint32', '8 bytes', '10 uint64', '11 bytes'],
  ],
  [
    ContentSchema,
    [
      '1 DataMessage',
      '3 CallMessage',
      '5 ReceiptMessage',
      '6 TypingMessage',
      '7 ConfigurationMessage',
      '8 DataExtractionNotification',
      '9 UnsendRequest',
      '10 MessageRequestResponse',
      '11 SharedConfigMessage',
      '12 enum',
      '13 uint32',
      '15 uint64',
      '16 ProMessage',
      '17 bytes',
    ],
  ],
  [
    DataMessageSchema,
    [
      '1 string',
      '2 AttachmentPointer*',
      '4 uint32',
      '5 uint32',
      '6 bytes',
      '7 uint64',
      '8 Quote',
      '10 Preview*',
      '11 Reaction',
      '101 Profile',
      '102 CommunityInvitation',
      '105 string',
      '106 bool',
      '120 GroupUpdateMessage',
      '2001 bool',
    ],
  ],
  [QuoteSchema, ['1 uint64!', '2 string!', '3 string', '4 QuotedAttachment*']],
  [PreviewSchema, ['1 string!', '2 string', '3 AttachmentPointer']],
  [ReactionSchema, ['1 uint64!', '2 string!', '3 string', '4 enum!']],
  [CommunityInvitationSchema, ['1 string!', '3 string!']],
  [ProfileSchema, ['1 string', '2 string', '3 uint64']],
  [
    AttachmentPointerSchema,
    [
      '1 fixed64!',
      '2 string',
      '3 bytes',
      '4 uint32',
      '5 bytes',
      '6 bytes',
      '7 string',
      '8 uint32',
      '9 uint32',
      '10 uint32',
      '11 string',
      '101 string',
    ],
  ],
  [CallMessageSchema, ['1 enum!', '2 string*', '3 uint32*', '4 string*', '5 string!']],
  [ReceiptMessageSchema, ['1 enum!', '2 uint64*']],
  [TypingMessageSchema, ['1 uint64!', '2 enum!']],
  [UnsendRequestSchema, ['1 uint64!', '2 string!']],
  [MessageRequestResponseSchema, ['1 bool!', '2 bytes', '3 Profile']],
  [DataExtractionNotificationSchema, ['1 enum!', '2 uint64']],
  [SharedConfigMessageSchema, ['1 enum!', '2 int64!', '3 bytes!']],
  [
    GroupUpdateMessageSchema,
    [
      '1 GroupInvite',
      '2 GroupInfoChange',
      '3 GroupMemberChange',
      '4 GroupPromote',
      '5 GroupMemberLeft',
      '6 GroupInviteResponse',
      '7 GroupDeleteMemberContent',
      '8 GroupMemberLeftNotification',
    ],
  ],
  [GroupInviteSchema, ['1 string!', '2 string!', '3 bytes!', '4 bytes!']],
  [GroupPromoteSchema, ['1 bytes!', '2 string!']],
  [GroupInfoChangeSchema, ['1 enum!', '2 string', '3 uint32', '4 bytes!']],
  [GroupMemberChangeSchema, ['1 enum!', '2 string*', '3 bool', '4 bytes!']],
  [GroupMemberLeftSchema, []],
  [GroupMemberLeftNotificationSchema, []],
  [GroupInviteResponseSchema, ['1 bool!']],
  [GroupDeleteMemberContentSchema, ['1 string*', '2 string*', '3 bytes']],
  [ProMessageSchema, ['1 ProProof', '2 uint64', '3 uint64']],
  [ProProofSchema, ['1 uint32', '2 bytes', '3 bytes', '4 uint64', '5 bytes']],
]

describe('the schema', () => {
  it.each(tables.map(([schema, fields]) => ({ name: schema.name, schema, fields })))(
    'has the fields of $name as they are on the wire',
    ({ schema, fields }) => {
      const written = schema.fields.toSorted((a, b) => a.number - b.number).map(describeField)
      expect(written).toEqual(fields)
    },
  )

  it('writes repeated numbers unpacked', () => {
    for (const [schema] of tables) {
      for (const field of schema.fields) {
        if (field.fieldKind === 'list' && field.listKind !== 'message') {
          expect(field.packed, `${schema.name}.${field.name}`).toBe(false)
        }
      }
    }
  })

  it('has the numbers of every enumeration', () => {
    expect(WebSocketMessage_Type).toEqual({ UNKNOWN: 0, REQUEST: 1, RESPONSE: 2 })
    expect(Envelope_Type).toEqual({ SESSION_MESSAGE: 6, CLOSED_GROUP_MESSAGE: 7 })
    expect(CallMessage_Type).toEqual({
      OFFER: 1,
      ANSWER: 2,
      PROVISIONAL_ANSWER: 3,
      ICE_CANDIDATES: 4,
      END_CALL: 5,
      PRE_OFFER: 6,
    })
    expect(Reaction_Action).toEqual({ REACT: 0, REMOVE: 1 })
    expect(ReceiptMessage_Type).toEqual({ DELIVERY: 0, READ: 1 })
    expect(TypingMessage_Action).toEqual({ STARTED: 0, STOPPED: 1 })
    expect(DataExtractionNotification_Type).toEqual({ SCREENSHOT: 1, MEDIA_SAVED: 2 })
    expect(GroupInfoChange_Type).toEqual({ NAME: 1, AVATAR: 2, DISAPPEARING_MESSAGES: 3 })
    expect(GroupMemberChange_Type).toEqual({ ADDED: 1, REMOVED: 2, PROMOTED: 3 })
    expect(SharedConfigMessage_Kind).toEqual({
      USER_PROFILE: 1,
      CONTACTS: 2,
      CONVO_INFO_VOLATILE: 3,
      USER_GROUPS: 4,
    })
  })

  it('counts modes of disappearing as protobuf does, not as contacts do, trap 18', () => {
    expect(Content_ExpirationType).toEqual({
      UNKNOWN: 0,
      DELETE_AFTER_READ: 1,
      DELETE_AFTER_SEND: 2,
    })
  })
})
