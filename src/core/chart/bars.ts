import { axisEnd, svgColours, svgDrawing, svgElement, svgLabel } from './svg.js';

/** One bar, with the range that its value lies in. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Bars of a kind have a colour. */
  readonly kind?: number;
}

export interface BarChart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const [width, left, right, top, row] = [640, 220, 90, 52, 26];
const mostBars = 40;

/** Horizontal bars, from zero, each with its value. */
export function barChart({ title, unit, bars }: BarChart): string {
  const shown = bars.slice(0, mostBars);
  const end = axisEnd(Math.max(0, ...shown.map(({ value, high }) => Math.max(value, high ?? 0))));
  const height = top + shown.length * row + 16;
  const x = (value: number): number => left + ((width - left - right) * Math.max(0, value)) / end;
  const rows = shown.map(({ label, value, low, high, kind = 0 }, i) => {
    const y = top + i * row;
    const fill = svgColours[kind % svgColours.length] ?? '#0072b2';
    const range =
      low === undefined || high === undefined
        ? ''
        : svgElement('path', { d: `M${x(low)} ${y + 10}H${x(high)}`, stroke: '#222', 'stroke-width': 1.5 });
    return (
      svgLabel(label, left - 8, y + 14, { anchor: 'end' }) +
      svgElement('rect', { x: left, y: y + 2, width: x(value) - left, height: row - 10, fill }) +
      range +
      svgLabel(String(value), x(Math.max(value, high ?? 0)) + 6, y + 14)
    );
  });
  const axis = svgElement('path', { d: `M${left} ${top - 4}V${height - 12}`, stroke: '#888' });
  const heads = svgLabel(title, 12, 20, { size: 15 }) + svgLabel(unit, left, 40, { fill: '#666' });
  return svgDrawing(width, height, heads + rows.join('') + axis);
}
