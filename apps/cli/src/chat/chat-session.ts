/**
 * Holds the screen's state while `sotto chat` is open: feeds it keys and news, draws it, and does what comes of them.
 *
 * @module
 */
import type { ConversationId, Messenger } from '@sotto/client/engine'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import { describeFailure } from '../describe-failure.ts'
import { readConversationId } from '../refused-text.ts'
import { listWarnings } from '../messages/warn-of-downgrade.ts'
import { advance } from './advance.ts'
import { carryOutFile, type FileEffect } from './carry-files.ts'
import { carryOut, type MessengerEffect } from './carry-out.ts'
import { type ChatState, createChatState, findChosen } from './chat-state.ts'
import { drawChat } from './draw-chat.ts'
import type { Effect, Input } from './effect.ts'
import type { Frame, Size } from './frame.ts'
import { loadChat, loadFound } from './load-chat.ts'
import { paintFrame } from './paint.ts'

export interface Screen {
  readonly size: Size
  write(text: string): void
  suspend(): void
}

export interface ChatSessionParts {
  readonly messenger: Messenger
  readonly clock: Clock
  readonly screen: Screen
  /** Where files are saved. */
  readonly folder: string
  readonly hasColour: boolean
}

const PAGE = 50
const FOUND_MAX = 50
/** Whoever only passes a conversation has not read it. */
const READ_AFTER_MS = 700
const KEEP_DRAFT_AFTER_MS = 500
/** Longer than a round of fetching takes; a round that went well says nothing. */
const TROUBLE_MS = 30_000
const RESUME_EVERY_MS = 30_000

export class ChatSession {
  readonly #parts: ChatSessionParts
  readonly #left = Promise.withResolvers<void>()
  readonly #begun: ConversationId[] = []
  readonly #drafts = new Map<ConversationId, string>()
  readonly #timers = new Map<'read' | 'draft' | 'trouble' | 'resume', Cancel>()
  #state: ChatState
  #shown: Frame | undefined
  #limit = PAGE
  #isDrawing = false
  /** The terminal is somebody else's again; what comes late is for nobody. */
  #isOver = false
  /** Up to which message of which conversation reading was told, or is about to be. */
  #readPlace = ''

  constructor(parts: ChatSessionParts) {
    this.#parts = parts
    this.#state = createChatState(parts.messenger.accountId, parts.screen.size)
  }

  get state(): ChatState {
    return this.#state
  }

  /** Resolves when the person leaves or the system wants it, rejects for mistakes of this program. */
  async run(start: ConversationId | undefined, stopped: Promise<void>): Promise<void> {
    const { messenger } = this.#parts
    this.take(...(start === undefined ? [this.#load()] : this.#begin(start)))
    const following = messenger.follow({
      onEvents: (events) => {
        this.#reload({ kind: 'trouble', text: listWarnings(events)[0] ?? '' })
      },
      onFailure: (error) => void this.#try(() => this.#complain(error)),
      // A round that brings nothing tells nobody, and still the network is back.
      onState: (state) => {
        if (state !== 'offline') this.#reload({ kind: 'trouble', text: '' })
      },
    })
    this.#resume()
    try {
      await Promise.race([this.#left.promise, stopped])
    } finally {
      this.#isOver = true
      for (const cancel of this.#timers.values()) cancel()
      this.#flushDrafts()
      void following.stop()
    }
  }

  /** All of them before anything is drawn. */
  take(...inputs: readonly Input[]): void {
    if (this.#isOver) return
    try {
      const waiting = [...inputs]
      for (let input = waiting.shift(); input !== undefined; input = waiting.shift()) {
        const { state, effects } = advance(this.#state, input)
        this.#state = state
        waiting.unshift(...effects.flatMap((effect) => this.#perform(effect)))
      }
      this.#watchReading()
      this.#draw()
    } catch (error) {
      this.#left.reject(error)
    }
  }

  /** What can be known at once comes back as inputs. */
  #perform(effect: Effect): readonly Input[] {
    switch (effect.kind) {
      case 'leave':
        this.#left.resolve()
        return []
      case 'redraw':
        this.#shown = undefined
        return []
      case 'suspend':
        this.#parts.screen.suspend()
        return []
      case 'load':
        this.#limit = PAGE
        return [this.#load()]
      case 'older':
        this.#limit += PAGE
        return [this.#load()]
      case 'draft':
        this.#drafts.set(effect.to, effect.text)
        this.#after('draft', KEEP_DRAFT_AFTER_MS, () => this.#flushDrafts())
        return []
      case 'search':
        return [this.#search(effect.words)]
      case 'begin':
        return this.#tryToBegin(effect.id)
      case 'attach':
      case 'save':
        void this.#try(() => this.#carryOutFile(effect))
        return []
      default:
        void this.#try(() => this.#carryOut(effect))
        return effect.kind === 'send'
          ? []
          : [{ kind: 'said', notice: { text: 'Under way …', isFailure: false } }]
    }
  }

  #load(): Input {
    this.#flushDrafts()
    const { chosen } = this.#state
    const snapshot = loadChat(this.#parts.messenger, {
      chosen,
      limit: this.#limit,
      begun: this.#begun,
    })
    return { kind: 'loaded', snapshot }
  }

  #search(words: string): Input {
    const messages = loadFound(this.#parts.messenger, words, FOUND_MAX)
    return { kind: 'found', found: { words, messages } }
  }

  #begin(id: ConversationId): readonly Input[] {
    if (!this.#begun.includes(id)) this.#begun.unshift(id)
    return [this.#load(), { kind: 'chosen', id }]
  }

  #tryToBegin(text: string): readonly Input[] {
    try {
      return this.#begin(readConversationId(text))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return [{ kind: 'said', notice: { text: error.message, isFailure: true } }]
    }
  }

  async #carryOut(effect: MessengerEffect): Promise<void> {
    const inputs = await carryOut(effect, this.#parts.messenger)
    const quiet: readonly Input[] =
      effect.kind === 'send' ? [] : [{ kind: 'said', notice: undefined }]
    this.#reload(...quiet, ...inputs)
  }

  async #carryOutFile(effect: FileEffect): Promise<void> {
    const { messenger, folder } = this.#parts
    const tell = (input: Input): void => {
      this.take(input)
    }
    this.#reload(...(await carryOutFile(effect, { messenger, folder, tell })))
  }

  /** What is under way may end after the database was closed. */
  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.#isOver) this.#left.reject(error)
    }
  }

  #reload(...inputs: readonly Input[]): void {
    if (!this.#isOver) this.take(this.#load(), ...inputs)
  }

  #flushDrafts(): void {
    for (const [id, text] of this.#drafts) this.#parts.messenger.conversations.setDraft(id, text)
    this.#drafts.clear()
  }

  /** What is on the screen for a moment counts as read, on all devices of the account. */
  #watchReading(): void {
    const { messages, found, isHelp } = this.#state
    const chosen = findChosen(this.#state)
    const isRead = chosen === undefined || chosen.unread === 0 || isHelp || found !== undefined
    const place = isRead ? '' : `${chosen.id} ${messages.at(-1)?.key}`
    if (place === this.#readPlace) return
    this.#readPlace = place
    this.#timers.get('read')?.()
    if (place !== '')
      this.#after('read', READ_AFTER_MS, () => void this.#try(() => this.#markRead()))
  }

  async #markRead(): Promise<void> {
    const { messages, chosen } = this.#state
    if (chosen === undefined) return
    const lastReadMs = Math.max(0, ...messages.map(({ name }) => name?.sentAtMs ?? 0))
    await this.#parts.messenger.conversations.markRead(chosen, lastReadMs)
    this.#reload()
  }

  #resume(): void {
    this.#after('resume', RESUME_EVERY_MS, () => this.#resume())
    void this.#try(() => this.#sendWaiting())
  }

  async #sendWaiting(): Promise<void> {
    if ((await this.#parts.messenger.resume()) > 0) this.#reload()
  }

  async #complain(error: Error): Promise<void> {
    const failure = await describeFailure(error)
    if (failure === undefined) return
    this.take({ kind: 'trouble', text: failure.message })
    this.#after('trouble', TROUBLE_MS, () => {
      this.take({ kind: 'trouble', text: '' })
    })
  }

  /** One of each kind at a time: a later one takes the place of an earlier one. */
  #after(name: 'read' | 'draft' | 'trouble' | 'resume', delayMs: number, task: () => void): void {
    this.#timers.get(name)?.()
    if (this.#isOver) return
    this.#timers.set(name, this.#parts.clock.after(delayMs, task))
  }

  /** Once for all keys that came together. */
  #draw(): void {
    if (this.#isDrawing) return
    this.#isDrawing = true
    setImmediate(() => {
      this.#isDrawing = false
      this.#paint()
    })
  }

  #paint(): void {
    if (this.#isOver) return
    try {
      const { screen, hasColour } = this.#parts
      const frame = drawChat(this.#state)
      const before = this.#shown
      screen.write(paintFrame(frame, { hasColour, ...(before && { before }) }))
      this.#shown = frame
    } catch (error) {
      this.#left.reject(error)
    }
  }
}
