import { describe, expect, it } from 'vitest'
import { writeExif } from '../../../test/picture-fixtures.ts'
import { encodeOrientation, isTurned, readOrientation } from './exif-orientation.ts'

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const

describe('readOrientation', () => {
  it('reads either byte order, with and without the name in front', () => {
    for (const orientation of ORIENTATIONS) {
      for (const order of ['II', 'MM'] as const) {
        const exif = writeExif(orientation, order)
        expect(readOrientation(exif)).toBe(orientation)
        expect(readOrientation(Buffer.concat([Buffer.from('Exif\0\0'), exif]))).toBe(orientation)
      }
    }
  })

  it('reads what it wrote', () => {
    for (const orientation of ORIENTATIONS) {
      const written = encodeOrientation(orientation)
      expect(written).toHaveLength(26)
      expect(readOrientation(written)).toBe(orientation)
    }
  })

  it('takes what it does not understand for no turn', () => {
    const exif = writeExif(6)
    const change = (offset: number, value: number): Buffer => {
      const changed = Buffer.from(exif)
      changed[offset] = value
      return changed
    }
    // Byte order, sign, directory beyond the end, type and count of the field.
    for (const broken of [
      change(0, 0x4a),
      change(2, 43),
      change(7, 0xff),
      change(24, 4),
      change(26, 2),
    ]) {
      expect(readOrientation(broken)).toBe(1)
    }
    for (const value of [0, 9, 0x0600]) expect(readOrientation(writeExif(value))).toBe(1)
  })

  it('reads nothing beyond a shortened end', () => {
    const exif = writeExif(6)
    for (let length = 0; length < 32; length++) {
      expect(readOrientation(exif.subarray(0, length))).toBe(1)
    }
  })

  it('ends with the bytes when the number of fields lies', () => {
    const exif = Buffer.from(writeExif(6))
    exif.writeUInt16LE(0xffff, 8)
    exif.writeUInt16LE(0x9999, 22)
    expect(readOrientation(exif)).toBe(1)
  })
})

describe('isTurned', () => {
  it('says when width and height change places', () => {
    expect(ORIENTATIONS.filter(isTurned)).toEqual([5, 6, 7, 8])
  })
})
