import type { z } from 'zod';
import type { Call, FleetTool, Member, ReadTool, ToolSpec } from '../src/ports/tool.js';
import type { Device } from '../src/ports/fleet.js';

/** What every tool has: a spec. Everything that must never be skipped lives in the runner, not here. */
export abstract class BaseTool<I extends z.ZodObject, O extends z.ZodObject> {
  abstract readonly spec: ToolSpec<I, O>;
}

/** A tool that looks at one device. */
export abstract class BaseReadTool<I extends z.ZodObject, O extends z.ZodObject>
  extends BaseTool<I, O>
  implements ReadTool<I, O>
{
  readonly kind = 'read';
  abstract read(args: z.output<I>, device: Device, call: Call): Promise<z.output<O>>;
}

/** A tool that looks at the selected devices together. */
export abstract class BaseFleetTool<I extends z.ZodObject, O extends z.ZodObject>
  extends BaseTool<I, O>
  implements FleetTool<I, O>
{
  readonly kind = 'fleet';
  abstract readAll(args: z.output<I>, members: readonly Member[], call: Call): Promise<z.output<O>>;
}
