/**
 * Padding of a message's content before it is sealed, so that its length tells less (spec 05
 * §2). Writes the newer rule, whole blocks of 160 bytes, and reads both that are in use.
 *
 * @module
 */

/** Spec 05 §2.1. */
export const PADDING_BLOCK_BYTES = 160
const TERMINATOR = 0x80

/**
 * One terminator and zeros; a content that would end on a block's edge gets a whole further
 * block.
 */
export function padContent(content: Uint8Array): Uint8Array {
  const terminated = content.length + 1
  const rest = PADDING_BLOCK_BYTES - (terminated % PADDING_BLOCK_BYTES)
  const padded = new Uint8Array(terminated + rest)
  padded.set(content)
  padded[content.length] = TERMINATOR
  return padded
}

/**
 * A view of the content. Bytes without a terminator are given back as they are: some senders
 * never padded. Only the owner of the key gets here, after the signature held, so a wrong guess
 * harms nobody but its sender.
 */
export function unpadContent(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  return end >= 0 && padded[end] === TERMINATOR ? padded.subarray(0, end) : padded
}
