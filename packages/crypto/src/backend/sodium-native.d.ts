/** The part of sodium-native 5 that `native.ts` calls; the package itself ships no types. */
declare module 'sodium-native' {
  interface SodiumNative {
    randombytes_buf(output: Uint8Array): void
    sodium_memzero(bytes: Uint8Array): void
    crypto_generichash(output: Uint8Array, message: Uint8Array, key?: Uint8Array): void
    readonly crypto_pwhash_ALG_ARGON2ID13: number
    crypto_pwhash(
      output: Uint8Array,
      passphrase: Uint8Array,
      salt: Uint8Array,
      passes: number,
      memoryBytes: number,
      algorithm: number,
    ): void
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
    crypto_sign_verify_detached(
      signature: Uint8Array,
      message: Uint8Array,
      publicKey: Uint8Array,
    ): boolean
    crypto_sign_ed25519_pk_to_curve25519(x25519: Uint8Array, ed25519: Uint8Array): void
    crypto_scalarmult_base(publicKey: Uint8Array, secretKey: Uint8Array): void
    crypto_scalarmult(shared: Uint8Array, secretKey: Uint8Array, publicKey: Uint8Array): void
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      output: Uint8Array,
      message: Uint8Array,
      additional: Uint8Array | null,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      output: Uint8Array,
      secretNonce: null,
      sealed: Uint8Array,
      additional: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    crypto_stream_xchacha20_xor(
      output: Uint8Array,
      message: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): void
    crypto_box_easy(
      output: Uint8Array,
      message: Uint8Array,
      nonce: Uint8Array,
      publicKey: Uint8Array,
      secretKey: Uint8Array,
    ): void
    crypto_box_open_easy(
      output: Uint8Array,
      sealed: Uint8Array,
      nonce: Uint8Array,
      publicKey: Uint8Array,
      secretKey: Uint8Array,
    ): boolean
    readonly crypto_secretstream_xchacha20poly1305_STATEBYTES: number
    crypto_secretstream_xchacha20poly1305_init_pull(
      state: Uint8Array,
      header: Uint8Array,
      key: Uint8Array,
    ): void
    crypto_secretstream_xchacha20poly1305_push(
      state: Uint8Array,
      output: Uint8Array,
      message: Uint8Array,
      additional: Uint8Array | null,
      tag: number,
    ): number
    crypto_secretstream_xchacha20poly1305_pull(
      state: Uint8Array,
      output: Uint8Array,
      tag: Uint8Array,
      sealed: Uint8Array,
      additional: Uint8Array | null,
    ): number
  }
  const sodium: SodiumNative
  export default sodium
}
