/**
 * The HTTP that an engine speaks. `llama-server`: OpenAI's and its own `/health`, `/props`, `/slots`, `timings`. `ollama`: `/api/...`.
 * `openai`: `/v1/...` alone, as vLLM, TensorRT-LLM, SGLang and MLC do.
 */
export const apiKinds = ['llama-server', 'ollama', 'openai'] as const;
export type ApiKind = (typeof apiKinds)[number];
