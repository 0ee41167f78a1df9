/**
 * A program that pauses the process with the id that it is given and says so, for a test that kills it.
 */

import { pauseProcess } from '../src/paused-process.ts'

await pauseProcess(Number(process.argv[2]))
process.send?.('paused')
