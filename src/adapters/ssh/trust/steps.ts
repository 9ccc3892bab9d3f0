import { Failure } from '../../../core/errors.js';
import type { LinkStep, LinkStepName } from '../../../ports/fleet.js';

/** Tells how far a connection came. */
export class StepReport {
  readonly #onStep: ((step: LinkStep) => void) | undefined;

  constructor(onStep: ((step: LinkStep) => void) | undefined) {
    this.#onStep = onStep;
  }

  /** Reports a step that succeeded. */
  ok(step: LinkStepName, detail: string): void {
    this.#onStep?.({ step, ok: true, detail });
  }

  /** Reports the step that ended the connection. */
  failed(step: LinkStepName, error: unknown): void {
    if (!(error instanceof Failure)) return;
    this.#onStep?.({ step, ok: false, detail: error.message, hint: error.hint });
  }

  /** Hands on a step that was reported elsewhere. */
  pass(step: LinkStep): void {
    this.#onStep?.(step);
  }

  /** Does one step and reports how it ended. */
  async step<T>(step: LinkStepName, run: () => Promise<T>, detail: (result: T) => string): Promise<T> {
    let result: T;
    try {
      result = await run();
    } catch (error) {
      this.failed(step, error);
      throw error;
    }
    this.ok(step, detail(result));
    return result;
  }
}
