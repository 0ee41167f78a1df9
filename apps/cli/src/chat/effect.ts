/**
 * What the screen asks of the messenger and of the terminal, as data, so that what a key does is tested without either.
 *
 * @module
 */
import type { ConversationId, MessageName } from '@sotto/client/engine'
import type { Snapshot, Notice, Found, Saving } from './chat-state.ts'
import type { Edit } from './composer.ts'
import type { Size } from './frame.ts'

export type Decision = 'accept' | 'decline'

export type Effect =
  | { readonly kind: 'leave' | 'redraw' | 'suspend' | 'older' | 'load' }
  | { readonly kind: 'draft'; readonly to: ConversationId; readonly text: string }
  | {
      readonly kind: 'send'
      readonly number: number
      readonly to: ConversationId
      readonly text: string
      readonly quote?: MessageName
    }
  | { readonly kind: 'again'; readonly target: MessageName; readonly text: string }
  | { readonly kind: 'decide'; readonly id: ConversationId; readonly decision: Decision }
  | { readonly kind: 'block'; readonly id: ConversationId; readonly isBlocked: boolean }
  | {
      readonly kind: 'react'
      readonly target: MessageName
      readonly emoji: string
      readonly isRemoved: boolean
    }
  | { readonly kind: 'edit'; readonly target: MessageName; readonly text: string }
  | { readonly kind: 'unsend'; readonly target: MessageName }
  | {
      readonly kind: 'attach'
      readonly to: ConversationId
      readonly path: string
      readonly isAsItIs: boolean
      readonly quote?: MessageName
    }
  | {
      readonly kind: 'save'
      readonly target: MessageName
      /** Of the message on the screen. */
      readonly key: string
      readonly position: number
      readonly isAsItIs: boolean
    }
  | { readonly kind: 'timer'; readonly id: ConversationId; readonly wish: readonly string[] }
  | { readonly kind: 'search'; readonly words: string }
  | { readonly kind: 'begin'; readonly id: string }

export type KeyName =
  | Edit
  | 'send'
  | 'newline'
  | 'next'
  | 'previous'
  | 'pageUp'
  | 'pageDown'
  | 'markUp'
  | 'markDown'
  | 'escape'
  | 'save'
  | 'leave'
  | 'redraw'
  | 'suspend'

export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'press'; readonly name: KeyName }

/** Everything that changes the screen. */
export type Input =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'loaded'; readonly snapshot: Snapshot }
  | { readonly kind: 'chosen'; readonly id: ConversationId }
  | { readonly kind: 'said'; readonly notice: Notice | undefined }
  | { readonly kind: 'found'; readonly found: Found }
  | {
      readonly kind: 'settled'
      readonly number: number
      /** What was not taken and goes back to where it was written. */
      readonly returned?: string
    }
  | {
      readonly kind: 'saving'
      readonly key: string
      readonly position: number
      /** Nothing when it came to nothing. */
      readonly state: Saving['state'] | undefined
    }
  | { readonly kind: 'resized'; readonly size: Size }
  | { readonly kind: 'trouble'; readonly text: string }
