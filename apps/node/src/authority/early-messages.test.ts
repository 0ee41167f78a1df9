import { encodeUtf8 } from '@sotto/crypto/bytes'
import { sha256 } from '@sotto/crypto/hash'
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import {
  type AgreementMessage,
  createAuthoritySigner,
  encodeVoteStatement,
  hashVote,
} from '@sotto/protocol/authority'
import { describe, expect, it } from 'vitest'
import { EarlyMessages } from './early-messages.ts'

const NETWORK = new Uint8Array(16).fill(7)
const EPOCH = 12

function createKey(name: string): SigningKeyPair {
  return deriveSigningKeyPair(sha256(encodeUtf8(name)))
}

const ALICE = createKey('alice')
const BOB = createKey('bob')

function createEarly(): EarlyMessages {
  const signer = createAuthoritySigner(ALICE)
  const authorities = [ALICE.publicKey, BOB.publicKey]
  return new EarlyMessages({ authorities, network: NETWORK, epoch: EPOCH, signer })
}

function say(key: SigningKeyPair, text: string, epoch = EPOCH): AgreementMessage {
  const voteBytes = encodeUtf8(text)
  const signer = createAuthoritySigner(key)
  const author = key.publicKey
  const hash = hashVote(voteBytes)
  const statement = encodeVoteStatement({ network: NETWORK, epoch, author, hash })
  return { voteBytes, signatures: [{ authority: author, signature: signer.sign(statement) }] }
}

describe('EarlyMessages', () => {
  it('gives back what came, once', () => {
    const early = createEarly()
    early.add(say(ALICE, 'one'))
    early.add(say(ALICE, 'one'))
    early.add(say(BOB, 'one'))
    expect(early.take()).toEqual([say(ALICE, 'one'), say(BOB, 'one')])
    expect(early.take()).toEqual([])
  })

  it('keeps two of an author, which prove a lie, and no third', () => {
    const early = createEarly()
    for (const text of ['one', 'two', 'three']) early.add(say(ALICE, text))
    expect(early.take()).toEqual([say(ALICE, 'one'), say(ALICE, 'two')])
  })

  it('keeps nothing that its author did not sign for this epoch, nor of strangers', () => {
    const early = createEarly()
    early.add(say(createKey('stranger'), 'one'))
    early.add(say(ALICE, 'one', EPOCH + 1))
    early.add({ ...say(ALICE, 'one'), voteBytes: encodeUtf8('another') })
    early.add({ voteBytes: encodeUtf8('nobody'), signatures: [] })
    expect(early.take()).toEqual([])
  })

  it('cannot be made to refuse a vote by who spoils it on the way', () => {
    const early = createEarly()
    const genuine = say(ALICE, 'one')
    const spoiled = { authority: BOB.publicKey, signature: new Uint8Array(64) }
    early.add({ ...genuine, signatures: [...genuine.signatures, spoiled] })
    early.add(genuine)
    expect(early.take()).toEqual([genuine])
  })
})
