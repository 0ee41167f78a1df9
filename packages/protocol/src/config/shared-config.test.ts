/** One configuration on one device, and between two (spec 11 §6). */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { deriveAccount } from '@sotto/crypto/identity'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { describe, expect, it } from 'vitest'
import { zstdCompression } from '../../test/zstd-compression.ts'
import {
  type ConfigPush,
  describeAccountConfig,
  describeGroupConfig,
  loadSharedConfig,
  SharedConfig,
  type StoredConfig,
} from './index.ts'
import { OBSOLETE_HASHES_MAX } from './limits.ts'

const account = deriveAccount(new Uint8Array(16).fill(3))
const options = describeAccountConfig(account, 'UserProfile', zstdCompression)
const leader = deriveSigningKeyPair(new Uint8Array(32).fill(4))
const groupKeys = [new Uint8Array(32).fill(5), new Uint8Array(32).fill(6)] as const

function group(keys: readonly Uint8Array[], isLeader: boolean): SharedConfig {
  const signer = isLeader ? { signer: leader } : {}
  return new SharedConfig(
    describeGroupConfig({
      publicKey: leader.publicKey,
      ...signer,
      secrets: keys,
      domain: 'groups::Info',
      compression: zstdCompression,
    }),
  )
}

function pushFrom(config: SharedConfig): ConfigPush {
  const push = config.push()
  if (!push.ok) throw push.error
  return push.value
}

function store(messages: readonly Uint8Array[]): readonly StoredConfig[] {
  const box = new Uint8Array(33).fill(5)
  return messages.map((data) => ({
    hash: deriveMessageHash({ account: box, namespace: 2, data }),
    data,
  }))
}

/** Pushes, and is told that everything went well. */
function publish(config: SharedConfig): readonly StoredConfig[] {
  const push = pushFrom(config)
  const stored = store(push.messages)
  config.confirmPushed(
    push.seqno,
    stored.map(({ hash }) => hash),
  )
  return stored
}

describe('SharedConfig', () => {
  it('goes from clean over dirty and waiting to clean again', () => {
    const config = new SharedConfig(options)
    expect(config.state).toBe('clean')
    config.set(['n'], 'Kallie')
    expect(config.state).toBe('dirty')
    const push = pushFrom(config)
    expect([config.state, push.seqno, push.messages.length]).toEqual(['waiting', 1, 1])
    config.confirmPushed(1, ['hash'])
    expect([config.state, config.activeHashes]).toEqual(['clean', ['hash']])
  })

  it('stays clean when nothing is changed by a change, or when it is taken back', () => {
    const config = new SharedConfig(options)
    config.set(['n'], 'Kallie')
    publish(config)
    config.set(['n'], 'Kallie')
    expect(config.state).toBe('clean')
    config.set(['n'], 'other')
    config.set(['n'], 'Kallie')
    expect(config.state).toBe('clean')
  })

  it('pushes the very bytes again, so that a refresh is no new message', () => {
    const config = new SharedConfig(options)
    config.set(['n'], 'Kallie')
    const stored = publish(config)
    expect(store(pushFrom(config).messages)).toEqual(stored)
    expect(config.state).toBe('clean')
  })

  it('writes the same bytes on each device for the same change', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    a.set(['n'], 'Kallie')
    b.set(['n'], 'Kallie')
    expect(pushFrom(a).messages).toEqual(pushFrom(b).messages)
  })

  it('names what it replaces until the replacement is stored, and no longer', () => {
    const config = new SharedConfig(options)
    config.set(['n'], 'one')
    const [old] = publish(config)
    config.set(['n'], 'two')
    expect(pushFrom(config).obsoleteHashes).toEqual([old?.hash])
    expect(pushFrom(config).obsoleteHashes).toEqual([old?.hash])
    publish(config)
    config.set(['n'], 'three')
    expect(pushFrom(config).obsoleteHashes).not.toContain(old?.hash)
  })

  it('keeps a change that is made while a push is under way', () => {
    const config = new SharedConfig(options)
    config.set(['n'], 'one')
    const push = pushFrom(config)
    config.set(['n'], 'two')
    config.confirmPushed(push.seqno, ['first'])
    expect([config.state, config.find(['n'])]).toEqual(['dirty', 'two'])
    expect(pushFrom(config)).toMatchObject({ seqno: 2, obsoleteHashes: ['first'] })
  })

  it('retires a push that was merged into something newer before its answer came', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    a.set(['n'], 'one')
    b.set(['e'], 5)
    const fromB = publish(b)
    const push = pushFrom(a)
    a.merge(fromB)
    a.confirmPushed(push.seqno, ['late'])
    expect(a.state).toBe('dirty')
    expect(pushFrom(a).obsoleteHashes).toContain('late')
  })

  it('takes its own message for a confirmation', () => {
    const config = new SharedConfig(options)
    config.set(['n'], 'one')
    const stored = store(pushFrom(config).messages)
    expect(config.merge(stored)).toMatchObject({ hasChanged: false, refused: [] })
    expect([config.state, config.activeHashes]).toEqual(['clean', stored.map(({ hash }) => hash)])
  })

  it('adopts what another device stored, without a revision of its own', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    a.set(['n'], 'Kallie')
    const stored = publish(a)
    expect(b.merge(stored)).toMatchObject({ hasChanged: true, accepted: stored.map((s) => s.hash) })
    expect([b.state, b.find(['n'])]).toEqual(['clean', 'Kallie'])
    expect(pushFrom(b).messages).toEqual(stored.map(({ data }) => data))
  })

  it('joins changes of two devices to one revision that both write', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    a.set(['n'], 'Kallie')
    b.set(['e'], 5)
    const both = [...publish(a), ...publish(b)]
    a.merge(both)
    b.merge(both.toReversed())
    expect([a.state, b.state]).toEqual(['dirty', 'dirty'])
    expect(pushFrom(a).messages).toEqual(pushFrom(b).messages)
    expect(pushFrom(a).obsoleteHashes.toSorted()).toEqual(both.map(({ hash }) => hash).toSorted())
    expect([...a.data.keys()].toSorted()).toEqual(['e', 'n'])
  })

  it('does a change again that was made before five revisions of others', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    b.set(['e'], 5)
    b.set(['n'], 'contested')
    let stored: readonly StoredConfig[] = []
    for (const name of ['1', '2', '3', '4', '5', '6', '7']) {
      a.set(['n'], name)
      stored = publish(a)
    }
    b.merge(stored)
    expect([b.state, b.find(['n']), b.find(['e'])]).toEqual(['dirty', '7', 5])
    expect(pushFrom(b).seqno).toBe(8)
  })

  it('does not bring back what others removed meanwhile', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    a.set(['c', 'x'], new Map([['n', 'name']]))
    b.merge(publish(a))
    b.set(['c', 'x', 'N'], 'nickname')
    a.set(['c', 'x'], undefined)
    publish(a)
    a.set(['n'], 'other')
    b.merge(publish(a))
    expect([b.find(['c']), b.state]).toEqual([undefined, 'clean'])
  })

  it('refuses what it cannot open, says so, and reads the rest', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    a.set(['n'], 'Kallie')
    const [good] = publish(a)
    const bad = { hash: 'bad', data: new Uint8Array(300) }
    const merged = b.merge([bad, ...(good === undefined ? [] : [good]), bad])
    expect(merged.accepted).toEqual([good?.hash])
    expect(merged.refused.map(({ error }) => error.code)).toEqual([
      'config_unopened',
      'config_unopened',
    ])
  })

  it('keeps what a later version wrote', () => {
    const [newer, older] = [new SharedConfig(options), new SharedConfig(options)]
    newer.set(['future'], new Map([['x', new Set([1])]]))
    older.merge(publish(newer))
    older.set(['n'], 'Kallie')
    newer.merge(publish(older))
    expect(newer.find(['future', 'x'])).toEqual(new Set([1]))
  })

  it('refuses to push what nobody would read', () => {
    const config = new SharedConfig(options)
    config.set(['n'], 'x'.repeat(4 * 1024 * 1024))
    const push = config.push()
    expect(push.ok ? undefined : push.error.code).toBe('config_limit')
    config.set(['n'], 'short')
    expect(config.push().ok).toBe(true)
  })

  it('forgets the oldest obsolete hashes, so that a device that only reads does not collect them', () => {
    const [a, b] = [new SharedConfig(options), new SharedConfig(options)]
    for (let round = 0; round < OBSOLETE_HASHES_MAX + 20; round++) {
      a.set(['e'], round + 1)
      b.merge(publish(a))
    }
    b.set(['e'], 1)
    expect(pushFrom(b).obsoleteHashes).toHaveLength(OBSOLETE_HASHES_MAX)
  })
})

describe('dump', () => {
  it('gives back the same configuration in each of its states', () => {
    const config = new SharedConfig(options)
    const steps = [
      () => config.set(['n'], 'one'),
      () => pushFrom(config),
      () => config.set(['n'], 'two'),
      () => pushFrom(config),
      () => publish(config),
    ]
    for (const step of steps) {
      step()
      const loaded = loadSharedConfig(options, config.dump())
      if (!loaded.ok) throw loaded.error
      expect(loaded.value.state).toBe(config.state)
      expect(loaded.value.data).toEqual(config.data)
      expect(loaded.value.activeHashes).toEqual(config.activeHashes)
      expect(loaded.value.dump()).toEqual(config.dump())
    }
  })
})

describe('configurations of a group', () => {
  it('reach members, who cannot change them', () => {
    const [admin, member] = [group([groupKeys[0]], true), group([groupKeys[0]], false)]
    admin.set(['n'], 'group')
    member.merge(publish(admin))
    expect([member.find(['n']), member.canWrite, member.state]).toEqual(['group', false, 'clean'])
    expect(() => member.set(['n'], 'mine')).toThrow(TypeError)
    expect(() => member.push()).toThrow(TypeError)
  })

  it('are not taken from a member who holds the key but not the right', () => {
    const [forger, admin] = [new SharedConfig(forgerOptions()), group([groupKeys[0]], true)]
    forger.set(['n'], 'taken over')
    const merged = admin.merge(publish(forger))
    expect(merged.refused.map(({ error }) => error.code)).toEqual(['config_signature'])
    expect(admin.find(['n'])).toBeUndefined()
  })

  it('are written anew with a new key, and read with the old ones until then', () => {
    const [admin, member] = [group([groupKeys[0]], true), group([groupKeys[0]], false)]
    admin.set(['n'], 'group')
    const old = publish(admin)
    admin.replaceSecrets([groupKeys[1], groupKeys[0]])
    expect(admin.state).toBe('dirty')
    const fresh = publish(admin)
    expect(member.merge(fresh).refused.map(({ error }) => error.code)).toEqual(['config_unopened'])
    member.replaceSecrets([groupKeys[1], groupKeys[0]])
    expect(member.state).toBe('clean')
    expect(member.merge([...old, ...fresh]).refused).toEqual([])
    expect(member.find(['n'])).toBe('group')
  })

  it('come to one revision at members who saw two leaders write at once', () => {
    const [one, two] = [group([groupKeys[0]], true), group([groupKeys[0]], true)]
    const [a, b] = [group([groupKeys[0]], false), group([groupKeys[0]], false)]
    one.set(['n'], 'one')
    two.set(['o'], 'two')
    const both = [...publish(one), ...publish(two)]
    a.merge(both)
    b.merge(both.toReversed())
    expect(a.data).toEqual(b.data)
    one.merge(both)
    a.merge(publish(one))
    expect([a.find(['n']), a.find(['o'])]).toEqual(['one', 'two'])
  })

  function forgerOptions(): ReturnType<typeof describeGroupConfig> {
    const forger = deriveSigningKeyPair(new Uint8Array(32).fill(9))
    return describeGroupConfig({
      publicKey: forger.publicKey,
      signer: forger,
      secrets: [groupKeys[0]],
      domain: 'groups::Info',
      compression: zstdCompression,
    })
  }
})
