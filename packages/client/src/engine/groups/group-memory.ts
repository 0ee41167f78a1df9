/**
 * What a device remembers of a group beside its configurations: messages that it cannot place yet, until when those who are
 * out were members (spec 14 §5.4), and what members asked its admins for (spec 14 §6.6). Reading is total: what cannot be read was not remembered.
 *
 * @module
 */
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import { parseJson } from '../parse-json.ts'

/** Spec 14 §5.4. Whoever can write into the group can fill it. */
const WAITING_MAX = 100
const WAITING_BYTES_MAX = 1_000_000
const WAITING_MS: number = 24 * 60 * 60 * 1000
/** Of accounts, and of what they asked for. */
const REMEMBERED_MAX = 500

export interface WaitingMessage extends RetrievedMessage {
  /** When this device stops to wait for what it lacks. */
  readonly untilMs: number
}

/** Somebody came, or wants to go. */
export interface MemberTask {
  readonly kind: 'joined' | 'leaving'
  readonly member: AccountId
  readonly sentAtMs: number
}

type Times = Map<AccountId, number>
type Fields = Readonly<Record<string, unknown>>

export class GroupMemory {
  #waiting: readonly WaitingMessage[]
  #tasks: readonly MemberTask[]
  readonly #former: Times
  /** When each said last that it joined. */
  readonly #answers: Times

  constructor(dump?: Uint8Array) {
    const fields = asFields(parseJson(dump && decodeUtf8(dump)))
    this.#waiting = asList(fields['waiting']).flatMap((item) => readWaiting(asFields(item)) ?? [])
    this.#tasks = asList(fields['tasks']).flatMap((item) => readTask(asFields(item)) ?? [])
    this.#former = new Map(asList(fields['former']).flatMap(readTime))
    this.#answers = new Map(asList(fields['answers']).flatMap(readTime))
  }

  /** Takes out what waits and may still come. */
  takeWaiting(nowMs: number): readonly WaitingMessage[] {
    const waiting = this.#waiting.filter(({ untilMs }) => untilMs > nowMs)
    this.#waiting = []
    return waiting
  }

  /** The oldest are given up for it when there is no room. */
  wait(message: RetrievedMessage & { readonly untilMs?: number }, nowMs: number): void {
    const { untilMs = nowMs + WAITING_MS } = message
    const waiting = [...this.#waiting, { ...message, untilMs }].slice(-WAITING_MAX)
    let bytes = waiting.reduce((total, { data }) => total + data.length, 0)
    const first = waiting.findIndex(({ data }) => {
      const fits = bytes <= WAITING_BYTES_MAX
      bytes -= data.length
      return fits
    })
    this.#waiting = first === -1 ? [] : waiting.slice(first)
  }

  /** What somebody stored before then was stored by a member. */
  noteFormer(id: AccountId, endMs: number): void {
    remember(this.#former, id, endMs)
  }

  noteMember(id: AccountId): void {
    this.#former.delete(id)
  }

  findEnd(id: AccountId): number | undefined {
    return this.#former.get(id)
  }

  /** For whoever leads the group; kept until it is taken. */
  addTask(task: MemberTask): void {
    this.#tasks = [...this.#tasks, task].slice(-REMEMBERED_MAX)
  }

  takeTasks(): readonly MemberTask[] {
    const tasks = this.#tasks
    this.#tasks = []
    return tasks
  }

  noteAnswer(id: AccountId, sentAtMs: number): void {
    remember(this.#answers, id, Math.max(sentAtMs, this.findAnswer(id)))
  }

  /** 0 if it never said so. */
  findAnswer(id: AccountId): number {
    return this.#answers.get(id) ?? 0
  }

  dump(): Uint8Array {
    const waiting = this.#waiting.map(({ data, ...rest }) => ({
      ...rest,
      data: encodeBase64(data),
    }))
    const [former, answers] = [[...this.#former], [...this.#answers]]
    return encodeUtf8(JSON.stringify({ waiting, tasks: this.#tasks, former, answers }))
  }
}

/** The one that was noted longest ago makes room. */
function remember(times: Times, id: AccountId, timeMs: number): void {
  times.delete(id)
  times.set(id, timeMs)
  for (const oldest of times.keys()) {
    if (times.size <= REMEMBERED_MAX) break
    times.delete(oldest)
  }
}

function readWaiting(fields: Fields): WaitingMessage | undefined {
  const { hash, timestampMs, expiryMs, untilMs, data: text } = fields
  const data = typeof text === 'string' ? decodeBase64(text) : undefined
  if (typeof hash !== 'string' || data === undefined) return undefined
  if (!isTime(timestampMs) || !isTime(expiryMs) || !isTime(untilMs)) return undefined
  return { hash, timestampMs, expiryMs, untilMs, data }
}

/** A dump holds none that JSON cannot. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function readTask({ kind, member: text, sentAtMs }: Fields): MemberTask | undefined {
  const member = readAccount(text)
  if (kind !== 'joined' && kind !== 'leaving') return undefined
  return member !== undefined && isTime(sentAtMs) ? { kind, member, sentAtMs } : undefined
}

function readTime(item: unknown): readonly (readonly [AccountId, number])[] {
  const [text, timeMs] = asList(item)
  const id = readAccount(text)
  return id !== undefined && isTime(timeMs) ? [[id, timeMs]] : []
}

function readAccount(text: unknown): AccountId | undefined {
  const id = typeof text === 'string' ? parseAccountId(text) : undefined
  return id?.ok === true ? id.value : undefined
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
