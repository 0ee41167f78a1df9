/** The disk and an S3-compatible store keep the same promises. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { deriveFileId } from '@sotto/protocol/files'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { S3BlobStore } from '../../src/files/s3-blob-store.ts'
import { sendRaw } from '../network/raw-http.ts'
import { createTestEnvironment, startTestNodes } from '../network/test-nodes.ts'
import { describeBlobStore } from './blob-store-suite.ts'
import { createFile, createFiles } from './files-fixture.ts'
import { startS3Server } from './s3-server.ts'

const NAME = deriveFileId(createFile(1))

describeBlobStore('A folder', async () => {
  const files = createFiles()
  return {
    blobs: files.blobs,
    [Symbol.asyncDispose]: async () => files[Symbol.dispose](),
  }
})

describeBlobStore('A bucket', async () => {
  const server = await startS3Server()
  return {
    blobs: new S3BlobStore(server.place),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
})

describe('a bucket', () => {
  it('refuses another key, and the node says so', async () => {
    await using server = await startS3Server()
    const blobs = new S3BlobStore({ ...server.place, secretAccessKey: 'another' })
    await expect(blobs.put(NAME, createFile(1))).rejects.toThrow('the store answered 403')
    await expect(blobs.get(NAME)).rejects.toThrow('403')
    await expect(blobs.names()).rejects.toThrow('403')
    expect(server.blobs.size).toBe(0)
  })

  it('that fails for a moment is asked again', async () => {
    await using server = await startS3Server()
    const blobs = new S3BlobStore(server.place)
    server.failures.push(503, 500)
    await blobs.put(NAME, createFile(1))
    expect(server.blobs.size).toBe(1)
  })

  it('that goes on failing is a failure, not a file', async () => {
    await using server = await startS3Server()
    const blobs = new S3BlobStore(server.place)
    server.failures.push(503, 503, 503)
    await expect(blobs.put(NAME, createFile(1))).rejects.toThrow('503')
  })
})

describe('a node with a bucket', () => {
  it('keeps files there, and nothing but the index on its disk', async () => {
    await using server = await startS3Server()
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server.place
    const settings = {
      SOTTO_FILES_PORT: '0',
      SOTTO_FILES_S3_ENDPOINT: endpoint,
      SOTTO_FILES_S3_REGION: region,
      SOTTO_FILES_S3_BUCKET: bucket,
      SOTTO_FILES_S3_ACCESS_KEY_ID: accessKeyId,
      SOTTO_FILES_S3_SECRET_ACCESS_KEY: secretAccessKey,
    }
    await using nodes = await startTestNodes({ settings })
    const port = nodes.at(0).node.filesPort ?? 0
    const uploaded = await sendRaw({ port, path: '/file', body: 'sealed' })
    const { id } = JSON.parse(uploaded.text) as { id: string }
    expect([...server.blobs.keys()]).toEqual([deriveFileId(encodeUtf8('sealed'))])
    const downloaded = await sendRaw({ port, path: `/file/${id}`, method: 'GET' })
    expect(downloaded.text).toBe('sealed')
  })

  it('does not start with half of its settings', () => {
    const settings = { SOTTO_FILES_S3_ENDPOINT: 'http://127.0.0.1:1', SOTTO_FILES_S3_BUCKET: 'abc' }
    const config = parseConfig(createTestEnvironment('/tmp', settings))
    expect(config.ok ? '' : config.error).toContain('SOTTO_FILES_S3_ACCESS_KEY_ID')
  })
})
