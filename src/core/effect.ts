/**
 * What a tool does to the world: `read` only looks, `change` changes settings or files while all goes on running,
 * `disrupt` stops or interrupts something, or may do anything. It is the single source of MCP hints, gating and audit.
 */
export type Effect = 'read' | 'change' | 'disrupt';

/** The MCP tool annotations that follow from an effect. */
export interface EffectHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** What a user has switched off for a whole session; no client, rule or token brings it back. */
export interface Limits {
  /** Only tools that change nothing. */
  readonly readOnly: boolean;
  /** No tools that stop or interrupt something. */
  readonly disableDisruptive: boolean;
}

/** Whether tools of an effect are there at all. */
export function isWithin(effect: Effect, { readOnly, disableDisruptive }: Limits): boolean {
  if (readOnly && effect !== 'read') return false;
  return !(disableDisruptive && effect === 'disrupt');
}

/** The hints of an effect. Devices answer for themselves, so the world is open. */
export function hintsOf(effect: Effect, idempotent: boolean): EffectHints {
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'disrupt',
    idempotentHint: effect === 'read' || idempotent,
    openWorldHint: true,
  };
}
