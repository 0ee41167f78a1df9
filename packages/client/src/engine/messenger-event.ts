/**
 * What a messenger tells whoever shows it.
 *
 * @module
 */
import type { DeviceEvent } from './devices/device-event.ts'
import type { GroupEvent } from './groups/index.ts'
import type { SecrecyEvent } from './secrecy/note-form.ts'
import type { GapEvent } from './upkeep/note-gap.ts'

/** What a screen shows anew. */
export type MessengerEvent = GroupEvent | GapEvent | SecrecyEvent | DeviceEvent
