/** Contents that are sealed as they should be and say what cannot be, beside others that have to get through (trap 26). */
import { concatBytes } from '@sotto/crypto/bytes'
import { padContent, sealToAccount } from '@sotto/crypto/session'
import {
  AttachmentPointerSchema,
  ContentSchema,
  createMessageContent,
  decodeProtobuf,
  encodeEnvelope,
  encodeProtobuf,
} from '@sotto/protocol/session'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { constants, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createMessage, NOW_MS } from '../../../test/history-fixtures.ts'
import {
  createContentMessage,
  createRawMessage,
  createStranger,
  createTextMessage,
} from '../../../test/inbox-fixtures.ts'
import { createAccount, unwrap } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { zstdCompression } from '../../../test/zstd-compression.ts'
import { History } from '../../storage/history.ts'
import { AccountConfigs } from '../configs/account-configs.ts'
import { AccountInbox } from './account-inbox.ts'

const ME = createAccount('me')
const ALICE = createAccount('alice')
const NODE = 'ab'.repeat(32)
const GIGABYTE = 2 ** 30
/** That of a length of one gigabyte, as protobuf writes it. */
const GIGABYTE_VARINT = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04)
const randomness = createSeededRandomness('bad-input')

function createInbox() {
  const history = new History(openSqlite())
  const configs = new AccountConfigs({ account: ME, compression: zstdCompression, history })
  const time = { now: () => NOW_MS }
  const inbox = new AccountInbox({
    account: ME,
    history,
    configs,
    time,
    acceptsStrangers: () => true,
  })
  const take = (messages: readonly ReturnType<typeof createRawMessage>[]) =>
    inbox.take(NODE, [{ namespace: 0, messages, lastHash: messages.at(-1)?.hash, hasMore: false }])
      .events
  const texts = (): readonly string[] =>
    history.messages.list(ALICE.accountId, { limit: 99 }).map(({ text }) => text)
  return { history, configs, take, texts }
}

function sealText(words: string, sentAtMs = NOW_MS) {
  const draft = { sender: ALICE, to: ME.accountId, text: words, sentAtMs }
  return createTextMessage(draft, randomness)
}

/** A genuine seal of Alice around any bytes. */
function sealBytes(bytes: Uint8Array) {
  const message = padContent(bytes)
  const sealed = sealToAccount({ sender: ALICE, recipient: ME.accountId, message }, randomness)
  const proSignature = randomness.bytes(64)
  const data = unwrap(encodeEnvelope({ timestampMs: NOW_MS, sealed, proSignature }))
  return createRawMessage(ME.accountId, data, NOW_MS)
}

describe('a time that cannot be', () => {
  it.each([0, 2 ** 53, 2 ** 60, 2 ** 63 - 1024])('of %d drops the message alone', (sentAtMs) => {
    const { take, texts, history } = createInbox()
    const bad = { ...sealText('when?', sentAtMs), expiryMs: NOW_MS }
    expect(take([bad, sealText('good')])).toHaveLength(1)
    expect(texts()).toEqual(['good'])
    expect(history.arrivals.isSeen(bad.hash)).toBe(true)
  })

  it.each([1, NOW_MS + 1e9, Date.UTC(2099, 0), Number.MAX_SAFE_INTEGER])(
    'of %d may be, and the message does not hold the end of the list',
    (sentAtMs) => {
      const { take, texts, history } = createInbox()
      take([sealText('odd', sentAtMs), sealText('good', NOW_MS - 1)])
      history.messages.add(
        createMessage({ text: 'later', sentAtMs: NOW_MS + 1, receivedAtMs: NOW_MS + 1 }),
      )
      expect(texts()[0]).toBe('later')
      expect(texts()).toHaveLength(3)
      expect(history.messages.count()[0]?.latestMs).toBe(NOW_MS + 1)
      history.eraseConversation(ALICE.accountId, sentAtMs)
      expect(take([{ ...sealText('odd', sentAtMs), hash: 'stored again' }])).toEqual([])
    },
  )
})

describe('a length that is not there', () => {
  it.each([0x0a, 0x12, 0x7a])('in field %d of a content drops the message alone', (field) => {
    const { take, texts } = createInbox()
    const bad = sealBytes(concatBytes([Uint8Array.of(field), GIGABYTE_VARINT, randomness.bytes(9)]))
    expect(take([bad, sealText('good')])).toHaveLength(1)
    expect(texts()).toEqual(['good'])
  })

  it('is what drops it: in the same seal a length that is there is taken', () => {
    const { take, texts } = createInbox()
    const content = unwrap(createMessageContent({ text: 'sealed by hand' }))
    take([sealBytes(encodeProtobuf(ContentSchema, content))])
    expect(texts()).toEqual(['sealed by hand'])
  })

  it('of an attachment is kept as its author’s claim, and nothing is taken for it', () => {
    const { take, history } = createInbox()
    const content = unwrap(createMessageContent({ text: 'big' }))
    if (content.dataMessage === undefined) throw new Error('a text')
    const small = unwrap(createMessageContent({ text: 'small' }))
    // An id of eight bytes is all that has to be there.
    const bytes = Uint8Array.of(0x09, 1, 0, 0, 0, 0, 0, 0, 0)
    const pointer = unwrap(decodeProtobuf(AttachmentPointerSchema, bytes))
    Object.assign(pointer, { size: GIGABYTE, url: 'http://f.example/file/1' })
    content.dataMessage.attachments = [pointer]
    const before = process.memoryUsage().arrayBuffers
    const draft = { sender: ALICE, to: ME.accountId, sentAtMs: NOW_MS }
    take([
      createContentMessage(content, draft, randomness),
      createContentMessage(small, { ...draft, sentAtMs: NOW_MS + 1 }, randomness),
    ])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(GIGABYTE / 16)
    expect(history.messages.count()[0]?.messages).toBe(2)
    const [, big] = history.messages.list(ALICE.accountId, { limit: 2 })
    expect(big?.details.attachments?.[0]?.size).toBe(GIGABYTE)
  })
})

describe('a configuration that decompresses to 64 MiB', () => {
  it('is refused before memory is taken for it, and the next one counts', () => {
    const asked: number[] = []
    const decompress: typeof zstdCompression.decompress = (frame, lengthMax) => {
      asked.push(lengthMax)
      return zstdCompression.decompress(frame, lengthMax)
    }
    const open = (compression: typeof zstdCompression): AccountConfigs =>
      new AccountConfigs({ account: ME, compression, history: new History(openSqlite()) })
    const write = (compress: typeof zstdCompression.compress) => {
      const other = open({ ...zstdCompression, compress })
      other.transact(() => {
        for (let index = 0; index < 120; index++)
          other.contacts.update(createStranger(index).accountId, { name: `Person ${index}` })
      })
      const { messages } = unwrap(other.config('Contacts').push())
      return messages.map((data, index) => ({ hash: `${data.length} ${index}`, data }))
    }
    const zeros = new Uint8Array(64 * 2 ** 20)
    const params = { [constants.ZSTD_c_compressionLevel]: 1 }
    const bomb = zstdCompressSync(zeros, { params, pledgedSrcSize: zeros.length })
    const device = open({ ...zstdCompression, decompress })
    expect(
      device.merge(
        'Contacts',
        write(() => Uint8Array.from(bomb)),
      ),
    ).toBe(false)
    expect(asked).toEqual([])
    expect(device.merge('Contacts', write(zstdCompression.compress))).toBe(true)
    expect(device.contacts.list()).toHaveLength(120)
    expect(asked).toHaveLength(1)
  })
})
