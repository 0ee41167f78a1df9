/** Devices of one account, linked and removed with the commands themselves, against real nodes in this process (spec 12 §6). */
import { cpSync, type DisposableTempDir, mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/program.ts'

const NETWORK_MS = 120_000

const requestSchema = z.object({ request: z.int(), emoji: z.string(), isReplacement: z.boolean() })
const listSchema = z.object({
  membership: z.string(),
  devices: z.array(z.object({ id: z.string(), isThis: z.boolean(), description: z.string() })),
  requests: z.array(requestSchema),
  otherGroups: z.array(z.unknown()),
})
const askedSchema = z.object({
  emoji: z.string(),
  isAnswered: z.boolean(),
  isConfirmed: z.boolean(),
})
const doneSchema = z.object({ membership: z.string(), shared: z.literal(true) })
const textsSchema = z.array(z.object({ text: z.string() }))

let network: Network
let scratch: DisposableTempDir
let bob: string
let friend: string

async function run(...options: readonly string[]): Promise<string> {
  const lines: string[] = []
  await createProgram((line) => {
    lines.push(line)
  }).parseAsync(options, { from: 'user' })
  return lines.join('\n')
}

/** Runs a command on a device. */
function on(device: string, ...options: readonly string[]): Promise<string> {
  return run(...options, '--home', join(scratch.path, device), '--network', network.introspect)
}

async function asJson(device: string, ...options: readonly string[]): Promise<unknown> {
  return JSON.parse(await on(device, ...options, '--json'))
}

async function createPerson(device: string): Promise<string> {
  const made: unknown = JSON.parse(
    await run('account', 'create', '--home', join(scratch.path, device), '--json'),
  )
  return z.object({ accountId: z.string() }).parse(made).accountId
}

async function list(device: string) {
  return listSchema.parse(await asJson(device, 'device', 'list'))
}

async function textsOn(device: string): Promise<readonly string[]> {
  await on(device, 'read')
  return textsSchema.parse(await asJson(device, 'history', friend)).map(({ text }) => text)
}

beforeAll(async () => {
  scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-device-'))
  network = await startNetwork({ nodes: 8, seed: 'device', driver: 'in-process' })
  bob = await createPerson('phone')
  friend = await createPerson('friend')
  // The same account, before it did anything: what the recovery phrase gives.
  for (const device of ['laptop', 'stranger'])
    cpSync(join(scratch.path, 'phone'), join(scratch.path, device), { recursive: true })
}, NETWORK_MS)

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

describe('the devices of an account', { timeout: NETWORK_MS }, () => {
  it('are none at first, and one that waits for company once forward secrecy is on', async () => {
    expect(await on('phone', 'device', 'list')).toMatch(/^No devices are linked\. To begin/u)
    await on('phone', 'settings', '--forward-secrecy', 'on')
    await on('phone', 'read')
    expect(await on('phone', 'device', 'list')).toMatch(
      /^This device is linked\.\n {2}[0-9a-f]{8} {2}a device without a name .*\(this one\)$/u,
    )
    doneSchema.parse(await asJson('phone', 'device', 'rename', 'the phone'))
    expect((await list('phone')).devices).toMatchObject([{ description: 'the phone' }])
  })

  it('are joined by another one when a person says on both that the emoji are the same', async () => {
    expect(await on('laptop', 'device', 'list')).toContain('To ask them: sotto device link')
    const asked = askedSchema.parse(await asJson('laptop', 'device', 'link'))
    expect(asked).toMatchObject({ isAnswered: false, isConfirmed: false })
    const shown = await on('phone', 'device', 'list')
    expect(shown).toContain(`asks to be linked. Its emoji: ${asked.emoji}`)
    const [request] = (await list('phone')).requests
    expect(request).toMatchObject({ emoji: asked.emoji, isReplacement: false })
    const number = String(request?.request)
    expect(shown).toContain(`sotto device confirm ${number}`)
    doneSchema.parse(await asJson('phone', 'device', 'confirm', number))
    expect(await list('laptop')).toMatchObject({ membership: 'waiting' })
    const confirmed = doneSchema.parse(await asJson('laptop', 'device', 'confirm'))
    expect(confirmed.membership).toBe('in-group')
    expect((await list('phone')).devices).toHaveLength(2)
  })

  it('read what a friend sends to the account’s keys, all of them', async () => {
    await on('friend', 'settings', '--forward-secrecy', 'on')
    await on('friend', 'send', '--to', bob, 'to both')
    expect(await textsOn('phone')).toEqual(['to both'])
    expect(await textsOn('laptop')).toEqual(['to both'])
  })

  it('are not joined by whoever has only the phrase, and was refused', async () => {
    await on('stranger', 'device', 'link')
    const [request] = (await list('phone')).requests
    const number = String(request?.request)
    expect(await on('phone', 'device', 'refuse', number)).toMatch(/^Refused\./u)
    expect((await list('phone')).requests).toEqual([])
    await on('friend', 'send', '--to', bob, 'not for strangers')
    expect(await textsOn('stranger')).toEqual([])
    expect(await textsOn('laptop')).toEqual(['to both', 'not for strangers'])
  })

  it('lose one for good when another removes it, which says so there', async () => {
    const other = (await list('phone')).devices.find(({ isThis }) => !isThis)
    if (other === undefined) throw new Error('a second device')
    const removed = await on('phone', 'device', 'remove', other.id.slice(0, 8))
    expect(removed).toMatch(/^Removed, and the keys are replaced\./u)
    expect((await list('phone')).devices).toHaveLength(1)
    expect(await on('laptop', 'device', 'list')).toMatch(/^This device was removed by another one/u)
    expect(await on('laptop', 'device', 'renew')).toMatch(/^This device is a new one now\./u)
    expect((await list('laptop')).membership).toBe('groups-visible')
  })

  it('are left by the last one, with what it wrote', async () => {
    expect(await on('phone', 'device', 'leave')).toMatch(/^This device is not linked any more/u)
    expect((await list('phone')).membership).not.toBe('in-group')
    expect(await textsOn('phone')).toEqual(['to both', 'not for strangers'])
  })
})

describe('orders about devices', { timeout: NETWORK_MS }, () => {
  it.each([
    ['a request that is no number', ['confirm', 'first'], 'usage'],
    ['a device that is not linked itself', ['confirm', '99'], 'device_not_linked'],
    ['a device that nobody knows', ['remove', 'ffffffff'], 'usage'],
    ['a device without a name', ['remove', ''], 'usage'],
    ['a group that nobody saw', ['link', 'ab'.repeat(16)], 'device_group_unknown'],
  ])('are refused for %s', async (_name, options, code) => {
    await createPerson(`lonely-${options.join('-')}`)
    await expect(on(`lonely-${options.join('-')}`, 'device', ...options)).rejects.toMatchObject({
      code,
    })
  })
})
