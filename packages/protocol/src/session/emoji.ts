/**
 * Whether a text is one emoji, as a person sees it (spec 05 §5.5). The list of emoji grows each year and other clients may
 * know newer ones, so this asks for the form and not for a place in a list.
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { EMOJI_MAX_BYTES } from './limits.ts'

const PICTOGRAPH = /\p{Extended_Pictographic}/u
const FLAG = /^\p{Regional_Indicator}{2}$/u
const KEYCAP = /^[0-9#*]\uFE0F?\u20E3$/u

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

export function isEmoji(text: string): boolean {
  // A cheap bound first: segmenting megabytes is work that a stranger could ask for.
  if (text === '' || text.length > EMOJI_MAX_BYTES) return false
  if (encodeUtf8(text).length > EMOJI_MAX_BYTES) return false
  const [first] = segmenter.segment(text)
  if (first?.segment !== text) return false
  return PICTOGRAPH.test(text) || FLAG.test(text) || KEYCAP.test(text)
}
