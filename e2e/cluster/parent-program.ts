/**
 * A program that owns a network of child processes, for tests that kill it. Its argument is the options as JSON.
 */

import { startNetwork } from '@sotto/devnet/network'
import { z } from 'zod'

const optionsSchema = z.object({ nodes: z.int(), seed: z.string(), stateDir: z.string() })
const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
const network = await startNetwork(options)
process.send?.(network.describe())
