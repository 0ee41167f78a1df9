/**
 * The seam between what Sotto computes and who computes it (ADR 0002). Everything above this
 * interface is ours and identical everywhere; everything below it is a library. Both
 * implementations are held equal by the same vectors and a differential property test.
 *
 * The contract: inputs have the right length (the layer above has checked), outputs are fresh
 * `Uint8Array`s or the `output` that the caller allocated, nothing is retained but by a `KemSecret`, a `SecretStream` and a `RunningHash`, and
 * `undefined`/`false` means "refused". Ciphers write into `output` so that a nonce or an
 * ephemeral key can stand before the ciphertext without a second copy.
 *
 * @module
 */

export interface Blake2bOptions {
  /**
   * 1 to 64. The length is part of the hash: a shorter digest is not a prefix of a longer one.
   */
  readonly length: number
  /** 1 to 64 bytes. */
  readonly key?: Uint8Array
  /** Exactly 16 bytes. */
  readonly personalisation?: Uint8Array
  /** Exactly 16 bytes. */
  readonly salt?: Uint8Array
}

/** RFC 9106 §3.1, with one lane: libsodium knows no other. */
export interface Argon2Cost {
  /** At least 1. */
  readonly passes: number
  /** At least 8. */
  readonly memoryKibibytes: number
  /** At least 16, and part of the hash; 32 when it is left out. */
  readonly bytes?: number
}

export interface BoxKeys {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

export interface CryptoBackend extends TextCodecs, KeyEncapsulation, StreamCiphers {
  readonly name: 'noble' | 'native'

  /**
   * From the operating system, and from nowhere else: a generator of our own, once its state leaks
   * or is copied with a virtual machine's image, gives away every key that follows.
   */
  fillRandom(output: Uint8Array): void

  blake2b(message: Uint8Array, options: Blake2bOptions): Uint8Array
  /** FIPS 180-4. Not for secrets without `hmacSha256`: a known hash can be extended. */
  sha256(message: Uint8Array): Uint8Array
  sha512(message: Uint8Array): Uint8Array
  /** FIPS 202. */
  sha3(message: Uint8Array): Uint8Array
  /** FIPS 202, SHAKE256: `length` bytes of one squeeze; a shorter output is a prefix of a longer one. */
  shake256(message: Uint8Array, length: number): Uint8Array
  /** RFC 2104. The key may have any length; one above 64 bytes is hashed first. */
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array

  /**
   * Argon2id (RFC 9106), version 1.3. The salt has 16 bytes. It takes as much memory as the cost says, so whoever
   * lets a stranger choose the cost lets him end the program.
   */
  argon2id(passphrase: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Uint8Array

  /** RFC 8032 §5.1.5. */
  deriveEd25519PublicKey(seed: Uint8Array): Uint8Array
  /**
   * RFC 8032 §5.1.6. Takes the public key to save a multiplication. The caller must be sure of it:
   * two signatures of one message under two public keys give away the secret scalar.
   */
  signEd25519(seed: Uint8Array, publicKey: Uint8Array, message: Uint8Array): Uint8Array
  /**
   * Key and the signature's R were already refused if small-order or non-canonical (spec 01
   * §4.2).
   */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** Refuses points that are not in the prime-order group. */
  convertEd25519PublicKey(publicKey: Uint8Array): Uint8Array | undefined

  /** RFC 7748 §5; the secret is clamped inside, whatever bits were stored. */
  deriveX25519PublicKey(secretKey: Uint8Array): Uint8Array
  /** Refuses a result of 32 zero bytes, which only a low-order peer key gives. */
  agreeX25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined

  /**
   * XChaCha20-Poly1305-IETF with the tag behind the text. Its nonce of 24 bytes may be random; the 12
   * of AES-GCM may be too, for the few messages that one hop key ever sees, and for no more.
   */
  sealXChaCha20(output: Uint8Array, message: Uint8Array, nonce: Uint8Array, key: Uint8Array): void
  /** Leaves `output` in an unknown state when it refuses: the caller drops it. */
  openXChaCha20(output: Uint8Array, sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean
  /**
   * XChaCha20 alone, its block counter from 0: the same bytes encrypt and decrypt, and nothing tells whether the key was
   * right. Only for what something else authenticates.
   */
  xorXChaCha20(message: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array
  /** AES-256-GCM, tag of 16 bytes behind the text. */
  sealAesGcm(output: Uint8Array, message: Uint8Array, nonce: Uint8Array, key: Uint8Array): void
  openAesGcm(output: Uint8Array, sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean
  /** PKCS #7 padding; `output` is the next multiple of 16 above the message's length. */
  sealAesCbc(output: Uint8Array, message: Uint8Array, iv: Uint8Array, key: Uint8Array): void
  /** The length is only known after the padding was read, so this one allocates. */
  openAesCbc(sealed: Uint8Array, iv: Uint8Array, key: Uint8Array): Uint8Array | undefined
  /**
   * NaCl `crypto_box`: X25519, HSalsa20, XSalsa20-Poly1305; the tag stands in front of the
   * body.
   */
  sealBox(output: Uint8Array, message: Uint8Array, nonce: Uint8Array, keys: BoxKeys): boolean
  openBox(output: Uint8Array, sealed: Uint8Array, nonce: Uint8Array, keys: BoxKeys): boolean
}

/**
 * Text forms belong to the seam because every body on the wire passes through them several
 * times, and a runtime's own codecs are 5 to 10 times faster than tables.
 */
export interface TextCodecs {
  encodeHex(bytes: Uint8Array): string
  decodeHex(text: string): Uint8Array | undefined
  /** With padding. */
  encodeBase64(bytes: Uint8Array): string
  /**
   * `text` without padding, of a length that is possible; refuses other alphabets and stray
   * trailing bits.
   */
  decodeBase64(text: string): Uint8Array | undefined
  encodeUtf8(text: string): Uint8Array
  decodeUtf8(bytes: Uint8Array): string | undefined
}

export interface KemEncapsulation {
  readonly ciphertext: Uint8Array
  readonly sharedSecret: Uint8Array
}

/**
 * A decapsulation key as its library works with it: unpacking one from its seed takes about as long
 * as using it, so this is the one object of the seam that lives longer than a call.
 */
export interface KemSecret {
  /**
   * FIPS 203 §7.3, for 1,088 bytes. There is no refusal: a ciphertext that was not made for this key
   * gives a secret that nobody else can compute.
   */
  decapsulate(ciphertext: Uint8Array): Uint8Array
}

export interface KemKeys {
  readonly publicKey: Uint8Array
  readonly secret: KemSecret
}

/** ML-KEM-768 (FIPS 203, ADR 0011). */
export interface KeyEncapsulation {
  /** FIPS 203 §7.1 from the 64 bytes d ‖ z, which the caller may wipe. */
  deriveKem(seed: Uint8Array): KemKeys
  /**
   * FIPS 203 §7.2, for a public key whose modulus was checked. `message` is the 32 random bytes that
   * decide everything. Without it the library draws its own, which is all that OpenSSL can do through
   * Node.
   */
  encapsulateKem(publicKey: Uint8Array, message?: Uint8Array): KemEncapsulation
}

/**
 * libsodium's `crypto_secretstream_xchacha20poly1305`, which authenticates the order of chunks and their end. One object
 * seals or opens, never both.
 */
export interface SecretStream {
  /** `output` has 17 bytes more than `message`. The caller ends with tag 3; what follows it is undefined. */
  push(output: Uint8Array, message: Uint8Array, tag: number): void
  /**
   * The chunk's tag, or nothing for what was altered or is not next. `output` has 17 bytes fewer than `sealed`, and is
   * unknown after a refusal. What follows a tag other than 0 is undefined.
   */
  pull(output: Uint8Array, sealed: Uint8Array): number | undefined
}

/** For what is too long to be in memory at once. */
export interface RunningHash {
  update(bytes: Uint8Array): void
  /** Once, at the end. */
  digest(): Uint8Array
}

export interface StreamCiphers {
  /** A key of 32 bytes and a header of 24, which is the nonce: never the same two for two contents. */
  createSecretStream(key: Uint8Array, header: Uint8Array): SecretStream
  createBlake2b(options: Blake2bOptions): RunningHash
}
