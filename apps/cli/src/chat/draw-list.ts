/**
 * The list of conversations: who, what is new, what waits for a decision.
 *
 * @module
 */
import type { ConversationId } from '@sotto/client/engine'
import type { ShownConversation } from './chat-state.ts'
import { type Line, say } from './frame.ts'
import { cleanLine, cutText, measureText } from './text-cells.ts'

interface Entry {
  readonly line: Line
  readonly isChosen: boolean
}

const UNREAD_MAX = 99

/** As many rows as wanted at most; the chosen one is among them. */
export function drawList(
  conversations: readonly ShownConversation[],
  chosen: ConversationId | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Line[] {
  const requests = conversations.filter(({ isRequest }) => isRequest)
  const known = conversations.filter(({ isRequest }) => !isRequest)
  const layOut = (conversation: ShownConversation): Entry => {
    const isChosen = conversation.id === chosen
    return { line: layOutOne(conversation, isChosen, width), isChosen }
  }
  const heading: Entry = { line: [say('  Requests', 'faint')], isChosen: false }
  const entries = [
    ...known.map(layOut),
    ...(requests.length === 0 ? [] : [heading, ...requests.map(layOut)]),
  ]
  const place = Math.max(
    0,
    entries.findIndex(({ isChosen }) => isChosen),
  )
  const first = Math.max(0, Math.min(place - Math.floor(height / 2), entries.length - height))
  return entries.slice(first, first + height).map(({ line }) => line)
}

function layOutOne(conversation: ShownConversation, isChosen: boolean, width: number): Line {
  const { name, unread, draft } = conversation
  const count = describeUnread(unread)
  const draftSign = draft !== '' && !isChosen ? '…' : ''
  const signs = `${describeStanding(conversation)}${draftSign}`
  const tail = [signs, count].filter((text) => text !== '').join(' ')
  const room = width - 2 - (tail === '' ? 0 : measureText(tail) + 1)
  const shown = cutText(cleanLine(name), room)
  const air = ' '.repeat(Math.max(0, room - measureText(shown) + (tail === '' ? 0 : 1)))
  const tone = isChosen ? 'bar' : unread > 0 ? 'strong' : 'plain'
  return [say(`${isChosen ? '›' : ' '} ${shown}${air}${tail}`, tone)]
}

function describeUnread(unread: number): string {
  if (unread === 0) return ''
  return unread > UNREAD_MAX ? `${UNREAD_MAX}+` : String(unread)
}

/** Letters that the page of help explains. */
function describeStanding({ kind, isPinned, isMuted, isBlocked }: ShownConversation): string {
  const signs = [kind === 'group' && '#', isPinned && '^', isMuted && 'm', isBlocked && 'x']
  return signs.filter((sign) => sign !== false).join('')
}
