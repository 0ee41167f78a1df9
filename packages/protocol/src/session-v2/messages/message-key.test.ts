/** The keys of messages, step by step. */
import { toX25519PublicKey, type X25519PublicKey } from '@sotto/crypto/agreement'
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { fromHex, PUBLISHED_PAIRS, RECIPIENT } from '../../../test/session-v2-fixtures.ts'
import { deriveHybridKey, derivePlainKey, maskIndicator } from './message-key.ts'

const EPHEMERAL = fromHex('79a631eede1bf9c98f12032cdeadd0e7a079398fc786b88cc846ec89af85a51a')
const KEM_SECRET = '51ec406bda9cd75402429388752666694835130d9bd2042d97a37aa4f20c4624'
const AGREEMENT_SECRET = 'f93329bd821f44f5e177411a727a2cbaef87edb9d21844dc2e7d153264817016'
const PLAIN_SECRET = '1577d022b74b695c4d20d3ef933e535ddac32d57d363decc50861d2c4c633219'

function hybrid(ephemeral: Uint8Array, recipient: X25519PublicKey): string {
  const { key, nonce } = deriveHybridKey({
    kemSecret: fromHex(KEM_SECRET),
    agreementSecret: fromHex(AGREEMENT_SECRET),
    ephemeral,
    recipient,
  })
  return `${encodeHex(key)} ${encodeHex(nonce)}`
}

describe('deriveHybridKey', () => {
  it('hashes ephemeral key, then recipient, then label: the order of X-Wing (pitfall 5.9)', () => {
    expect(hybrid(EPHEMERAL, PUBLISHED_PAIRS.agreement.publicKey)).toBe(
      'f923ae0304e69eb2a020545fe260678a2d46950550507b1f8045d16266eefee4 0ff90ace74c37983b549d9ce6b81b09c945e35dbdbce3bf8',
    )
    const swapped = toX25519PublicKey(EPHEMERAL)
    if (swapped === undefined) throw new TypeError('32 bytes')
    const right = hybrid(EPHEMERAL, PUBLISHED_PAIRS.agreement.publicKey)
    expect(hybrid(PUBLISHED_PAIRS.agreement.publicKey, swapped)).not.toBe(right)
  })

  it('wipes both secrets, either of which opens the message together with the other', () => {
    const [kemSecret, agreementSecret] = [fromHex(KEM_SECRET), fromHex(AGREEMENT_SECRET)]
    const recipient = PUBLISHED_PAIRS.agreement.publicKey
    deriveHybridKey({ kemSecret, agreementSecret, ephemeral: EPHEMERAL, recipient })
    expect([...kemSecret, ...agreementSecret].every((byte) => byte === 0)).toBe(true)
  })
})

describe('derivePlainKey', () => {
  it('hashes the recipient before the ephemeral key, the reverse of the other form (pitfall 5.9)', () => {
    const { key, nonce } = derivePlainKey({
      agreementSecret: fromHex(PLAIN_SECRET),
      ephemeral: EPHEMERAL,
      recipient: RECIPIENT.agreement.publicKey,
    })
    expect(encodeHex(key)).toBe('554408f76bbabf1b90dbf14790dbaaa2422f61a4bc28daeec72920d18eb4c006')
    expect(encodeHex(nonce)).toBe('51225f4566cda7a626397a0dfc6e0c10e3e6b952a7928713')
  })
})

describe('maskIndicator', () => {
  it('gives the indicator back when it is applied twice', () => {
    const masked = {
      indicator: PUBLISHED_PAIRS.kem.publicKey.subarray(0, 2),
      sharedSecret: fromHex(PLAIN_SECRET),
      ephemeral: EPHEMERAL,
      recipient: RECIPIENT.agreement.publicKey,
    }
    const indicator = maskIndicator(masked)
    expect(encodeHex(indicator)).toBe('f706')
    expect(maskIndicator({ ...masked, indicator })).toEqual(Uint8Array.of(0x95, 0xa0))
  })
})
