import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { boardDifferences, fitDecisions, imageDecisions, tableModules } from '../../../src/core/ai/decision-tables.js';
import { engineNames } from '../../../src/core/ai/engines.js';
import { nominalGB } from '../../../src/core/ai/memory-fit.js';

/** Compares with the file; `JETFLEET_GOLDEN=write` writes it anew, to be read before it is committed. */
function golden(name: string, lines: readonly string[]): void {
  const path = join(import.meta.dirname, 'golden', name);
  const text = `${lines.join('\n')}\n`;
  if (process.env['JETFLEET_GOLDEN'] === 'write') writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

describe('decisions on images', () => {
  const all = imageDecisions();

  it('are an image or an honest no for every release and engine', () => {
    golden('images.tsv', [
      ['L4T', 'board', 'engine', 'image', 'says'].join('\t'),
      ...all.map(({ l4t, board, engine, image, says }) => [l4t, board, engine, image ?? '-', says].join('\t')),
    ]);
    for (const { image, says } of all) expect(image ?? says).not.toBe('');
    expect(new Set(all.map(({ engine }) => engine))).toEqual(new Set(engineNames));
  });

  it('never cross what cannot work', () => {
    for (const { l4t, board, image = '' } of all) {
      const r36 = l4t.startsWith('36.');
      if (/r36\.4|jetson-orin/.test(image)) expect([r36, Number(l4t.split('.')[1]) >= 4]).toEqual([true, true]);
      if (/r36\.[23]/.test(image)) expect([r36, Number(l4t.split('.')[1]) < 4]).toEqual([true, true]);
      if (image.includes('r35')) expect(l4t).toMatch(/^35\./);
      if (image.includes('thor')) expect(board).toBe('Thor');
      if (/r38|py3|:latest$/.test(image)) expect(Number(l4t.split('.')[0])).toBeGreaterThanOrEqual(38);
    }
  });
});

describe('decisions on memory', () => {
  const all = fitDecisions();
  const word = { fits_now: 'fits', fits_after_stopping: 'after stopping', never: 'no', not_known: 'not known' };

  it('are as the golden file has them', () => {
    const modules = tableModules();
    const models = [...new Set(all.map(({ model }) => model))];
    golden('fits.tsv', [
      ['model', 'weights', 'need MiB', ...modules.map(({ slug }) => slug)].join('\t'),
      ...models.map((model) => {
        const rows = all.filter((each) => each.model === model);
        const biggest = rows.find(({ module }) => module.slug === 'agx-thor');
        const cells = rows.map(({ fit, image }) => `${word[fit.verdict]}${image ? '' : ', no image'}`);
        return [model, biggest?.quantisation.name, biggest?.fit.needMb, ...cells].join('\t');
      }),
    ]);
  });

  it('never say that a model fits below the memory that NVIDIA lists', () => {
    const fitting = all.filter(({ fit }) => fit.verdict === 'fits_now' || fit.verdict === 'fits_after_stopping');
    expect(fitting.length).toBeGreaterThan(50);
    for (const { module, quantisation } of fitting) {
      expect(module.ramGB ?? 32).toBeGreaterThanOrEqual(quantisation.listedRamGB ?? 0);
    }
    for (const { fit } of fitting) expect(nominalGB(fit.needMb)).toBeLessThanOrEqual(128);
  });

  it('show every line of the sum', () => {
    for (const { fit } of all) {
      expect(fit.sum.reduce((sum, { mb }) => sum + mb, 0)).toBe(fit.needMb);
      expect(fit.sum.map(({ what }) => what)).toEqual(
        expect.arrayContaining(['weights', 'kv_cache', 'engine', 'headroom']),
      );
    }
  });

  it('explain where the smallest board is another than the listed one', () => {
    golden('boards.tsv', [
      ['model', 'listed', 'ours', 'why'].join('\t'),
      ...boardDifferences().map(({ model, listed, ours, why }) => [model, listed, ours, why].join('\t')),
    ]);
  });
});
