import type { Device } from '../../../src/ports/fleet.js';
import type { Awaits, Call, ChangeTool, Look, ReadTool } from '../../../src/ports/tool.js';
import { fakeCall } from '../../fakes/fake-device.js';
import { fakeServices } from '../../fakes/fake-services.js';

const mostLooks = 600;
const betweenLooksMs = 20;

/** Runs tools on devices as the app does, without its consent: probe, act, look until it is settled. */
export class ToolsBench {
  readonly #services = fakeServices();
  #ids = 0;

  #call(): Call & Look {
    return { ...fakeCall(Date.now()), now: () => Date.now(), ...this.#services };
  }

  /** The answer of a tool that looks; it has the form that the tool declares. */
  async read<T = Readonly<Record<string, unknown>>>(tool: ReadTool, device: Device, given: object = {}): Promise<T> {
    const data = await tool.read(tool.spec.input.parse(given), device, this.#call());
    return tool.spec.output.parse(data) as T;
  }

  /** The answer of a tool that changes something, once that is through. */
  async change<T = Readonly<Record<string, unknown>>>(
    tool: ChangeTool,
    device: Device,
    given: object = {},
  ): Promise<T & { readonly planned: string }> {
    const call = { ...this.#call(), changeId: (++this.#ids).toString(16).padStart(16, '0') };
    const args = tool.spec.input.parse(given);
    const prepared = await tool.prepare(args, device, call);
    let data = await tool.perform(args, prepared, device, call);
    const awaits: Awaits | undefined = prepared.awaits;
    for (let looks = 0; data === undefined && awaits !== undefined && looks < mostLooks; looks++) {
      await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
      data = await tool.settle?.(awaits, device, call);
    }
    return { ...(tool.spec.output.parse(data) as T), planned: prepared.says };
  }
}
