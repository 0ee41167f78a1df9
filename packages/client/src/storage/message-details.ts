/**
 * What is known of a message beside its text, as the JSON of one column. Reading is total: a version that wrote more or less does
 * not make a history unreadable.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { parseAccountId } from '@sotto/crypto/identity'
import type {
  AttachmentPointer,
  CommunityLink,
  LinkPreview,
  MessageRef,
} from '@sotto/protocol/session'
import { parseJson } from '../engine/parse-json.ts'

/** What can be fetched; bytes in hexadecimal. */
export interface StoredAttachment {
  readonly url: string
  readonly contentType: string
  readonly size: number
  readonly fileName: string
  readonly caption: string
  readonly width: number
  readonly height: number
  readonly isVoice: boolean
  readonly key: string
  readonly digest: string
}

export interface StoredPreview {
  readonly url: string
  readonly title: string
  readonly image?: StoredAttachment
}

export interface MessageDetails {
  readonly quote?: MessageRef
  readonly preview?: StoredPreview
  readonly invitation?: CommunityLink
  readonly attachments?: readonly StoredAttachment[]
}

const FLAG_VOICE = 1
const NAME_MAX = 255

type Fields = Readonly<Record<string, unknown>>

export function describeAttachment(pointer: AttachmentPointer): StoredAttachment {
  const { url, contentType, size, fileName, caption, width, height, flags, key, digest } = pointer
  return {
    url,
    contentType: contentType.slice(0, NAME_MAX),
    size,
    fileName: fileName.slice(0, NAME_MAX),
    caption,
    width,
    height,
    isVoice: (flags & FLAG_VOICE) !== 0,
    key: encodeHex(key),
    digest: encodeHex(digest),
  }
}

export function describePreview({ url, title, image }: LinkPreview): StoredPreview {
  return { url, title, ...(image && { image: describeAttachment(image) }) }
}

export function writeDetails(details: MessageDetails): string {
  return JSON.stringify(details)
}

export function readDetails(text: string): MessageDetails {
  const fields = asFields(parseJson(text))
  const quote = readQuote(asFields(fields['quote']))
  const { preview, invitation, attachments } = fields
  return {
    ...(quote && { quote }),
    ...(preview !== undefined && { preview: readPreview(asFields(preview)) }),
    ...(invitation !== undefined && { invitation: readInvitation(asFields(invitation)) }),
    ...(Array.isArray(attachments) && {
      attachments: attachments.map((item: unknown) => readAttachment(asFields(item))),
    }),
  }
}

function readQuote(fields: Fields): MessageRef | undefined {
  const author = parseAccountId(asText(fields['author']))
  return author.ok ? { author: author.value, sentAtMs: asNumber(fields['sentAtMs']) } : undefined
}

function readPreview(fields: Fields): StoredPreview {
  const { image } = fields
  return {
    url: asText(fields['url']),
    title: asText(fields['title']),
    ...(image !== undefined && { image: readAttachment(asFields(image)) }),
  }
}

function readInvitation(fields: Fields): CommunityLink {
  return { url: asText(fields['url']), name: asText(fields['name']) }
}

function readAttachment(fields: Fields): StoredAttachment {
  return {
    url: asText(fields['url']),
    contentType: asText(fields['contentType']),
    size: asNumber(fields['size']),
    fileName: asText(fields['fileName']),
    caption: asText(fields['caption']),
    width: asNumber(fields['width']),
    height: asNumber(fields['height']),
    isVoice: fields['isVoice'] === true,
    key: asText(fields['key']),
    digest: asText(fields['digest']),
  }
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
