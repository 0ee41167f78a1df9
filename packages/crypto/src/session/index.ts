/**
 * `@sotto/crypto/session`: sealing and opening messages between accounts, configurations, files and what is written in
 * groups, for clients only (spec 05, spec 11 §3.1, spec 13, spec 14). A storage node cannot import it, which is why it cannot read what it stores.
 *
 * @module
 */

export { CONFIG_CIPHER_OVERHEAD_BYTES, openConfig, sealConfig } from './config-cipher.ts'
export type { ConfigCipherKey } from './config-cipher.ts'
export { FileKeyDerivation } from './file-keys.ts'
export type { FileKeys, FileOrigin, FilePurpose } from './file-keys.ts'
export { FILE_KEY_BYTES, FileOpener, openFile } from './file-opener.ts'
export { FileSealer, sealFile } from './file-sealer.ts'
export type { SealedFile } from './file-sealer.ts'
export { FILE_CONTENT_BYTES_MAX, SEALED_FILE_BYTES_MAX, measureFile } from './file-size.ts'
export type { FileSize } from './file-size.ts'
export { createGroupSeed, deriveGroupAdmin, deriveGroupAgreementKey } from './group.ts'
export type { GroupAdmin } from './group.ts'
export { GROUP_CIPHER_OVERHEAD_BYTES, openWithGroupKey, sealWithGroupKey } from './group-cipher.ts'
export {
  GROUP_KEY_BYTES,
  SEALED_KEY_BYTES,
  SEALED_KEYS_STEP,
  deriveRekey,
  openAdminKey,
  sealSupplement,
} from './group-rekey.ts'
export type { Rekey, Supplement } from './group-rekey.ts'
export {
  MEMBER_SEAL_NONCE_BYTES,
  MEMBER_SEAL_OVERHEAD_BYTES,
  openAsMember,
  sealToMember,
} from './member-seal.ts'
export type { MemberOpenInput, MemberSealDomain, MemberSealInput } from './member-seal.ts'
export {
  MEMBER_AUTH_BYTES,
  SUBACCOUNT_FLAG,
  SUBACCOUNT_TOKEN_BYTES,
  createMemberAuth,
  deriveSubaccountToken,
  openMemberAuth,
  signAsMember,
} from './subaccount.ts'
export type { MemberAuth, MemberGrant } from './subaccount.ts'
export {
  OLDER_DIGEST_BYTES,
  OLDER_KEY_BYTES,
  openOlderAttachment,
  openOlderPicture,
} from './older-file.ts'
export type { OlderAttachment } from './older-file.ts'
export { PADDING_BLOCK_BYTES, padContent, unpadContent } from './padding.ts'
export { openSealed, sealDeterministic, sealToAccount } from './sealed-box.ts'
export type { OpenedSeal, SealInput } from './sealed-box.ts'
