/** What a plug-in may import as `jetfleet/core`. */
export * from './command.js';
export * from './device.js';
export * from './effect.js';
export * from './errors.js';
export * from './probe/probe.js';
export * from './reply/reply.js';
export * from './untrusted.js';
