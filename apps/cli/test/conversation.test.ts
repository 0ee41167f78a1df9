/** A conversation with the commands themselves, from the request to the end, against real nodes in this process. */
import { type DisposableTempDir, mkdtempDisposableSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '@sotto/devnet/network'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/program.ts'

const NETWORK_MS = 60_000

const messageSchema = z.strictObject({
  conversation: z.string(),
  from: z.string(),
  sentAt: z.int(),
  kind: z.string(),
  state: z.enum(['received', 'queued', 'sent', 'failed']),
  text: z.string(),
  awaitsKeys: z.boolean(),
  messageHash: z.string().nullable(),
  editedAt: z.int().nullable(),
  readByThem: z.boolean(),
  expiresAt: z.int().nullable(),
  quote: z.object({ author: z.string(), sentAtMs: z.int() }).nullable(),
  attachments: z.array(z.unknown()),
  preview: z.null(),
  reactions: z.array(z.object({ reactor: z.string(), emoji: z.string() })),
})
const conversationSchema = z.object({ id: z.string(), name: z.string(), isRequest: z.boolean() })
const sentSchema = z.object({ messageHash: z.string(), sentAt: z.int() })
const sharedSchema = z.object({ shared: z.literal(true) })

let network: Network
let scratch: DisposableTempDir
let alice: string
let bob: string

async function run(...options: readonly string[]): Promise<string> {
  const lines: string[] = []
  await createProgram((line) => {
    lines.push(line)
  }).parseAsync(options, { from: 'user' })
  return lines.join('\n')
}

/** Runs a command of somebody. */
function as(name: string, ...options: readonly string[]): Promise<string> {
  return run(...options, '--home', join(scratch.path, name), '--network', network.introspect)
}

async function asJson(name: string, ...options: readonly string[]): Promise<unknown> {
  return JSON.parse(await as(name, ...options, '--json'))
}

async function createPerson(name: string): Promise<string> {
  const made = JSON.parse(
    await run('account', 'create', '--home', join(scratch.path, name), '--json'),
  ) as unknown
  return z.object({ accountId: z.string() }).parse(made).accountId
}

async function listAccounts(name: string): Promise<unknown> {
  return JSON.parse(await run('account', 'list', '--json', '--home', join(scratch.path, name)))
}

async function history(name: string, id: string) {
  return z.array(messageSchema).parse(await asJson(name, 'history', id))
}

async function last(name: string, id: string) {
  const message = (await history(name, id)).at(-1)
  if (message === undefined) throw new Error('a message')
  return message
}

beforeAll(async () => {
  scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-conversation-'))
  network = await startNetwork({ nodes: 8, seed: 'conversation', driver: 'in-process' })
  alice = await createPerson('alice')
  bob = await createPerson('bob')
}, NETWORK_MS)

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

describe('somebody who is named', { timeout: NETWORK_MS }, () => {
  it('is shown by the name that the reader has', async () => {
    await as('alice', 'send', '--to', alice, `ask @${bob}, not @${alice}`)
    await as('alice', 'contact', 'name', bob, 'Bobby')
    expect(await as('alice', 'history', alice)).toContain('ask @Bobby, not @you')
    await as('alice', 'contact', 'forget', bob)
  })
})

describe('a conversation', { timeout: NETWORK_MS }, () => {
  it('begins with a request that shows a name and is accepted', async () => {
    sharedSchema.parse(await asJson('alice', 'profile', '--name', 'Alice'))
    await as('alice', 'send', '--to', bob, 'may I?')
    const [request] = z.array(conversationSchema).parse(await asJson('bob', 'list'))
    expect(request).toEqual({ id: alice, name: 'Alice', isRequest: true })
    sharedSchema.parse(await asJson('bob', 'contact', 'accept', alice))
    expect(await as('bob', 'list')).toContain('Alice')
    expect(await as('bob', 'contact', 'list')).toMatch(new RegExp(`^${alice} {2}Alice$`, 'u'))
  })

  it('has answers, reactions and corrections, which both see', async () => {
    const question = await last('bob', alice)
    await as('bob', 'send', '--to', alice, '--quote', String(question.sentAt), 'yuo may')
    const answer = await last('alice', bob)
    expect(answer).toMatchObject({ text: 'yuo may', quote: { author: alice } })
    sentSchema.parse(await asJson('alice', 'react', String(answer.sentAt), '🎉'))
    const own = await last('bob', alice)
    expect(own.reactions).toEqual([{ reactor: alice, emoji: '🎉' }])
    await as('bob', 'edit', String(own.sentAt), 'you may')
    const edited = await last('alice', bob)
    expect(edited.text).toBe('you may')
    expect(edited.editedAt).toBeGreaterThan(answer.sentAt)
    expect(await as('alice', 'history', bob)).toMatch(/you may {2}\(edited, 🎉\)$/u)
  })

  it('is searched, forwarded, and deleted for one or for all', async () => {
    const found = z.array(messageSchema).parse(await asJson('alice', 'search', 'you ma'))
    expect(found.map(({ text }) => text)).toEqual(['you may'])
    await as('alice', 'forward', found[0]?.messageHash ?? '', '--to', alice)
    expect((await last('alice', alice)).text).toBe('you may')
    await as('alice', 'delete', found[0]?.messageHash ?? '')
    expect((await history('alice', bob)).map(({ text }) => text)).toEqual(['may I?'])
    await as('alice', 'send', '--to', bob, 'forget this')
    await as('alice', 'unsend', String((await last('alice', bob)).sentAt))
    expect((await history('bob', alice)).map(({ text }) => text)).toEqual(['may I?', 'you may'])
  })

  it('disappears when both were told that it does', async () => {
    const set = await asJson('alice', 'timer', bob, 'send', '1h')
    expect(set).toEqual({ accountId: bob, mode: 'after_send', seconds: 3600 })
    await as('bob', 'list')
    expect(await as('bob', 'timer', alice)).toBe('Messages disappear: 1 hour after they were sent.')
    await as('alice', 'send', '--to', bob, 'for an hour')
    const { expiresAt, sentAt } = await last('bob', alice)
    expect(Math.abs((expiresAt ?? 0) - sentAt - 3_600_000)).toBeLessThan(60_000)
    expect(await asJson('alice', 'timer', bob, 'off')).toMatchObject({ mode: 'off' })
  })

  it('tells of reading only when the person wants that', async () => {
    const settings = await asJson('bob', 'settings', '--read-receipts', 'on')
    expect(settings).toEqual({
      sendsReadReceipts: true,
      sendsTyping: false,
      sendsExtractionNotices: false,
      knownContactsOnly: false,
      forwardSecrecy: false,
      erasesKeysEarly: false,
    })
    await as('alice', 'send', '--to', bob, 'seen?')
    expect((await last('alice', bob)).readByThem).toBe(false)
    await as('bob', 'read')
    expect((await last('alice', bob)).readByThem).toBe(true)
  })

  it('shows how well each conversation is protected, from the keys that both sides have', async () => {
    expect(await as('bob', 'status')).toContain('everything that was ever sent')
    for (const name of ['alice', 'bob']) await as(name, 'settings', '--forward-secrecy', 'on')
    for (const name of ['alice', 'bob'])
      expect(await asJson(name, 'status')).toMatchObject({ isOn: true, isPublished: true })
    await asJson('alice', 'status', '--forget-keys-of', bob)
    await as('alice', 'send', '--to', bob, 'under a key')
    expect((await last('bob', alice)).text).toBe('under a key')
    expect(await asJson('alice', 'status', '--rotate')).toMatchObject({
      keysHeld: 2,
      conversations: [{ id: bob, protection: { confidentiality: 'classical' } }],
    })
  })

  it('goes on from what an older version of the program kept', async () => {
    await createPerson('carol')
    const carol = new Database(join(scratch.path, 'carol', 'sotto.db'))
    carol.exec(`ALTER TABLE messages_before_history RENAME TO kept; DROP TABLE kept;
      CREATE TABLE messages_before_history (id INTEGER PRIMARY KEY, hash TEXT, conversation TEXT,
        author TEXT, direction TEXT, text TEXT, sent_at_ms INTEGER, received_at_ms INTEGER, is_read INTEGER)`)
    const insert = carol.prepare(
      'INSERT INTO messages_before_history VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    insert.run('h1', bob, bob, 'received', 'old question', 1000, 1001, 1)
    insert.run('h2', bob, alice, 'sent', 'old answer', 2000, 2000, 0)
    carol.close()
    const kept = (await history('carol', bob)).map(({ text, state }) => [text, state])
    expect(kept).toEqual([
      ['old question', 'received'],
      ['old answer', 'sent'],
    ])
  })

  it('is taken to another machine in one file, with the account', async () => {
    const passphrase = join(scratch.path, 'passphrase')
    writeFileSync(passphrase, 'a long enough passphrase')
    const file = join(scratch.path, 'alice.archive')
    const secret = ['--passphrase-file', passphrase]
    const before = (await history('alice', bob)).map(({ text }) => text)
    const out = ['export', '--out', file, '--with-account', ...secret]
    await run(...out, '--home', join(scratch.path, 'alice'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await expect(run(...out, '--home', join(scratch.path, 'alice'))).rejects.toMatchObject({
      code: 'archive_refused',
    })
    const home = ['--home', join(scratch.path, 'moved')]
    expect(await run('import', file, ...secret, ...home)).toMatch(/^[1-9]\d* of \d+ records/u)
    expect(await run('import', file, ...secret, ...home)).toMatch(/^0 of \d+ records/u)
    expect((await history('moved', bob)).map(({ text }) => text)).toEqual(before)
    writeFileSync(passphrase, 'another long passphrase')
    await expect(run('import', file, ...secret, ...home)).rejects.toMatchObject({
      code: 'archive_refused',
    })
  })

  it('is of one account of several in a home', async () => {
    const made = await listAccounts('bob')
    expect(made).toEqual([{ name: null, accountId: bob }])
    const home = ['--home', join(scratch.path, 'bob'), '--account', 'work']
    await run('account', 'create', ...home)
    const listed = z.array(z.object({ name: z.string().nullable(), accountId: z.string() }))
    const [, work] = listed.parse(await listAccounts('bob'))
    expect(work?.name).toBe('work')
    await run('send', '--to', alice, 'from work', ...home, '--network', network.introspect)
    expect((await last('alice', work?.accountId ?? '')).text).toBe('from work')
  })

  it('ends when an account is deleted, first in the network', async () => {
    const dora = await createPerson('dora')
    await as('alice', 'send', '--to', dora, 'too late')
    const phrase = JSON.parse(
      await run('account', 'show', '--reveal', '--json', '--home', join(scratch.path, 'dora')),
    ) as unknown
    const { recoveryPhrase } = z.object({ recoveryPhrase: z.string() }).parse(phrase)
    await expect(as('dora', 'account', 'delete')).rejects.toMatchObject({ code: 'usage' })
    expect(await as('dora', 'account', 'delete', '--yes')).toContain('gone')
    await expect(as('dora', 'read')).rejects.toMatchObject({ code: 'no_account' })
    await run(
      'account',
      'restore',
      '--phrase',
      recoveryPhrase,
      '--home',
      join(scratch.path, 'dora'),
    )
    expect(await as('dora', 'read')).toBe('No messages.')
  })

  it('says when somebody was away for longer than the network keeps messages', async () => {
    await as('bob', 'read')
    const bobs = new Database(join(scratch.path, 'bob', 'sotto.db'))
    bobs.exec('UPDATE completeness SET complete_at_ms = complete_at_ms - 15 * 86400000')
    bobs.close()
    const gapSchema = z.object({ gap: z.object({ from: z.int(), to: z.int() }) })
    const [first] = z.array(z.unknown()).parse(await asJson('bob', 'read', '--new'))
    const { gap } = gapSchema.parse(first)
    expect(Math.abs(gap.to - gap.from - 86_400_000)).toBeLessThan(120_000)
    expect(await as('bob', 'read', '--new')).not.toContain('may be lost')
    expect(await as('bob', 'read')).toContain('may be lost')
  })

  it('ends with a block, and with forgetting', async () => {
    expect(await as('bob', 'contact', 'block', alice)).toBe('Blocked.')
    await as('alice', 'send', '--to', bob, 'unheard')
    expect((await last('bob', alice)).text).toBe('under a key')
    expect(await as('bob', 'contact', 'forget', alice)).toContain('Gone')
    expect(await history('bob', alice)).toEqual([])
    await expect(as('bob', 'react', '1', '🎉')).rejects.toMatchObject({ code: 'message_unknown' })
    await expect(as('bob', 'timer', alice, 'soon')).rejects.toMatchObject({ code: 'usage' })
  })
})
