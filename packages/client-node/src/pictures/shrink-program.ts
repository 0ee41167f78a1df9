/**
 * A picture comes on standard input, its thumbnail goes to standard output; the limits are arguments. A process of its own: it has no key and
 * no environment, and may end at any time.
 *
 * @module
 */
import { buffer } from 'node:stream/consumers'
import { shrinkPicture } from './shrink-picture.ts'

const [sidePixelsMax = 0, bytesMax = 0] = process.argv.slice(2).map(Number)
const small = await shrinkPicture(await buffer(process.stdin), { sidePixelsMax, bytesMax })
process.stdout.write(small ?? new Uint8Array())
