/**
 * Reads standard input to its end.
 *
 * @module
 */
import { text } from 'node:stream/consumers'

/** Without the line break at the end, which the shell added. */
export async function readInput(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/u, '')
}
