import { describe, expect, it } from '@jest/globals';
import { barChart } from '../../src/core/chart/bars.js';
import { lineChart } from '../../src/core/chart/lines.js';
import { axisEnd, svgText } from '../../src/core/chart/svg.js';

const nasty = `</text><script>alert(1)</script>&"'\u0007\u202e`;

describe('charts', () => {
  it('let no label become markup', () => {
    const bars = barChart({ title: nasty, unit: nasty, bars: [{ label: nasty, value: 3 }] });
    const lines = lineChart({
      title: nasty,
      unit: nasty,
      lines: [{ label: nasty, points: [[0, 1]] }],
      from: nasty,
      to: nasty,
    });
    for (const svg of [bars, lines]) {
      expect(svg).not.toContain('<script');
      expect(svg).not.toContain('\u0007');
      expect(svg).toMatch(/^<svg [^>]*>.*<\/svg>$/s);
      expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length);
    }
    expect(svgText('\ud800a')).toBe('a');
  });

  it('draw each bar as long as its value', () => {
    const svg = barChart({
      title: 't',
      unit: 'u',
      bars: [
        { label: 'a', value: 10 },
        { label: 'b', value: 5, low: 4, high: 6 },
      ],
    });
    const widths = [...svg.matchAll(/<rect x="220"[^>]*? width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths[0]).toBeCloseTo(2 * (widths[1] ?? NaN), 5);
  });

  it('draw nothing endless of odd values', () => {
    const svg = barChart({
      title: 't',
      unit: 'u',
      bars: [
        { label: 'x', value: NaN },
        { label: 'y', value: -3 },
      ],
    });
    expect(svg).not.toMatch(/="(?:NaN|Infinity|-\d)/);
    expect(lineChart({ title: 't', unit: 'u', lines: [], from: '', to: '' })).toContain('</svg>');
    expect([0, 3, 21, 260].map(axisEnd)).toEqual([1, 5, 25, 500]);
  });
});
