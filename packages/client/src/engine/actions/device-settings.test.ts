/** What tells others something is off until a person turns it on. */
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { DeviceSettings } from './device-settings.ts'

describe('the settings of a device', () => {
  it('tell nobody anything, and drop nobody, at first', () => {
    expect(new DeviceSettings(new History(openSqlite()).state).current).toEqual({
      sendsReadReceipts: false,
      sendsTyping: false,
      sendsExtractionNotices: false,
      knownContactsOnly: false,
      forwardSecrecy: false,
      erasesKeysEarly: false,
    })
  })

  it('are there after a restart, each for itself', () => {
    const { state } = new History(openSqlite())
    new DeviceSettings(state).update({ sendsTyping: true, knownContactsOnly: true })
    new DeviceSettings(state).update({ knownContactsOnly: false })
    expect(new DeviceSettings(state).current).toEqual({
      sendsReadReceipts: false,
      sendsTyping: true,
      sendsExtractionNotices: false,
      knownContactsOnly: false,
      forwardSecrecy: false,
      erasesKeysEarly: false,
    })
  })
})
