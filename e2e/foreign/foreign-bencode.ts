/**
 * Bencode as the configurations use it: byte strings, integers, lists, dicts with ascending keys.
 *
 * @module
 */

export type Bt = number | Buffer | readonly Bt[] | BtDict

/** Keys are bytes, one character each. */
export type BtDict = ReadonlyMap<string, Bt>

export function encodeBt(value: Bt): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${value}e`)
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value])
  const parts = isDict(value)
    ? [...value]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, item]) => [encodeBt(Buffer.from(key, 'latin1')), encodeBt(item)])
    : value.map(encodeBt)
  return Buffer.concat([Buffer.from(isDict(value) ? 'd' : 'l'), ...parts, Buffer.from('e')])
}

export function decodeBt(encoded: Buffer): Bt {
  const { value, end } = readAt(encoded, 0)
  if (end !== encoded.length) throw new Error('something behind the end')
  return value
}

export function decodeBtDict(encoded: Buffer): BtDict {
  return asDict(decodeBt(encoded))
}

export function isDict(value: Bt | undefined): value is BtDict {
  return value instanceof Map
}

/** The dict, or an empty one for what is missing. */
export function asDict(value: Bt | undefined): BtDict {
  return isDict(value) ? value : new Map()
}

function asBytes(value: Bt | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0)
}

/** A dict of these entries. */
export function writeDict(entries: Readonly<Record<string, Bt>>): BtDict {
  return new Map(Object.entries(entries))
}

interface Read<T> {
  readonly value: T
  readonly end: number
}

function readAt(encoded: Buffer, start: number): Read<Bt> {
  const mark = encoded.toString('latin1', start, start + 1)
  if (mark === 'i') return readNumber(encoded, start + 1, 'e')
  if (mark === 'l') return readItems(encoded, start + 1)
  if (mark === 'd') return readDict(encoded, start + 1)
  return readString(encoded, start)
}

function readNumber(encoded: Buffer, start: number, mark: string): Read<number> {
  const end = encoded.indexOf(mark, start, 'latin1')
  const digits = encoded.toString('latin1', start, end)
  if (end < 0 || !/^-?\d+$/.test(digits)) throw new Error('no number')
  return { value: Number(digits), end: end + 1 }
}

function readString(encoded: Buffer, start: number): Read<Buffer> {
  const { value: length, end } = readNumber(encoded, start, ':')
  if (length < 0 || end + length > encoded.length) throw new Error('the string ends early')
  return { value: encoded.subarray(end, end + length), end: end + length }
}

function readItems(encoded: Buffer, start: number): Read<readonly Bt[]> {
  const items: Bt[] = []
  let offset = start
  while (encoded.toString('latin1', offset, offset + 1) !== 'e') {
    const { value, end } = readAt(encoded, offset)
    items.push(value)
    offset = end
  }
  return { value: items, end: offset + 1 }
}

function readDict(encoded: Buffer, start: number): Read<BtDict> {
  const { value: items, end } = readItems(encoded, start)
  const dict = new Map<string, Bt>()
  let last = ''
  for (let index = 0; index < items.length; index += 2) {
    const key = asBytes(items[index]).toString('latin1')
    const value = items[index + 1]
    if (value === undefined || (index > 0 && key <= last)) throw new Error('keys do not ascend')
    dict.set(key, value)
    last = key
  }
  return { value: dict, end }
}
