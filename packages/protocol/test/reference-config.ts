/**
 * Revisions of configurations a second time, from the text of spec 11 §2 and §5 alone: values are tagged trees with hex
 * text for bytes, nothing is shared with the code under test.
 *
 * @module
 */
import { hashSlowly } from './reference-hash.ts'

export type Tree =
  | { readonly int: bigint }
  | { readonly hex: string }
  | { readonly list: readonly Tree[] }
  | { readonly dict: Readonly<Record<string, Tree>> }

type Dict = Readonly<Record<string, Tree>>

const KEYS = { seqno: '23', data: '26', lagged: '3c', diff: '3d' }
const LAG = 5n
const HASH_BYTES = 32
const [CHANGED, REMOVED]: readonly Tree[] = [{ hex: '' }, { hex: '2d' }]

export function writeTree(tree: Tree): Buffer {
  if ('int' in tree) return Buffer.from(`i${tree.int}e`)
  if ('hex' in tree) return writeString(tree.hex)
  if ('list' in tree) {
    return Buffer.concat([Buffer.from('l'), ...tree.list.map(writeTree), Buffer.from('e')])
  }
  const entries = Object.keys(tree.dict)
    .toSorted()
    .flatMap((key) => [writeString(key), writeTree(tree.dict[key] ?? { hex: '' })])
  return Buffer.concat([Buffer.from('d'), ...entries, Buffer.from('e')])
}

function writeString(hex: string): Buffer {
  return Buffer.concat([Buffer.from(`${hex.length / 2}:`), Buffer.from(hex, 'hex')])
}

export function parseTree(bytes: Buffer): Tree {
  const [tree, rest] = parseNext(bytes)
  if (rest.length > 0) throw new Error('bytes after the value')
  return tree
}

function parseNext(bytes: Buffer): [Tree, Buffer] {
  const sign = bytes.toString('latin1', 0, 1)
  if (sign === 'i') {
    const end = bytes.indexOf('e')
    return [{ int: BigInt(bytes.toString('latin1', 1, end)) }, bytes.subarray(end + 1)]
  }
  if (sign !== 'l' && sign !== 'd') {
    const colon = bytes.indexOf(':')
    const end = colon + 1 + Number(bytes.toString('latin1', 0, colon))
    return [{ hex: bytes.toString('hex', colon + 1, end) }, bytes.subarray(end)]
  }
  const items: Tree[] = []
  let rest = bytes.subarray(1)
  while (rest.toString('latin1', 0, 1) !== 'e') {
    const [item, after] = parseNext(rest)
    items.push(item)
    rest = after
  }
  const tree = sign === 'l' ? { list: items } : { dict: pairUp(items) }
  return [tree, rest.subarray(1)]
}

function pairUp(items: readonly Tree[]): Dict {
  const dict: Record<string, Tree> = {}
  for (let index = 0; index < items.length; index += 2) {
    const [key, value] = [items[index], items[index + 1]]
    if (key === undefined || !('hex' in key) || value === undefined) throw new Error('no key')
    dict[key.hex] = value
  }
  return dict
}

export function dictOf(tree: Tree | undefined): Dict {
  return tree !== undefined && 'dict' in tree ? tree.dict : {}
}

function listOf(tree: Tree | undefined): readonly Tree[] {
  return tree !== undefined && 'list' in tree ? tree.list : []
}

type Kind = 'scalar' | 'list' | 'dict'

function kindOf(tree: Tree): Kind {
  if ('list' in tree) return 'list'
  return 'dict' in tree ? 'dict' : 'scalar'
}

function texts(list: readonly Tree[]): ReadonlySet<string> {
  return new Set(list.map((item) => writeTree(item).toString('hex')))
}

function isSame(a: Tree, b: Tree): boolean {
  return writeTree(a).equals(writeTree(b))
}

function sortItems(items: readonly Tree[]): Tree[] {
  const ints = items.flatMap((item) => ('int' in item ? [item] : []))
  const strings = items.flatMap((item) => ('hex' in item ? [item] : []))
  ints.sort((a, b) => (a.int < b.int ? -1 : 1))
  strings.sort((a, b) => (a.hex < b.hex ? -1 : 1))
  return [...ints, ...strings]
}

/** Spec 11 §5.1. */
function diffDicts(from: Dict, to: Dict): Dict {
  const diff: Record<string, Tree> = {}
  for (const key of Object.keys({ ...from, ...to })) {
    const [old, now] = [from[key], to[key]]
    if (old !== undefined && now !== undefined && isSame(old, now)) continue
    diff[key] = diffValues(old, now)
  }
  return diff
}

function diffValues(old: Tree | undefined, now: Tree | undefined): Tree {
  const kind = kindOf(now ?? old ?? { hex: '' })
  const before = old !== undefined && kindOf(old) === kind ? old : undefined
  if (kind === 'dict') return { dict: diffDicts(dictOf(before), dictOf(now)) }
  if (kind === 'scalar') return (now === undefined ? REMOVED : CHANGED) ?? { hex: '' }
  const [was, is] = [listOf(before), listOf(now)]
  const added = is.filter((item) => !texts(was).has(writeTree(item).toString('hex')))
  const gone = was.filter((item) => !texts(is).has(writeTree(item).toString('hex')))
  return { list: [{ list: sortItems(added) }, { list: sortItems(gone) }] }
}

/** Spec 11 §5.2. */
function replay(diff: Dict, source: Dict, target: Dict): Dict {
  const result: Record<string, Tree> = { ...target }
  for (const [key, entry] of Object.entries(diff)) {
    const wanted = kindOf(entry)
    const value = source[key]
    const old = result[key]
    delete result[key]
    if (value === undefined || kindOf(value) !== wanted) continue
    if (wanted === 'scalar') {
      if (isSame(entry, { hex: '' })) result[key] = value
    } else if (wanted === 'dict') {
      const inner = replay(dictOf(entry), dictOf(value), dictOf(old))
      if (Object.keys(inner).length > 0) result[key] = { dict: inner }
    } else {
      const [added, gone] = listOf(entry).map(listOf)
      const items = new Map(
        [...listOf(old), ...(added ?? [])].map((item) => [writeTree(item).toString('hex'), item]),
      )
      for (const name of texts(gone ?? [])) items.delete(name)
      if (items.size > 0) result[key] = { list: sortItems([...items.values()]) }
    }
  }
  return result
}

interface Row {
  readonly seqno: bigint
  readonly hash: string
  readonly diff: Dict
}

interface Revision extends Row {
  readonly data: Dict
  readonly rows: readonly Row[]
}

function readRevision(bytes: Buffer): Revision {
  const dict = dictOf(parseTree(bytes))
  const rows = listOf(dict[KEYS.lagged]).map((row) => {
    const [seqno, hash, diff] = listOf(row)
    return { seqno: intOf(seqno), hash: hexOf(hash), diff: dictOf(diff) }
  })
  return {
    seqno: intOf(dict[KEYS.seqno]),
    hash: hashSlowly(bytes, HASH_BYTES).toString('hex'),
    diff: dictOf(dict[KEYS.diff]),
    data: dictOf(dict[KEYS.data]),
    rows,
  }
}

function intOf(tree: Tree | undefined): bigint {
  return tree !== undefined && 'int' in tree ? tree.int : -1n
}

function hexOf(tree: Tree | undefined): string {
  return tree !== undefined && 'hex' in tree ? tree.hex : ''
}

function writeRevision(seqno: bigint, data: Dict, diff: Dict, rows: readonly Row[]): Buffer {
  const kept = rows.filter((row) => row.seqno > seqno - LAG)
  return writeTree({
    dict: {
      [KEYS.seqno]: { int: seqno },
      [KEYS.data]: { dict: data },
      [KEYS.diff]: { dict: diff },
      [KEYS.lagged]: {
        list: kept.map((row) => ({
          list: [{ int: row.seqno }, { hex: row.hash }, { dict: row.diff }],
        })),
      },
    },
  })
}

/** Spec 11 §2.3. */
export function reviseTheirs(bytes: Buffer, data: Dict): Buffer {
  const { seqno, hash, diff, rows, data: old } = readRevision(bytes)
  return writeRevision(seqno + 1n, data, diffDicts(old, data), [...rows, { seqno, hash, diff }])
}

/** Spec 11 §5.3 and §5.4. */
export function mergeTheirs(all: readonly Buffer[]): Buffer {
  const byName = new Map(all.map((bytes) => [nameOf(readRevision(bytes)), bytes]))
  const revisions = [...byName.values()].map(readRevision).toSorted(compare)
  const top = revisions.at(-1)
  if (top === undefined) throw new Error('nothing to merge')
  const listed = new Set(revisions.flatMap(({ rows }) => rows.map(nameOf)))
  const left = revisions.filter((each) => !listed.has(nameOf(each)) && each.seqno + LAG > top.seqno)
  if (left.length === 1) return byName.get(nameOf(top)) ?? Buffer.alloc(0)
  const rows = new Map<string, Row & { readonly source: Dict }>()
  for (const each of left) {
    for (const row of [...each.rows, each]) rows.set(nameOf(row), { ...row, source: each.data })
  }
  const ordered = [...rows.values()].toSorted(compare)
  const data = ordered.reduce((target, row) => replay(row.diff, row.source, target), top.data)
  return writeRevision(top.seqno + 1n, data, {}, ordered)
}

function nameOf({ seqno, hash }: Row): string {
  return `${seqno}/${hash}`
}

function compare(a: Row, b: Row): number {
  if (a.seqno !== b.seqno) return a.seqno < b.seqno ? -1 : 1
  return a.hash < b.hash ? -1 : Number(a.hash > b.hash)
}
