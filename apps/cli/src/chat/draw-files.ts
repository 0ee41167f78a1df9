/**
 * Files of a message as rows: what they are called, how large they are, and where they are. When a row is narrow the name gives way first,
 * then the dimensions; where a file is stays.
 *
 * @module
 */
import type { FileState, ShownFile } from './chat-state.ts'
import { type Line, say } from './frame.ts'
import { cleanLine, cutText, measureText, wrapText } from './text-cells.ts'

const NAME_WIDTH_MIN = 12
/** A caption is a hint beside the file, and no text of its own. */
const CAPTION_ROWS_MAX = 3
const CAPTION_INDENT = '  '

/** Without the indent. */
export function layOutFiles(files: readonly ShownFile[], room: number): readonly Line[] {
  return files.flatMap((file, index) => [
    layOutFile(file, files.length === 1 ? '' : `${index + 1} `, room),
    ...layOutCaption(file.caption, room - CAPTION_INDENT.length),
  ])
}

function layOutFile(file: ShownFile, number: string, room: number): Line {
  const name = cleanLine(file.name)
  const state = describeState(file.state)
  const wanted = Math.min(measureText(name), NAME_WIDTH_MIN)
  const inner = room - measureText(number) - 2
  const about = listDetails(file).find((each) => measureText(each + state) + wanted <= inner) ?? ''
  const shown = cutText(name, Math.max(1, inner - measureText(about + state)))
  return [say(`${number}[${shown}${about}`), say(state, describeTone(file.state)), say(']')]
}

/** From the longest to the shortest. */
function listDetails({ size, dimensions }: ShownFile): readonly string[] {
  const all = dimensions === '' ? [] : [`, ${size}, ${dimensions}`]
  return [...all, `, ${size}`]
}

function describeState(state: FileState): string {
  if (typeof state === 'object')
    return state.percent === 0 ? ' – fetching …' : ` – fetching ${state.percent} %`
  switch (state) {
    case 'absent':
      return ' – not fetched'
    case 'begun':
      return ' – partly here'
    case 'present':
      return ' – on this device'
    case 'saved':
      return ' – saved'
  }
}

function describeTone(state: FileState): 'faint' | 'good' | 'strong' {
  if (typeof state === 'object') return 'strong'
  return state === 'saved' ? 'good' : 'faint'
}

function layOutCaption(caption: string, room: number): readonly Line[] {
  if (caption.trim() === '') return []
  const rows = [...wrapText(cutText(cleanLine(caption), (CAPTION_ROWS_MAX + 1) * room), room)]
  const isCut = rows.length > CAPTION_ROWS_MAX
  return rows.slice(0, CAPTION_ROWS_MAX).map((row, index) => {
    const isLast = isCut && index === CAPTION_ROWS_MAX - 1
    return [say(`${CAPTION_INDENT}${isLast ? `${cutText(row, room - 2)} …` : row}`, 'faint')]
  })
}
