/**
 * The settings of the role `files`, as part of the one table of settings.
 *
 * @module
 */
import {
  createNumberParser,
  parseCount,
  parsePort,
  parseText,
  parseUrl,
  type Setting,
} from '../setting-values.ts'

export interface FilesConfig {
  readonly filesPort?: number
  readonly filesDirectory?: string
  readonly filesMaxBytes: number
  readonly filesQuotaBytes: number
  readonly filesTtlSeconds: number
  readonly filesS3Endpoint?: string
  readonly filesS3Region: string
  readonly filesS3Bucket?: string
  readonly filesS3AccessKeyId?: string
  readonly filesS3SecretAccessKey?: string
}

/** What an exit brings back through links has to fit into them. */
const FILE_BYTES_MAX = 10_400_000
const TTL_SECONDS_MAX = 9_999_999_999

export const FILES_SETTINGS: {
  readonly [K in keyof Required<FilesConfig>]: Setting<Required<FilesConfig>[K]>
} = {
  filesPort: {
    variable: 'SOTTO_FILES_PORT',
    description:
      'Port of the role `files`; 0 for any free one. Not set, the node has not that role.',
    fallback: undefined,
    parse: parsePort,
  },
  filesDirectory: {
    variable: 'SOTTO_FILES_DIR',
    description: 'Folder of the files; `files` in the data folder if not set.',
    fallback: undefined,
    parse: parseText,
  },
  filesMaxBytes: {
    variable: 'SOTTO_FILES_MAX_BYTES',
    description: 'Size of the largest file that the role `files` takes.',
    fallback: '10223616',
    parse: createNumberParser(1, FILE_BYTES_MAX),
  },
  filesQuotaBytes: {
    variable: 'SOTTO_FILES_QUOTA_BYTES',
    description: 'Size of all files together at which the role `files` takes no more.',
    fallback: '10000000000',
    parse: parseCount,
  },
  filesTtlSeconds: {
    variable: 'SOTTO_FILES_TTL_SECONDS',
    description: 'How long a file is kept at most, and when nobody asks for less.',
    fallback: '1814400',
    parse: createNumberParser(1, TTL_SECONDS_MAX),
  },
  filesS3Endpoint: {
    variable: 'SOTTO_FILES_S3_ENDPOINT',
    description:
      'URL of an S3-compatible store for the bytes of files, instead of the disk. Needs bucket and keys.',
    fallback: undefined,
    parse: parseUrl,
  },
  filesS3Region: {
    variable: 'SOTTO_FILES_S3_REGION',
    description: 'Region of that store.',
    fallback: 'us-east-1',
    parse: parseText,
  },
  filesS3Bucket: {
    variable: 'SOTTO_FILES_S3_BUCKET',
    description:
      'Bucket of that store, of this node alone: files that it does not know are removed.',
    fallback: undefined,
    parse: (text) => (/^[A-Za-z0-9][A-Za-z0-9._-]{2,62}$/.test(text) ? text : undefined),
  },
  filesS3AccessKeyId: {
    variable: 'SOTTO_FILES_S3_ACCESS_KEY_ID',
    description: 'Name of the key for that store.',
    fallback: undefined,
    parse: parseText,
  },
  filesS3SecretAccessKey: {
    variable: 'SOTTO_FILES_S3_SECRET_ACCESS_KEY',
    description: 'The key itself, a secret.',
    fallback: undefined,
    parse: parseText,
  },
}
