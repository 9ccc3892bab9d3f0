import { z } from 'zod';
import { holdsSecret } from '../src/core/redact.js';

/** Where a model is loaded from. A secret in it is refused here, before any rule or plan repeats the address. */
export const fromArg = z
  .string()
  .max(2000)
  .refine(
    (from) => !holdsSecret(from),
    'The address holds what looks like a secret, which would stand in plans and lists of processes. For a gated model of the hub give tokenFile; of other sites an address that needs none.',
  )
  .describe('hf:owner/repo/file.gguf@revision, an https address, or ollama:name:tag.');
