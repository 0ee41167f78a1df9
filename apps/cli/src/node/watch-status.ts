/**
 * `sotto node status`, once or again and again.
 *
 * @module
 */
import { type OutputOptions, type Print, printOutcome } from '../output.ts'
import { pause } from './pause.ts'
import { showStatus } from './show-status.ts'

export interface WatchOptions extends OutputOptions {
  readonly home: string
  /** Until somebody ends the program. */
  readonly watch?: boolean
}

const INTERVAL_MS = 5000

/** Whether something needs the operator. */
export async function watchStatus(options: WatchOptions, print: Print): Promise<boolean> {
  for (;;) {
    const outcome = await showStatus(options.home)
    printOutcome(outcome, options, print)
    if (options.watch !== true) return outcome.needsOperator
    await pause(INTERVAL_MS)
  }
}
