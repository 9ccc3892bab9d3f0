import type { z } from 'zod';
import type {
  Call,
  ChangeTool,
  FleetTool,
  InventoryDesk,
  InventoryTool,
  Member,
  Prepared,
  ReadTool,
  ToolSpec,
} from '../src/ports/tool.js';
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

/** A tool that changes one device. Those with `settle` or `inverse` declare them as the port has them. */
export abstract class BaseChangeTool<I extends z.ZodObject, O extends z.ZodObject, P extends Prepared = Prepared>
  extends BaseTool<I, O>
  implements ChangeTool<I, O, P>
{
  readonly kind = 'change';
  abstract prepare(args: z.output<I>, device: Device, call: Call): Promise<P>;
  abstract perform(args: z.output<I>, prepared: P, device: Device, call: Call): Promise<z.output<O> | undefined>;
}

/** A tool that changes which devices there are, or how they are reached. */
export abstract class BaseInventoryTool<I extends z.ZodObject, O extends z.ZodObject, P extends Prepared = Prepared>
  extends BaseTool<I, O>
  implements InventoryTool<I, O, P>
{
  readonly kind = 'inventory';
  abstract targets(args: z.output<I>, desk: InventoryDesk): readonly string[];
  abstract prepare(args: z.output<I>, target: string, desk: InventoryDesk, call: Call): Promise<P>;
  abstract perform(
    args: z.output<I>,
    prepared: P,
    target: string,
    desk: InventoryDesk,
    call: Call,
  ): Promise<z.output<O>>;
}

/** A tool that looks at the selected devices together. */
export abstract class BaseFleetTool<I extends z.ZodObject, O extends z.ZodObject>
  extends BaseTool<I, O>
  implements FleetTool<I, O>
{
  readonly kind = 'fleet';
  abstract readAll(args: z.output<I>, members: readonly Member[], call: Call): Promise<z.output<O>>;
}
