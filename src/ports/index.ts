/** What a plug-in may import as `jetfleet/ports`. */
export type * from './audit-log.js';
export type * from './awaited-work.js';
export type * from './clock.js';
export type * from './consents.js';
export type * from './docker.js';
export type * from './docker-host.js';
export type * from './files.js';
export * from './fleet.js';
export type * from './inventory.js';
export * from './logger.js';
export type * from './loopback-http.js';
export type * from './policy-source.js';
export type * from './resource.js';
export type * from './secrets.js';
export type * from './services.js';
export type * from './store.js';
export type * from './user-catalog.js';
export * from './tool.js';
