/**
 * Groups for a messenger: one object that does everything, and the types that it speaks in (spec 14).
 *
 * @module
 */
export type { GroupToCreate } from './create-group.ts'
export type { ContentToDelete } from './delete-content.ts'
export { GroupActions } from './group-actions.ts'
export type { GroupEvent, GroupOutcome } from './group-events.ts'
export type { GroupView } from './group-view.ts'
export type { MembersToInvite } from './invite-members.ts'
export type { MembersToRemove } from './remove-members.ts'
