/**
 * Just enough of protobuf for the messages of the wire: varints, lengths, `fixed64`. A schema is a table, and messages are plain
 * objects with the names of the description.
 *
 * @module
 */

type Scalar = 'text' | 'bytes' | 'uint' | 'flag' | 'fixed64'

interface Field {
  readonly number: number
  readonly kind: Scalar | Schema
  readonly isList?: boolean
}

export interface Schema {
  readonly [name: string]: Field
}

export type Value = string | number | boolean | Uint8Array | Message | readonly Value[]

export interface Message {
  readonly [name: string]: Value
}

export const text = (number: number): Field => ({ number, kind: 'text' })
export const bytes = (number: number): Field => ({ number, kind: 'bytes' })
export const uint = (number: number): Field => ({ number, kind: 'uint' })
export const flag = (number: number): Field => ({ number, kind: 'flag' })
export const fixed64 = (number: number): Field => ({ number, kind: 'fixed64' })
export const nested = (number: number, kind: Schema): Field => ({ number, kind })
export const list = (field: Field): Field => ({ ...field, isList: true })

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

/** In the order of the numbers, as both libraries of the reference write it. */
export function encodeMessage(schema: Schema, message: Message): Buffer {
  const unknown = Object.keys(message).filter((name) => schema[name] === undefined)
  if (unknown.length > 0) throw new Error(`no such field: ${unknown.join()}`)
  const fields = Object.entries(schema).toSorted(([, a], [, b]) => a.number - b.number)
  return Buffer.concat(
    fields.flatMap(([name, field]) => {
      const value = message[name]
      if (value === undefined) return []
      return (Array.isArray(value) ? value : [value]).map((one: Value) => encodeField(field, one))
    }),
  )
}

function encodeField({ number, kind }: Field, value: Value): Buffer {
  const tag = (wireType: number): Buffer => encodeVarint(number * 8 + wireType)
  if (kind === 'uint' || kind === 'flag')
    return Buffer.concat([tag(VARINT), encodeVarint(Number(value))])
  if (kind === 'fixed64') {
    const eight = Buffer.alloc(8)
    eight.writeBigUInt64LE(BigInt(Number(value)))
    return Buffer.concat([tag(FIXED64), eight])
  }
  const body = encodeBody(kind, value)
  return Buffer.concat([tag(LENGTH), encodeVarint(body.length), body])
}

function encodeBody(kind: 'text' | 'bytes' | Schema, value: Value): Uint8Array {
  if (kind === 'text' && typeof value === 'string') return Buffer.from(value)
  if (kind === 'bytes' && value instanceof Uint8Array) return value
  if (typeof kind === 'object' && isMessage(value)) return encodeMessage(kind, value)
  throw new Error(`the value is not of the kind ${JSON.stringify(kind)}`)
}

export function isMessage(value: Value | undefined): value is Message {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function encodeVarint(value: number): Buffer {
  const groups: number[] = []
  let rest = BigInt(value)
  do {
    const group = Number(rest & 0x7fn)
    rest >>= 7n
    groups.push(rest > 0n ? group | 0x80 : group)
  } while (rest > 0n)
  return Buffer.from(groups)
}

/** Fields that the schema does not know are left out. */
export function decodeMessage(schema: Schema, encoded: Uint8Array): Message {
  const names = new Map(Object.entries(schema).map(([name, field]) => [field.number, name]))
  const message: Record<string, Value> = {}
  for (const { number, raw } of readFields(Buffer.from(encoded))) {
    const name = names.get(number) ?? ''
    const field = schema[name]
    if (field === undefined) continue
    const values = decodeField(field, raw)
    const before = message[name]
    const earlier: readonly Value[] = Array.isArray(before) ? before : []
    message[name] = field.isList === true ? [...earlier, ...values] : (values.at(-1) ?? '')
  }
  return message
}

function decodeField({ kind }: Field, raw: bigint | Buffer): readonly Value[] {
  if (kind === 'flag') return [Number(raw) !== 0]
  if (kind === 'uint' || kind === 'fixed64')
    return typeof raw === 'bigint' ? [Number(raw)] : readPacked(raw)
  if (typeof raw === 'bigint') throw new Error('a number where bytes belong')
  if (kind === 'text') return [raw.toString()]
  return [kind === 'bytes' ? raw : decodeMessage(kind, raw)]
}

function readPacked(raw: Buffer): readonly number[] {
  const reader = new Reader(raw)
  const values: number[] = []
  while (!reader.isAtEnd) values.push(Number(reader.readVarint()))
  return values
}

interface RawField {
  readonly number: number
  readonly raw: bigint | Buffer
}

function readFields(encoded: Buffer): readonly RawField[] {
  const reader = new Reader(encoded)
  const fields: RawField[] = []
  while (!reader.isAtEnd) {
    const tag = Number(reader.readVarint())
    fields.push({ number: Math.floor(tag / 8), raw: reader.readValue(tag % 8) })
  }
  return fields
}

class Reader {
  readonly #bytes: Buffer
  #offset = 0

  constructor(encoded: Buffer) {
    this.#bytes = encoded
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#bytes.length
  }

  readValue(wireType: number): bigint | Buffer {
    if (wireType === VARINT) return this.readVarint()
    if (wireType === LENGTH) return this.#take(Number(this.readVarint()))
    if (wireType === FIXED64) return this.#take(8).readBigUInt64LE()
    if (wireType === FIXED32) return BigInt(this.#take(4).readUInt32LE())
    throw new Error(`no such wire type: ${wireType}`)
  }

  readVarint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const group = this.#take(1).readUInt8()
      value |= BigInt(group & 0x7f) << shift
      if (group < 0x80) return value
    }
  }

  #take(length: number): Buffer {
    const end = this.#offset + length
    if (end > this.#bytes.length) throw new Error('the message ends early')
    const taken = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return taken
  }
}
