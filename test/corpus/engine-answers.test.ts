import { expect, it } from '@jest/globals';
import { answerPiece } from '../../src/core/ai/http/answer-pieces.js';
import { engineMetrics } from '../../src/core/ai/http/engine-metrics.js';
import { decodeRate, prefillRate } from '../../src/core/ai/http/figures.js';
import { llamaHealth, llamaSlots } from '../../src/core/ai/http/llama-server.js';
import { ollamaLoaded, ollamaModels } from '../../src/core/ai/http/ollama.js';
import { logReasons } from '../../src/core/ai/launch/log-reasons.js';
import { processorOfLoaded, processorOfLog } from '../../src/core/ai/launch/processor.js';
import { corpusMissing, describeWith } from '../setup/suite.js';
import { recordingsOf } from './recordings.js';

/** What each recording of llama-server is read as. */
const llama: Readonly<Record<string, (text: string) => void>> = {
  'health-loading': (text) => expect(llamaHealth(503, text)).toBe('loading'),
  'health-ok': (text) => expect(llamaHealth(200, text)).toBe('ok'),
  'metrics-2025': (text) =>
    expect(engineMetrics(text)).toEqual({
      generatedTokens: 5678,
      promptSeconds: 12.5,
      generatedSeconds: 45.3,
      running: 1,
      waiting: 0,
      cacheUsed: 0.45,
    }),
  // The last slot is idle and keeps the id of its task.
  slots: (text) => expect(llamaSlots(text)).toEqual({ total: 4, busy: 0, context: 8192 }),
  timings: (text) => {
    const figures = answerPiece('llama-server', text)?.figures ?? {};
    expect(figures).toEqual({
      promptTokens: 18,
      cachedTokens: 0,
      promptSeconds: expect.closeTo(1.378108, 9),
      generatedTokens: 77,
      generatedSeconds: 4.353352,
    });
    expect(decodeRate(figures)).toBeCloseTo(17.68751986974635, 9);
    expect(prefillRate(figures)).toBeCloseTo(13.061385609836094, 9);
  },
};

/** Which trouble a recorded error is; the others of that folder are not about Docker, engines or memory. */
const errors: Readonly<Record<string, string>> = {
  'docker-permission': 'docker_permission',
  'docker-unknown-server-os': 'docker_permission',
  'host-net-ports': 'ports_dropped',
  'ollama-install-jp7': 'jetpack_not_known',
  'ollama-jp72-sm87': 'cpu_fallback',
  'oom-': 'out_of_memory',
  'vllm-free-memory': 'gpu_memory_budget',
  'jc-duplicate-mount': 'duplicate_mount',
  'jc-run-without-tag': 'image_missing',
};
const otherErrors =
  /apt-lock|sudo-n|sudo-no-tty|jetson-clocks|nvfancontrol|oc-popup|cpufreq|gpio|nvpmodel|orin-agx|jtop|permission/;

describeWith(corpusMissing, 'recordings of engines', () => {
  it.each(recordingsOf('llama-server-http'))('%s', (path, text) => {
    const [, check] = Object.entries(llama).find(([name]) => path.includes(name)) ?? [];
    if (check === undefined) throw new Error(`nobody reads ${path}`);
    check(text);
  });

  it.each(recordingsOf('ollama-api'))('%s', (_path, text) => {
    const whole = answerPiece('ollama', text);
    const models = ollamaModels(text);
    const [loaded] = ollamaLoaded(text) ?? [];
    if (whole) {
      expect(whole).toMatchObject({ done: true, text: 'The sky is blue because it is the color of the sky.' });
      expect(decodeRate(whole.figures ?? {})).toBeCloseTo((290 / 4_709_213_000) * 1e9, 9);
      expect(prefillRate(whole.figures ?? {})).toBeCloseTo((26 / 325_953_000) * 1e9, 9);
    } else if (loaded?.gpuBytes !== undefined) {
      expect(loaded).toMatchObject({ name: 'mistral:latest', quantisation: 'Q4_0', sizeBytes: 5_137_025_024 });
      expect(processorOfLoaded(loaded)).toBe('gpu');
    } else {
      expect(models).toMatchObject([
        { name: 'deepseek-r1:latest', parameters: '7.6B', quantisation: 'Q4_K_M' },
        { name: 'llama3.2:latest', sizeBytes: 2_019_393_189, digest: expect.stringMatching(/^a80c4f/) },
      ]);
    }
  });

  it.each(recordingsOf('errors'))('%s', (path, text) => {
    const [, kind] = Object.entries(errors).find(([name]) => path.includes(name)) ?? [];
    const reasons = logReasons(text.trim().split('\n'));
    if (kind === undefined) expect(path).toMatch(otherErrors);
    else expect(reasons[0]).toMatchObject({ kind, message: expect.any(String), hint: expect.any(String) });
  });

  it.each([...recordingsOf('llama-server-log'), ...recordingsOf('ollama-container-log')])(
    '%s tells of no trouble',
    (path, text) => {
      const lines = text.split('\n');
      expect(logReasons(lines)).toEqual([]);
      expect(processorOfLog(lines)).toBe(path.includes('llama-server') ? 'gpu' : 'unknown');
    },
  );
});
