import type { SecretRef } from '../core/device.js';

/** Turns references into secrets. What it hands out is known to the redactor from then on. */
export interface Secrets {
  /** The secret behind a reference, without its final newline. Rejects with `auth_failed` that names the reference, never the value. */
  resolve(ref: SecretRef, signal: AbortSignal): Promise<string>;
}
