/** The registry is complete and agrees with itself and with the tables of spec 03 §4. */
import { describe, expect, it } from 'vitest'
import { alice, HASHES, NOW_MS, parsePlain } from '../../test/rpc-fixtures.ts'
import { findMethodName, isMetaName, isRecursiveRequest, METHODS } from './index.ts'

const names = Object.keys(METHODS)

describe('METHODS', () => {
  it('has every method of the storage RPC', () => {
    expect(names.toSorted()).toEqual([
      'delete',
      'delete_all',
      'delete_before',
      'expire',
      'expire_all',
      'get_expiries',
      'get_swarm',
      'info',
      'oxend_request',
      'retrieve',
      'revoke_subaccount',
      'store',
      'unrevoke_subaccount',
    ])
  })

  it('keeps each method under its own name', () => {
    for (const [name, method] of Object.entries(METHODS)) expect(method.name).toBe(name)
  })

  it('sends to the whole swarm what changes something, and nothing else', () => {
    const recursive = Object.values(METHODS).filter((method) => method.isRecursive)
    expect(recursive.map((method) => method.name).toSorted()).toEqual([
      'delete',
      'delete_all',
      'delete_before',
      'expire',
      'expire_all',
      'revoke_subaccount',
      'store',
      'unrevoke_subaccount',
    ])
  })

  it('lets only owners revoke: no subaccount parameter is read there', () => {
    for (const name of ['revoke_subaccount', 'unrevoke_subaccount'] as const) {
      const read = METHODS[name].parameters.flatMap((parameter) => parameter.names)
      expect(read).not.toContain('subaccount')
    }
  })

  it('demands an account in every method that is signed', () => {
    for (const method of Object.values(METHODS)) {
      if (method.signing === undefined) continue
      const required = method.parameters.filter((parameter) => parameter.isRequired)
      expect(required.flatMap((parameter) => parameter.names)).toContain('pubkey')
    }
  })

  it('describes each parameter for the document, once', () => {
    for (const { parameters } of Object.values(METHODS)) {
      const all = parameters.flatMap((parameter) => parameter.names)
      expect(new Set(all).size).toBe(all.length)
      for (const { description } of parameters) expect(description).not.toBe('')
    }
  })
})

describe('findMethodName', () => {
  it('finds names and aliases', () => {
    expect(findMethodName('get_snodes_for_pubkey')).toBe('get_swarm')
    for (const name of names) expect(findMethodName(name)).toBe(name)
  })

  it.each(['batch', 'sequence', 'ifelse', 'STORE', '', 'valueOf'])(
    'finds nothing for %j',
    (name) => {
      expect(findMethodName(name)).toBeUndefined()
    },
  )
})

describe('isMetaName', () => {
  it('knows the three that hold others', () => {
    expect(['batch', 'sequence', 'ifelse', 'store', ''].map(isMetaName)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('isRecursiveRequest', () => {
  it('tells what must be forwarded', () => {
    const { accountId: pubkey } = alice
    expect(isRecursiveRequest(parsePlain('delete', { pubkey, messages: HASHES }))).toBe(true)
    expect(isRecursiveRequest(parsePlain('retrieve', { pubkey }))).toBe(false)
    const expiries = { pubkey, messages: HASHES, timestamp: NOW_MS }
    expect(isRecursiveRequest(parsePlain('get_expiries', expiries))).toBe(false)
  })
})
