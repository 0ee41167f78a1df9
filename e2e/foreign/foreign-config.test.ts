/** Configurations of the second client against values that neither it nor we made. */
import { describe, expect, it } from 'vitest'
import { createForeignAccount } from './foreign-account.ts'
import { asDict, type Bt, decodeBt, encodeBt, writeDict } from './foreign-bencode.ts'
import {
  decryptConfig,
  EMPTY_CONFIG,
  encodeConfig,
  encryptConfig,
  hashConfig,
  openConfig,
  padConfig,
  reviseConfig,
  sealConfig,
} from './foreign-config.ts'

const ACCOUNT = createForeignAccount(Buffer.from('0123456789abcdef0123456789abcdef', 'hex'))
const EMPTY_HASH = 'ea173b57beca8af18c3519a7bbf69c3e7a05d1c049fa9558341d8ebb48b0c965'
const KALLIE =
  '9693a69686da3055f1ecdfb239c3bf8e746951a36d888c2fb7c02e856a5c2091b24e39a7e1af828f1fa09fe8bf7d274afde0a0847ba143c43ffb8722301b5ae32e2f078b9a5e19097403336e50b18c84aade446cd2823b011f97d6ad2116a53feb814efecc086bc172d31f4214b4d7c630b63bbe575b08682d146da44915063a07a78556ab5eff4f67f6aa26211e8d330b53d28567a931028c393709a325425de7486ccde24416a7fd4a8ba5fa73899c65f4276dfaddd5b2100adcf0f793104fb235b31ce32ec656056009a9ebf58d45d7d696b74e0c7ff0499c4d23204976f19561dc0dba6dc53a2497d28ce03498ea49bf122762d7bc1d6d9c02f6d54f8384'
const WRAPPED_EMPTY =
  '080112ab030a0012001aa20308062801429b0326ec9746282053eb119228e6c36012966e7d2642163169ba3998af44ca65f967768dd78ee80fffab6f809f6cef49c73a36c82a89622ff0de2ceee06b8c638e2c876fa9047f449dbe24b1fc89281a264fe90abdeffcdd44f797bd4572a6c5ae8d88bf372c3c717943ebd570222206fabf0ee9f3c6756f5d71a32616b1df53d12887961f5c129207a79622ccc1a4bba976886d9a6ddf0fe5d570e5075d01ecd627f656e95f27b4c40d5661b5664cedd3e568206effa1308b0ccd663ca61a6d39c0731891804a8cf5edcf8b98eaa5580c3d436e22156e38455e403869700956c3c1dd0b4470b663e75c98c5b859b53ccef6559215d8049f755be9c2d6b3f4a310f97c496fc392f65b6431dd87788ac61074fd8cd409702e1b839b3f774d38cf8b28f0226c4efa5220ac6ae060793e36e7ef278d42d042f15b21291f3bb29e3158f09d154b93f83fd8a319811a26cb5240d90cbb360fafec0b7eff4c676ae598540813d062dc9468365c73b4cfa2ffd02d48cdcd8f0c71324c6d0a60346a7a0e50af3be64684b37f9e6c831115bf112ddd18acde08eaec376f0872a3952000'
const TEXT = (text: string): Buffer => Buffer.from(text)

describe('a configuration', () => {
  it('is encrypted as in the reference', () => {
    const key = Buffer.from('abcdef0123456789'.repeat(4), 'hex')
    const sealed = encryptConfig(key, 'test-suite1', TEXT('some message 1'))
    expect(sealed.toString('hex')).toBe(
      'f14f242a26638f3305707d1035e734577f943cd7d28af58e32637e0966dcaf2f4860cb4d0f8ba7e09d29e31f5e4a18f65847287a54a0',
    )
    expect(decryptConfig(key, 'test-suite1', sealed).toString()).toBe('some message 1')
  })

  it('has the hash of the reference while it is empty, and is wrapped alike', () => {
    expect(hashConfig(EMPTY_CONFIG).toString('hex')).toBe(EMPTY_HASH)
    expect(sealConfig(ACCOUNT, 'UserProfile', EMPTY_CONFIG).toString('hex')).toBe(WRAPPED_EMPTY)
  })

  it('tells what was changed, as the first revision of the reference does', () => {
    const data = writeDict({
      '+': 9,
      n: TEXT('Kallie'),
      p: TEXT('http://example.org/omg-pic-123.bmp'),
      q: TEXT('secret78901234567890123456789012'),
    })
    const encoded = encodeConfig(reviseConfig(EMPTY_CONFIG, data))
    expect(encoded).toHaveLength(180)
    const sealed = encryptConfig(ACCOUNT.seed, 'UserProfile', padConfig(encoded))
    expect(sealed.toString('hex')).toBe(KALLIE)
  })

  it('says what was taken away, and of which member', () => {
    const data = writeDict({ c: writeDict({ ab: writeDict({ a: 1, n: TEXT('B') }) }) })
    const first = reviseConfig(EMPTY_CONFIG, data)
    const changed = writeDict({ c: writeDict({ ab: writeDict({ a: 1, b: 1 }) }) })
    const { seqno, diff, lagged } = reviseConfig(first, changed)
    expect(seqno).toBe(2)
    expect(lagged).toHaveLength(2)
    expect(encodeBt(diff).toString()).toBe('d1:cd2:abd1:b0:1:n1:-eee')
  })

  it('names four revisions before it, and no older ones', () => {
    let config = EMPTY_CONFIG
    for (let count = 1; count <= 7; count++) config = reviseConfig(config, writeDict({ n: count }))
    const seqnos = config.lagged.map((row) => encodeBt(row).subarray(0, 4).toString())
    expect(seqnos).toEqual(['li3e', 'li4e', 'li5e', 'li6e'])
  })

  it('opens again, compressed or not', () => {
    for (const length of [1, 90]) {
      const data = writeDict({ n: TEXT('n'.repeat(length)) })
      const config = reviseConfig(EMPTY_CONFIG, data)
      const opened = openConfig(ACCOUNT, 'UserProfile', sealConfig(ACCOUNT, 'UserProfile', config))
      expect(opened).toEqual(config)
    }
  })
})

describe('bencode', () => {
  it.each(['i-5e', '0:', 'le', 'd0:i1e1:ai2ee', 'd1:#i1e1:&d1:n2:abee'])('keeps %s', (text) => {
    expect(encodeBt(decodeBt(TEXT(text))).toString()).toBe(text)
  })

  it.each(['', 'i1', 'i1.5e', '5:ab', 'd1:bi1e1:ai1ee', 'd1:ae', 'i1ei2e', '-1:'])(
    'refuses %j',
    (text) => {
      expect(() => decodeBt(TEXT(text))).toThrow(Error)
    },
  )

  it('writes keys in the order of their bytes', () => {
    const dict: Bt = new Map<string, Bt>([
      ['\u00ff', 1],
      ['a', 2],
    ])
    expect(encodeBt(dict).toString('latin1')).toBe('d1:ai2e1:\u00ffi1ee')
    expect(asDict(dict).get('a')).toBe(2)
  })
})
