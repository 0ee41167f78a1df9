/**
 * Brands for byte strings that have been checked for one purpose. A brand exists for the
 * compiler only: it stops an X25519 key from being passed where an Ed25519 key is meant, which
 * no length check can see.
 *
 * @module
 */

declare const brand: unique symbol

export type BrandedBytes<Name extends string> = Uint8Array & { readonly [brand]: Name }

export type BrandedText<Name extends string> = string & { readonly [brand]: Name }
