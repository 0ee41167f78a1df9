/** Commands, replies with a status, and failures. */
import { describe, expect, it } from 'vitest'
import {
  COMMANDS,
  FrameDecoder,
  LINK_FAILURES,
  type LinkFailureCode,
  decodeFailurePayload,
  decodeRequestPayload,
  decodeStatusReply,
  encodeFailurePayload,
  encodeRequestFrame,
  encodeRequestPayload,
  encodeStatusReply,
} from './index.ts'

const BODY = Uint8Array.of(1, 2, 3)

describe('requests', () => {
  it('begin with their command', () => {
    expect(encodeRequestPayload({ command: COMMANDS.onionRelay, body: BODY })).toEqual(
      Uint8Array.of(2, 1, 2, 3),
    )
  })

  it('are read back from the stream', () => {
    const bytes = encodeRequestFrame(7, { command: COMMANDS.storageForward, body: BODY })
    const frames = new FrameDecoder().push(bytes)
    const [frame] = frames.ok ? frames.value : []
    expect(frame).toMatchObject({ type: 'request', id: 7 })
    expect(frame && decodeRequestPayload(frame.payload)).toEqual({
      ok: true,
      value: { command: 1, body: BODY },
    })
  })

  it('may have a command that this version does not know: the receiver refuses it by itself', () => {
    expect(decodeRequestPayload(Uint8Array.of(200))).toEqual({
      ok: true,
      value: { command: 200, body: new Uint8Array() },
    })
  })

  it.each([0, 256, 1.5, -1])('cannot have the command %d', (command) => {
    expect(() => encodeRequestPayload({ command, body: BODY })).toThrow(RangeError)
  })

  it('keep the numbers of the commands', () => {
    expect(COMMANDS).toEqual({
      storageForward: 1,
      onionRelay: 2,
      ping: 3,
      storageRpc: 4,
      reconcile: 5,
      fetchRecords: 6,
      deliverRecords: 7,
      confirmRecords: 8,
      accountKeys: 9,
      audit: 10,
      uptime: 11,
      epochDocument: 16,
      announce: 17,
      descriptor: 18,
      agreement: 19,
      epochSignature: 20,
      report: 21,
      proof: 22,
    })
  })
})

describe('replies with a status', () => {
  it('begin with it, big-endian', () => {
    expect(encodeStatusReply({ status: 421, body: BODY })).toEqual(
      Uint8Array.of(0x01, 0xa5, 1, 2, 3),
    )
  })

  it('give the body as a view, without a copy', () => {
    const payload = encodeStatusReply({ status: 200, body: BODY })
    const reply = decodeStatusReply(payload)
    expect(reply.ok && reply.value.body.buffer === payload.buffer).toBe(true)
  })

  it.each([0, 99, 600, 65_536, 200.5])('cannot have the status %d', (status) => {
    expect(() => encodeStatusReply({ status, body: BODY })).toThrow(RangeError)
  })
})

describe('failures', () => {
  it.each(Object.keys(LINK_FAILURES) as LinkFailureCode[])('give back %s', (code) => {
    expect(decodeFailurePayload(encodeFailurePayload(code))).toEqual({ ok: true, value: code })
  })

  it('are one byte, so that they cannot name anybody', () => {
    for (const code of Object.keys(LINK_FAILURES) as LinkFailureCode[]) {
      expect(encodeFailurePayload(code).length).toBe(1)
    }
  })

  it('have a number each', () => {
    const numbers = Object.values(LINK_FAILURES).map(({ wire }) => wire)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('of a later version count as failed', () => {
    expect(decodeFailurePayload(Uint8Array.of(99))).toEqual({ ok: true, value: 'failed' })
  })

  it.each([[[]], [[1, 1]]])('refuse the bytes %j', (bytes) => {
    expect(decodeFailurePayload(Uint8Array.from(bytes)).ok).toBe(false)
  })
})
