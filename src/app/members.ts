import type { Member, Tool } from '../ports/tool.js';
import type { DeviceBook } from './device-book.js';
import type { GuardedFleet } from './guarded-fleet.js';
import type { Chosen } from './selecting.js';

/** The chosen devices as a tool that sees them together has them: to look at only. */
export function membersOf(
  chosen: readonly Chosen[],
  tool: Tool,
  { fleet, book }: { readonly fleet: GuardedFleet; readonly book: DeviceBook },
  signal: AbortSignal,
): readonly Member[] {
  return chosen.map(({ entry, state }) => ({
    entry,
    state,
    device: fleet.device(entry.name, tool.spec.name, { allows: 'read' }),
    learn: async () => {
      await book.learn([entry], { facts: true, online: true }, signal);
      return book.state(entry);
    },
  }));
}
