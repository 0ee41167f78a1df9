/** What stands beside a text survives its column, and nothing in the column makes a history unreadable. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE } from '../../test/history-fixtures.ts'
import { type MessageDetails, readDetails, writeDetails } from './message-details.ts'

const text = fc.string()
const whole = fc.nat()
const attachment = fc.record({
  url: text,
  contentType: text,
  size: whole,
  fileName: text,
  caption: text,
  width: whole,
  height: whole,
  isVoice: fc.boolean(),
  key: text,
  digest: text,
})
const details: fc.Arbitrary<MessageDetails> = fc.record(
  {
    quote: fc.record({ author: fc.constant(ALICE), sentAtMs: whole }),
    preview: fc.record(
      { url: text, title: text, image: attachment },
      { requiredKeys: ['url', 'title'] },
    ),
    invitation: fc.record({ url: text, name: text }),
    attachments: fc.array(attachment),
  },
  { requiredKeys: [] },
)

describe('details of a message', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(details, (value) => {
        expect(readDetails(writeDetails(value))).toEqual(value)
      }),
    )
  })

  it('are read from any JSON and any text without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (column) => {
        expect(readDetails(column)).toBeTypeOf('object')
      }),
      { numRuns: 5000 },
    )
  })

  it('leave out what another version wrote in another way', () => {
    expect(readDetails('{"quote":{"author":"bob"},"attachments":[{"size":"5"}],"new":1}')).toEqual({
      attachments: [
        {
          url: '',
          contentType: '',
          size: 0,
          fileName: '',
          caption: '',
          width: 0,
          height: 0,
          isVoice: false,
          key: '',
          digest: '',
        },
      ],
    })
  })
})
