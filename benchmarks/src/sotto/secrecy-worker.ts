/**
 * A process that seals and opens messages of both versions, on the back end that its conditions selected, and the bare primitives that
 * a message of the second version cannot do without. Started by `figures/secrecy.ts`.
 *
 * @module
 */
import { type CryptoBackend, backend } from '@sotto/crypto/backend'
import { systemRandomness } from '@sotto/crypto/randomness'
import { openContent, openMessage } from '@sotto/protocol/session'
import { FEATURE_SIZE_CLASSES, openMessageV2 } from '@sotto/protocol/session-v2'
import {
  type Figures,
  measureRate,
  readProcessorMs,
  type Operations,
  serveOperations,
} from '../measure/remote-operations.ts'
import { createRotation } from './rotating-group.ts'
import {
  createCorrespondents,
  createTextContent,
  expectOk,
  type Letter,
  sealFirstVersion,
  sealSecondVersion,
} from './secrecy-messages.ts'

const SLICE_MS = 400
const PEOPLE = 20
const MESSAGES = 200
const TEXT_CHARACTERS = 300
const SIZES = [20, 300, 2000] as const
/** What a text of 300 characters is padded to before it is sealed. */
const PADDED_BYTES = 652
const ROTATIONS = 5
const TAG_BYTES = 16

const nowMs = Date.now()
const people = createCorrespondents(PEOPLE)
const content = createTextContent(TEXT_CHARACTERS)

function letterOf(index: number, letterContent = content): Letter {
  const [sender, recipient] = [people[index % PEOPLE], people[(index + 1) % PEOPLE]]
  if (sender === undefined || recipient === undefined) throw new Error('there are people')
  return { sender: sender.account, recipient, content: letterContent, sentAtMs: nowMs }
}

function countUp(): () => number {
  let count = 0
  return () => count++
}

/** The same messages again and again: nothing is remembered of a message, and much of a sender. */
function openAgain(
  seal: (letter: Letter) => Uint8Array,
  open: (bytes: Uint8Array, letter: Letter) => void,
) {
  const sealed = Array.from({ length: MESSAGES }, (_, index) => {
    const letter = letterOf(index)
    return { letter, bytes: seal(letter) }
  })
  const next = countUp()
  return () => {
    const message = sealed[next() % MESSAGES]
    if (message !== undefined) open(message.bytes, message.letter)
  }
}

function openSecondVersion(bytes: Uint8Array, { recipient }: Letter): void {
  const { account, accountKeys } = recipient
  const opened = expectOk(openMessageV2({ account, accountKeys, bytes }))
  if (!opened.isForwardSecret) throw new Error('a key opens it')
  expectOk(openContent({ account, sender: opened.sender, bytes: opened.content }))
}

/** What no program can leave out that seals or opens a message of spec 12 §3.2 with these libraries. */
function createFloors(crypto: CryptoBackend) {
  const identities = people.map(({ account }) => account)
  const published = people.map(({ published: keys }) => keys)
  const plain = new Uint8Array(PADDED_BYTES)
  const cipher = new Uint8Array(PADDED_BYTES + TAG_BYTES)
  const nonce = systemRandomness.bytes(24)
  const hash = systemRandomness.bytes(64)
  const ephemeral = people.map(({ published: keys }) => crypto.encapsulateKem(keys.kem))
  const signatures = identities.map(({ signing }) =>
    crypto.signEd25519(signing.seed, signing.publicKey, hash),
  )
  const next = countUp()
  const seal = (): void => {
    const index = next() % PEOPLE
    const [keys, me] = [published[index], identities[index]]
    if (keys === undefined || me === undefined) throw new Error('there are people')
    const secret = systemRandomness.bytes(32)
    crypto.deriveX25519PublicKey(secret)
    crypto.agreeX25519(secret, me.agreement.publicKey)
    crypto.agreeX25519(secret, keys.agreement)
    const { sharedSecret } = crypto.encapsulateKem(keys.kem)
    crypto.signEd25519(me.signing.seed, me.signing.publicKey, hash)
    crypto.sealXChaCha20(cipher, plain, nonce, sharedSecret)
  }
  const open = (): void => {
    const index = next() % PEOPLE
    const [key, me] = [people[index]?.accountKeys[0], identities[index]]
    const [sealed, signature] = [ephemeral[index], signatures[index]]
    if (key === undefined || me === undefined || sealed === undefined || signature === undefined)
      throw new Error('there are people')
    crypto.agreeX25519(me.agreement.secretKey, key.pairs.agreement.publicKey)
    crypto.agreeX25519(key.pairs.agreement.secretKey, me.agreement.publicKey)
    const secret = key.pairs.kem.secret.decapsulate(sealed.ciphertext)
    crypto.sealXChaCha20(cipher, plain, nonce, secret)
    if (!crypto.openXChaCha20(plain, cipher, nonce, secret)) throw new Error('it opens')
    if (!crypto.verifyEd25519(me.signing.publicKey, hash, signature)) throw new Error('it holds')
  }
  return { seal, open }
}

function measureBytes(): Figures {
  const figures: Record<string, number> = {}
  for (const size of SIZES) {
    const letter = letterOf(0, createTextContent(size))
    figures[`v1-${size}`] = sealFirstVersion(letter).length
    figures[`v2-${size}`] = sealSecondVersion(letter).length
    figures[`v2-classes-${size}`] = sealSecondVersion(letter, FEATURE_SIZE_CLASSES).length
  }
  return figures
}

function createRate(operation: () => unknown): () => Figures {
  return () => ({ perSecond: measureRate(operation, SLICE_MS) })
}

const [sealNext, sealFirstNext] = [countUp(), countUp()]
const floors = createFloors(backend)
const rotate = createRotation()

function measureRotation(): Figures {
  const startedAt = readProcessorMs()
  let bytes = 0
  for (let count = 0; count < ROTATIONS; count++) bytes = rotate()
  return { ms: (readProcessorMs() - startedAt) / ROTATIONS, bytes }
}

const operations: Operations = {
  'v2 seal': createRate(() => sealSecondVersion(letterOf(sealNext()))),
  'v2 open': createRate(openAgain(sealSecondVersion, openSecondVersion)),
  'floor seal': createRate(floors.seal),
  'floor open': createRate(floors.open),
  'v1 seal': createRate(() => sealFirstVersion(letterOf(sealFirstNext()))),
  'v1 open': createRate(
    openAgain(sealFirstVersion, (bytes, { recipient }) => {
      expectOk(openMessage({ account: recipient.account, bytes }))
    }),
  ),
  rotation: measureRotation,
  bytes: measureBytes,
}

serveOperations(operations)
