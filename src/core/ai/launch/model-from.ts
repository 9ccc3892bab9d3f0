/** Where an engine gets its weights from. */
export type ModelFrom =
  | {
      readonly kind: 'hub';
      /** `unsloth/Qwen3-4B-GGUF` */
      readonly repo: string;
      /** One file of it, for GGUF. */
      readonly file?: string | undefined;
      /** Which of the repository's GGUF files, `Q4_K_M`. */
      readonly quantisation?: string | undefined;
    }
  | { readonly kind: 'ollama'; /** `qwen3:4b` */ readonly name: string }
  | {
      readonly kind: 'path';
      /** On the device, absolute. */
      readonly path: string;
      readonly folder: boolean;
    };

const hubReference = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;
const ollamaName = /^[a-z0-9][\w.-]{0,63}(?:\/[\w.-]{1,63})?(?::[\w.-]{1,63})?$/i;

/** Whether a text is a repository of a hub, `owner/name`. */
export const isHubReference = (text: string): boolean => hubReference.test(text) && !text.includes('..');

/** Whether a text is a name of Ollama's library, `qwen3:4b`. */
export const isOllamaName = (text: string): boolean => ollamaName.test(text);

/** One of several files that belong together: `...-00001-of-00003.gguf`. */
export const isSplitFile = (path: string): boolean => /-\d{5}-of-\d{5}\.gguf$/i.test(path);

/** Last word of a path. */
export const baseName = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) ?? path;

/** Folder of a path. */
export const folderOf = (path: string): string => path.replace(/\/+$/, '').replace(/\/[^/]*$/, '') || '/';
