/**
 * What `sotto chat` does: takes the terminal, opens the messenger, and gives both back.
 *
 * @module
 */
import type { ConversationId } from '@sotto/client/engine'
import { systemClock } from '@sotto/client-node/clock'
import type { TerminalWishes } from '../config.ts'
import { openMessenger } from '../messages/open-messenger.ts'
import type { AccountPlace } from '../messages/with-messenger.ts'
import { waitForStopSignal } from '../net/stop-signal.ts'
import { readConversationId } from '../refused-text.ts'
import { ChatSession } from './chat-session.ts'
import { findTerminal, openTerminal } from './terminal.ts'

export interface ChatToRun extends AccountPlace {
  readonly wishes: TerminalWishes
  /** Whose conversation is open at first. */
  readonly start?: string
}

/** Throws before the terminal changes if there is no terminal, no account or no network. */
export async function runChat({ home, place, wishes, start }: ChatToRun): Promise<void> {
  const streams = findTerminal(wishes.isDumb)
  const id: ConversationId | undefined = start === undefined ? undefined : readConversationId(start)
  const stopped = waitForStopSignal()
  await using open = await openMessenger(home, place)
  await using resources = new AsyncDisposableStack()
  const terminal = resources.use(
    openTerminal(streams, {
      onKey: (key) => {
        session.take({ kind: 'key', key })
      },
      onChange: (size) => {
        session.take({ kind: 'resized', size })
      },
    }),
  )
  const session = new ChatSession({
    messenger: open.messenger,
    clock: systemClock,
    screen: terminal,
    folder: process.cwd(),
    hasColour: wishes.hasColour,
  })
  await session.run(id, stopped)
}
