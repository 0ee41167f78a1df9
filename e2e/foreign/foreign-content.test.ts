/** The second client against values that neither it nor we made. */
import { describe, expect, it } from 'vitest'
import { createForeignAccount } from './foreign-account.ts'
import { CONTENT } from './foreign-content.ts'
import { decodeMessage, encodeMessage } from './foreign-protobuf.ts'
import {
  openSeal,
  padContent,
  readMessage,
  sealAlike,
  unpadContent,
  writeMessage,
} from './foreign-seal.ts'

const SENDER = createForeignAccount(Buffer.from('0123456789abcdef0123456789abcdef', 'hex'))
const RECIPIENT = createForeignAccount(Buffer.from('00112233445566778899aabbccddeeff', 'hex'))
const SEALED_HELLO =
  '208f96785db92319bc7a14afecc01e17bde912d17bbb32834c03ea63b1862c2a1b730e0725ef75b2f1a276db584c59a0ed9b5497bcb9f4effa893b5cb8b04dbe7a6ab457ebf972f03b006dd4572980a725399616d40184b86aa3b7b218bdc6dd7c1adccda8ef4897f0f458492240b39079c27a6c791067ab26a03067a7602b50f0434639906f93e548f909d5286edde365ebddc146'

describe('an account', () => {
  it('has the id and the keys of its recovery phrase', () => {
    expect(SENDER.accountId).toBe(
      '05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72',
    )
    const other = createForeignAccount(Buffer.from('39038c8988db02c1af44e8c847bd9713', 'hex'))
    expect(other.ed25519).toBe('f661a69453ef81a3b75bfcf954eb1f439d4d74edcab0e72a5c435ee418a907be')
    expect(other.x25519.secret.toString('hex')).toBe(
      '38826f05b06ae13d8e9fa7ebc694410979339df07731e6300128dab10ccd9d7b',
    )
    expect(other.accountId).toBe(
      '054830367d369d94605247999a375dbd0a0f65fdec5de1535612bcb6d4de452c69',
    )
  })
})

describe('a sealed message', () => {
  it('is the one of the reference in its deterministic form, and opens', () => {
    const sealed = sealAlike(SENDER, RECIPIENT.x25519.public, Buffer.from('hello'))
    expect(sealed.toString('hex')).toBe(SEALED_HELLO)
    const { sender, padded } = openSeal(RECIPIENT, sealed)
    expect([sender, padded.toString()]).toEqual([SENDER.accountId, 'hello'])
  })

  it.each([
    [0, 160, 159],
    [158, 160, 159],
    [159, 320, 319],
    [160, 320, 319],
    [319, 480, 479],
  ])(
    'of %i bytes is padded to %i by the newest and %i by the oldest rule',
    (size, newest, oldest) => {
      const content = Buffer.alloc(size, 7)
      for (const [dialect, total] of [
        ['newest', newest],
        ['oldest', oldest],
      ] as const) {
        const padded = padContent(content, dialect)
        expect(padded).toHaveLength(total)
        expect(unpadContent(padded)).toEqual(content)
      }
    },
  )

  it.each(['newest', 'oldest'] as const)(
    'opens with all that was said in the %s dialect',
    (dialect) => {
      const content = {
        dataMessage: {
          body: 'hello',
          profile: { displayName: 'F', lastProfileUpdateSeconds: 5 },
          quote: { id: 7, author: RECIPIENT.accountId },
        },
        expirationType: 1,
        expirationTimer: 300,
        sigTimestamp: 1_760_000_000_000,
      }
      const stored = writeMessage(SENDER, RECIPIENT.accountId, { content, dialect })
      const opened = readMessage(RECIPIENT, stored)
      expect(opened).toEqual({ sender: SENDER.accountId, timestamp: 1_760_000_000_000, content })
    },
  )
})

describe('a content', () => {
  it('is written as the shortest of the reference, and unknown fields are left out', () => {
    expect(encodeMessage(CONTENT, { sigTimestamp: 1 }).toString('hex')).toBe('7801')
    const withMore = Buffer.from('7801a20603616263', 'hex')
    expect(decodeMessage(CONTENT, withMore)).toEqual({ sigTimestamp: 1 })
  })

  it('is read with its lists packed or not', () => {
    const receiptMessage = { type: 1, timestamp: [5, 300] }
    const unpacked = encodeMessage(CONTENT, { receiptMessage })
    expect(unpacked.toString('hex')).toBe('2a070801100510ac02')
    const packed = Buffer.from('2a070801120305ac02', 'hex')
    expect(decodeMessage(CONTENT, unpacked)).toEqual({ receiptMessage })
    expect(decodeMessage(CONTENT, packed)).toEqual({ receiptMessage })
  })
})
