/**
 * Where the settings say that bytes of files are, if not on the disk.
 *
 * @module
 */
import type { FilesConfig } from './files-settings.ts'
import type { S3Place } from './s3-blob-store.ts'

/** `undefined` where any of them is missing. */
export function findS3Place(config: FilesConfig): S3Place | undefined {
  const { filesS3Endpoint: endpoint, filesS3Region: region, filesS3Bucket: bucket } = config
  const { filesS3AccessKeyId: accessKeyId, filesS3SecretAccessKey: secretAccessKey } = config
  if (endpoint === undefined || bucket === undefined) return undefined
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { endpoint, region, bucket, accessKeyId, secretAccessKey }
}
