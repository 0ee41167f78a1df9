/** Which subaccount tokens no longer count (spec 03 §4.10). */
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, createMessage, openMemoryStore, storeAll } from './store-fixture.ts'

const KEEP = 50
const TOKEN_BYTES = 36

function createToken(index: number): Uint8Array {
  return new Uint8Array(TOKEN_BYTES).fill(index)
}

async function openWithAccount() {
  const store = openMemoryStore()
  await storeAll(store, [createMessage()])
  return store
}

describe('revoke', () => {
  it('revokes for one account only', async () => {
    await using store = await openWithAccount()
    await storeAll(store, [createMessage({ account: BOB })])
    await store.revoke(ALICE, [createToken(1)])
    expect(store.isRevoked(ALICE, createToken(1))).toBe(true)
    expect(store.isRevoked(ALICE, createToken(2))).toBe(false)
    expect(store.isRevoked(BOB, createToken(1))).toBe(false)
  })

  it('does nothing for an account that stores nothing, or it would be free room on the disk', async () => {
    await using store = openMemoryStore()
    expect(await store.revoke(ALICE, [createToken(1)])).toMatchObject({ ok: true })
    expect(store.isRevoked(ALICE, createToken(1))).toBe(false)
  })

  it('still works for an account whose last message is gone but which revoked before', async () => {
    await using store = await openWithAccount()
    await store.revoke(ALICE, [createToken(1)])
    await store.deleteRange({ account: ALICE, namespace: 'all' })
    await store.revoke(ALICE, [createToken(2)])
    expect(store.isRevoked(ALICE, createToken(1))).toBe(true)
    expect(store.isRevoked(ALICE, createToken(2))).toBe(true)
  })

  it('keeps the newest fifty', async () => {
    await using store = await openWithAccount()
    const tokens = Array.from({ length: KEEP + 2 }, (_, index) => createToken(index))
    for (const token of tokens) await store.revoke(ALICE, [token])
    const kept = tokens.filter((token) => store.isRevoked(ALICE, token))
    expect(kept).toEqual(tokens.slice(2))
  })

  it('counts a token that is revoked again as new', async () => {
    await using store = await openWithAccount()
    const tokens = Array.from({ length: KEEP }, (_, index) => createToken(index))
    await store.revoke(ALICE, tokens)
    await store.revoke(ALICE, [createToken(0)])
    await store.revoke(ALICE, [createToken(KEEP)])
    expect(store.isRevoked(ALICE, createToken(0))).toBe(true)
    expect(store.isRevoked(ALICE, createToken(1))).toBe(false)
  })

  it('does not let one account push out the revocations of another', async () => {
    await using store = await openWithAccount()
    await storeAll(store, [createMessage({ account: BOB })])
    await store.revoke(ALICE, [createToken(1)])
    const tokens = Array.from({ length: KEEP }, (_, index) => createToken(index))
    await store.revoke(BOB, tokens)
    expect(store.isRevoked(ALICE, createToken(1))).toBe(true)
  })
})

describe('unrevoke', () => {
  it('counts what was revoked, once', async () => {
    await using store = await openWithAccount()
    await store.revoke(ALICE, [createToken(1), createToken(2)])
    const asked = [createToken(1), createToken(1), createToken(3)]
    expect(await store.unrevoke(ALICE, asked)).toEqual({ ok: true, value: 1 })
    expect(store.isRevoked(ALICE, createToken(1))).toBe(false)
    expect(store.isRevoked(ALICE, createToken(2))).toBe(true)
  })
})
