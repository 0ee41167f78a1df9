/**
 * The one check of lengths that our own code must get right. It throws, because a key of the
 * wrong length at this place is a mistake of the caller, never something that a peer sent;
 * peers' bytes go through the `to…` functions.
 *
 * @module
 */

export function assertLength(bytes: Uint8Array, length: number, name: string): void {
  if (bytes.length !== length) {
    throw new RangeError(`${name} has ${bytes.length} bytes, not ${length}`)
  }
}
