/**
 * The only globals of the runtime that this package reads, typed by hand: browsers and Node
 * both have them, and neither's type library is wanted here, so that the compiler proves the
 * package free of everything else.
 *
 * @module
 */

export interface Platform {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array }
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string }
  readonly crypto: { getRandomValues(array: Uint8Array): Uint8Array }
}

export const platform: Platform = globalThis as typeof globalThis & Platform
