/**
 * What a tool does to the world: `read` only looks, `change` can be undone by a person, `disrupt` stops or
 * interrupts something. It is the single source of MCP hints, gating and audit.
 */
export type Effect = 'read' | 'change' | 'disrupt';

/** The MCP tool annotations that follow from an effect. */
export interface EffectHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
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
