/**
 * Previews of links (spec 17).
 *
 * @module
 */

export { createPreview, type PreviewParts, type PreviewToCreate } from './create-preview.ts'
export { findLink } from './find-link.ts'
export { type PreviewNode, PreviewRequests } from './preview-requests.ts'
