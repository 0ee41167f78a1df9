/**
 * The peer "libsignal": Signal's own library, as its apps use it, from the npm registry. Two devices with stores in memory, a session
 * with post-quantum ratchet between them, and letters in one direction or in turns. Only its declared API is used here; it is under
 * the AGPL, and nothing of it is in anything that this repository makes.
 *
 * @module
 */
import * as signal from '@signalapp/libsignal-client'

type Bytes = Uint8Array<ArrayBuffer>

const DEVICE = 1
const PRE_KEY = 1
const FIRST_TYPE: number = signal.CiphertextMessageType.PreKey

class MemorySessions extends signal.SessionStore {
  readonly #records = new Map<string, Bytes>()
  async saveSession(name: signal.ProtocolAddress, record: signal.SessionRecord): Promise<void> {
    this.#records.set(name.name(), record.serialize())
  }
  async getSession(name: signal.ProtocolAddress): Promise<signal.SessionRecord | null> {
    const record = this.#records.get(name.name())
    return record === undefined ? null : signal.SessionRecord.deserialize(record)
  }
  async getExistingSessions(): Promise<signal.SessionRecord[]> {
    return [...this.#records.values()].map((record) => signal.SessionRecord.deserialize(record))
  }
}

class MemoryIdentities extends signal.IdentityKeyStore {
  readonly #own = signal.PrivateKey.generate()
  readonly #known = new Map<string, signal.PublicKey>()
  async getIdentityKey(): Promise<signal.PrivateKey> {
    return this.#own
  }
  async getLocalRegistrationId(): Promise<number> {
    return 1
  }
  async saveIdentity(
    name: signal.ProtocolAddress,
    key: signal.PublicKey,
  ): Promise<signal.IdentityChange> {
    this.#known.set(name.name(), key)
    return signal.IdentityChange.NewOrUnchanged
  }
  async isTrustedIdentity(): Promise<boolean> {
    return true
  }
  async getIdentity(name: signal.ProtocolAddress): Promise<signal.PublicKey | null> {
    return this.#known.get(name.name()) ?? null
  }
}

class MemoryPreKeys extends signal.PreKeyStore {
  readonly #records = new Map<number, signal.PreKeyRecord>()
  async savePreKey(id: number, record: signal.PreKeyRecord): Promise<void> {
    this.#records.set(id, record)
  }
  async getPreKey(id: number): Promise<signal.PreKeyRecord> {
    return expectRecord(this.#records.get(id))
  }
  async removePreKey(id: number): Promise<void> {
    this.#records.delete(id)
  }
}

class MemorySignedPreKeys extends signal.SignedPreKeyStore {
  readonly #records = new Map<number, signal.SignedPreKeyRecord>()
  async saveSignedPreKey(id: number, record: signal.SignedPreKeyRecord): Promise<void> {
    this.#records.set(id, record)
  }
  async getSignedPreKey(id: number): Promise<signal.SignedPreKeyRecord> {
    return expectRecord(this.#records.get(id))
  }
}

class MemoryKyberPreKeys extends signal.KyberPreKeyStore {
  readonly #records = new Map<number, signal.KyberPreKeyRecord>()
  async saveKyberPreKey(id: number, record: signal.KyberPreKeyRecord): Promise<void> {
    this.#records.set(id, record)
  }
  async getKyberPreKey(id: number): Promise<signal.KyberPreKeyRecord> {
    return expectRecord(this.#records.get(id))
  }
  async markKyberPreKeyUsed(): Promise<void> {
    // One key for one session here.
  }
}

function expectRecord<Found>(record: Found | undefined): Found {
  if (record === undefined) throw new Error('a key that was never made')
  return record
}

interface Device {
  readonly address: signal.ProtocolAddress
  readonly sessions: MemorySessions
  readonly identities: MemoryIdentities
  readonly preKeys: MemoryPreKeys
  readonly signedPreKeys: MemorySignedPreKeys
  readonly kyberPreKeys: MemoryKyberPreKeys
}

function createDevice(name: string): Device {
  return {
    address: signal.ProtocolAddress.new(name, DEVICE),
    sessions: new MemorySessions(),
    identities: new MemoryIdentities(),
    preKeys: new MemoryPreKeys(),
    signedPreKeys: new MemorySignedPreKeys(),
    kyberPreKeys: new MemoryKyberPreKeys(),
  }
}

/** What a device leaves at a server for those who write to it first. */
async function publish(device: Device): Promise<signal.PreKeyBundle> {
  const identity = await device.identities.getIdentityKey()
  const [once, signed] = [signal.PrivateKey.generate(), signal.PrivateKey.generate()]
  const kyber = signal.KEMKeyPair.generate()
  const nowMs = Date.now()
  const signature = identity.sign(signed.getPublicKey().serialize())
  const kyberSignature = identity.sign(kyber.getPublicKey().serialize())
  await device.preKeys.savePreKey(
    PRE_KEY,
    signal.PreKeyRecord.new(PRE_KEY, once.getPublicKey(), once),
  )
  await device.signedPreKeys.saveSignedPreKey(
    PRE_KEY,
    signal.SignedPreKeyRecord.new(PRE_KEY, nowMs, signed.getPublicKey(), signed, signature),
  )
  await device.kyberPreKeys.saveKyberPreKey(
    PRE_KEY,
    signal.KyberPreKeyRecord.new(PRE_KEY, nowMs, kyber, kyberSignature),
  )
  return signal.PreKeyBundle.new(
    1,
    DEVICE,
    PRE_KEY,
    once.getPublicKey(),
    PRE_KEY,
    signed.getPublicKey(),
    signature,
    identity.getPublicKey(),
    PRE_KEY,
    kyber.getPublicKey(),
    kyberSignature,
  )
}

export interface SealedLetter {
  /** With which a session begins; the library's two kinds of letter have decoders of their own. */
  readonly isFirst: boolean
  readonly bytes: Bytes
}

export interface SignalSession {
  /** From one end, 0 or 1. */
  seal(from: 0 | 1, text: Bytes): Promise<SealedLetter>
  /** At the other end. */
  open(from: 0 | 1, letter: SealedLetter): Promise<Bytes>
}

/** Both ends have sealed and opened before this returns, so that no letter carries a first handshake any more. */
export async function startSignalSession(): Promise<SignalSession> {
  const ends = [createDevice('alice'), createDevice('bob')] as const
  const [alice, bob] = ends
  await signal.processPreKeyBundle(
    await publish(bob),
    bob.address,
    alice.address,
    alice.sessions,
    alice.identities,
  )
  const session: SignalSession = {
    async seal(from, text) {
      const [own, other] = [ends[from], ends[from === 0 ? 1 : 0]]
      const sealed = await signal.signalEncrypt(
        text,
        other.address,
        own.address,
        own.sessions,
        own.identities,
      )
      return { isFirst: sealed.type() === FIRST_TYPE, bytes: sealed.serialize() }
    },
    open: (from, letter) => openLetter(ends[from], ends[from === 0 ? 1 : 0], letter),
  }
  for (const from of [0, 1, 0, 1] as const)
    await session.open(from, await session.seal(from, new Uint8Array(1)))
  return session
}

function openLetter(other: Device, own: Device, { isFirst, bytes }: SealedLetter): Promise<Bytes> {
  const { sessions, identities, preKeys, signedPreKeys, kyberPreKeys } = own
  if (!isFirst)
    return signal.signalDecrypt(
      signal.SignalMessage.deserialize(bytes),
      other.address,
      own.address,
      sessions,
      identities,
    )
  return signal.signalDecryptPreKey(
    signal.PreKeySignalMessage.deserialize(bytes),
    other.address,
    own.address,
    sessions,
    identities,
    preKeys,
    signedPreKeys,
    kyberPreKeys,
  )
}

/** Of the part of a letter that drives the post-quantum ratchet; none would mean that the session has none. */
export function countRatchetBytes({ bytes }: SealedLetter): number {
  return signal.SignalMessage.deserialize(bytes).pqRatchet().length
}
