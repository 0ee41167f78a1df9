/** The signed list, beyond the vector file: round trips, limits, and what an attacker might try. */
import { encodeHex } from '@sotto/crypto/bytes'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import type { Result } from '@sotto/crypto/result'
import { DECODER_RUNS, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AUTHORITY,
  ISSUED_AT_MS,
  createNode,
  createNodes,
  createSigningKeys,
  createTestDirectory,
} from '../../test/node-fixtures.ts'
import type { ProtocolError } from '../errors.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import {
  DIRECTORY_NODES_MAX,
  type Directory,
  type NodeRecord,
  decodeDirectoryList,
  encodeDirectoryList,
} from './index.ts'

type Json = Record<string, unknown>

const NODES: readonly NodeRecord[] = [
  createNode(0, { name: 'node-1' }),
  createNode(1, { roles: ['storage', 'files'], swarm: 2n ** 63n + 1n }),
  createNode(2, { roles: [], swarm: INVALID_SWARM_ID }),
]

function encode(nodes: readonly NodeRecord[] = NODES, height = 7): string {
  return encodeDirectoryList({ version: 1, height, issuedAt: ISSUED_AT_MS, nodes }, AUTHORITY)
}

function decode(text: string, currentHeight?: number): Result<Directory, ProtocolError> {
  return decodeDirectoryList(text, {
    authority: AUTHORITY.publicKey,
    ...(currentHeight === undefined ? {} : { currentHeight }),
  })
}

function codeOf(text: string, currentHeight?: number): string | undefined {
  const decoded = decode(text, currentHeight)
  return decoded.ok ? undefined : decoded.error.code
}

interface ListJson {
  nodes: Json[]
  signature: string
}

function change(edit: (list: ListJson) => void): string {
  const list = JSON.parse(encode()) as ListJson
  edit(list)
  return JSON.stringify(list)
}

describe('a signed list', () => {
  it('gives back every record', () => {
    const decoded = decode(encode())
    if (!decoded.ok) throw decoded.error
    expect(decoded.value.nodes).toEqual(NODES)
    expect(decoded.value).toMatchObject({ version: 1, height: 7, issuedAt: ISSUED_AT_MS })
    expect(decoded.value.hash).toBe(createTestDirectory(NODES).hash)
  })

  it('keeps swarm ids exact beyond doubles (trap 35)', () => {
    const decoded = decode(encode())
    expect(decoded.ok && decoded.value.nodes[1]?.swarm).toBe(2n ** 63n + 1n)
  })

  it('may be laid out in any way, because the signature covers the content', () => {
    const compact = JSON.stringify(JSON.parse(encode()))
    expect(decode(compact).ok).toBe(true)
    expect(decode(`\n\t ${compact} \n`).ok).toBe(true)
  })

  it('is refused under any other key', () => {
    const stranger = createSigningKeys('stranger').publicKey
    expect(decodeDirectoryList(encode(), { authority: stranger })).toMatchObject({
      error: { code: 'directory_signature' },
    })
  })

  it('is refused under a key of small order, for which signatures can be made up', () => {
    const small = toEd25519PublicKey(Uint8Array.of(1, ...new Uint8Array(31)))
    if (small === undefined) throw new Error('no key')
    const forged = change((list) => {
      list.signature = `01${'00'.repeat(63)}`
    })
    expect(decodeDirectoryList(forged, { authority: small })).toMatchObject({
      error: { code: 'directory_signature' },
    })
  })

  it('cannot take a node’s records from two lists', () => {
    const older = JSON.parse(encode(NODES, 6)) as { signature: string }
    expect(
      codeOf(
        change((list) => {
          list.signature = older.signature
        }),
      ),
    ).toBe('directory_signature')
  })

  it('is refused when it is older than the one in use, and taken when it is the same or newer', () => {
    expect(codeOf(encode(NODES, 6), 7)).toBe('directory_rollback')
    expect(decode(encode(NODES, 7), 7).ok).toBe(true)
    expect(decode(encode(NODES, 8), 7).ok).toBe(true)
  })

  it('does not let a stranger learn which height is in use', () => {
    const stranger = createSigningKeys('stranger')
    const content = { version: 1, height: 1, issuedAt: 1, nodes: [] }
    expect(codeOf(encodeDirectoryList(content, stranger), 7)).toBe('directory_signature')
  })

  it.each(['ed25519', 'x25519', 'legacy'] as const)('is refused with one %s key twice', (key) => {
    const copy = createNode(3, { [key]: createNode(0)[key] })
    expect(codeOf(encode([...NODES, copy]))).toBe('directory_duplicate')
  })

  it('is refused for keys that are no points only after the signature was checked', () => {
    const broken = createNode(3)
    const bytes = Uint8Array.from(broken.ed25519).fill(0xff)
    const ed25519 = toEd25519PublicKey(bytes)
    if (ed25519 === undefined) throw new Error('no key')
    expect(codeOf(encode([...NODES, { ...broken, ed25519 }]))).toBe('directory_node')
    const unsigned = change((list) => {
      list.nodes = [{ ...list.nodes[0], ed25519: encodeHex(bytes) }]
    })
    expect(codeOf(unsigned)).toBe('directory_signature')
  })

  it('names a broken node by its place only, because the text reaches logs', () => {
    const decoded = decode(
      change((list) => {
        list.nodes[1] = { ...list.nodes[1], host: 'secret.example' }
      }),
    )
    expect(decoded.ok ? '' : decoded.error.message).toBe('directory_node: node 1 is malformed')
  })
})

describe('limits of a list', () => {
  it('are 4,096 nodes, which is more than the network ever had', () => {
    const list = (count: number): string =>
      change((json) => {
        json.nodes = Array.from({ length: count }, () => ({}))
      })
    expect(codeOf(list(DIRECTORY_NODES_MAX + 1))).toBe('directory_limit')
    expect(codeOf(list(DIRECTORY_NODES_MAX))).toBe('directory_node')
  })

  it('are four megabytes, before anything is parsed', () => {
    const large = encode() + ' '.repeat(4 * 1024 * 1024)
    expect(codeOf(large)).toBe('directory_limit')
    expect(codeOf('['.repeat(4 * 1024 * 1024))).toBe('directory_malformed')
  })

  it('let forty nodes through', () => {
    const decoded = decode(encode(createNodes(40)))
    expect(decoded.ok && decoded.value.nodes.length).toBe(40)
  })
})

describe('decodeDirectoryList', () => {
  it('answers random text with a refusal, never a throw', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryText(60), fc.json()), (text) => {
        expect(decode(text).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers any JSON in any place with a refusal, never a throw', () => {
    const member = fc.constantFrom('version', 'height', 'issuedAt', 'nodes', 'signature')
    fc.assert(
      fc.property(member, fc.jsonValue(), (name, value) => {
        const text = JSON.stringify({ ...(JSON.parse(encode()) as Json), [name]: value })
        const isSame =
          JSON.stringify(value) === JSON.stringify((JSON.parse(encode()) as Json)[name])
        if (!isSame) expect(decode(text).ok).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('answers any JSON in any place of a record with a refusal, never a throw', () => {
    const original = JSON.parse(encode()) as Json & { nodes: Json[] }
    const member = fc.constantFrom(
      'ed25519',
      'x25519',
      'legacy',
      'host',
      'ports',
      'roles',
      'swarm',
      'name',
    )
    fc.assert(
      fc.property(member, fc.oneof(fc.jsonValue(), arbitraryText(70)), (name, value) => {
        const [first, ...others] = original.nodes
        const nodes = [{ ...first, [name]: value }, ...others]
        const decoded = decode(JSON.stringify({ ...original, nodes }))
        if (JSON.stringify(value) !== JSON.stringify(first?.[name])) expect(decoded.ok).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})
