/**
 * `sotto node run`: what is loaded here brings the whole node with its native modules, which no other command needs.
 *
 * @module
 */
export { runHome } from '@sotto/node/run-home'
