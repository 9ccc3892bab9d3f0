import { axisEnd, svgColours, svgDrawing, svgElement, svgLabel, svgNumber } from './svg.js';

/** Points of one line, in the order of x. */
export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** What stands at the two ends of the x axis. */
  readonly from: string;
  readonly to: string;
}

const [width, height, left, right, top, bottom] = [640, 320, 60, 20, 52, 44];
const mostLines = 6;

/** Lines over time, from zero, with their names. */
export function lineChart({ title, unit, lines, from, to }: LineChart): string {
  const shown = lines.slice(0, mostLines);
  const points = shown.flatMap((line) => line.points);
  const end = axisEnd(Math.max(0, ...points.map(([, y]) => y)));
  const xs = points.map(([x]) => x);
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const across = (x: number): number => left + ((width - left - right) * (x - first)) / (last - first || 1);
  const up = (y: number): number => height - bottom - ((height - top - bottom) * Math.max(0, y)) / end;
  const drawn = shown.map((line, i) => {
    const stroke = svgColours[i % svgColours.length] ?? '#0072b2';
    const d = line.points
      .map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${svgNumber(across(x))} ${svgNumber(up(y))}`)
      .join('');
    const dots = line.points.map(([x, y]) => svgElement('circle', { cx: across(x), cy: up(y), r: 3, fill: stroke }));
    const name = svgLabel(line.label, left + 8 + (i % 3) * 190, top + 6 + Math.floor(i / 3) * 15, { fill: stroke });
    return (
      svgElement('path', { d: d === '' ? 'M0 0' : d, stroke, fill: 'none', 'stroke-width': 2 }) + dots.join('') + name
    );
  });
  const axes = svgElement('path', {
    d: `M${left} ${top}V${height - bottom}H${width - right}`,
    stroke: '#888',
    fill: 'none',
  });
  const texts =
    svgLabel(title, 12, 20, { size: 15 }) +
    svgLabel(unit, left, 40, { fill: '#666' }) +
    svgLabel(String(end), left - 6, top + 4, { anchor: 'end', fill: '#666' }) +
    svgLabel('0', left - 6, height - bottom + 4, { anchor: 'end', fill: '#666' }) +
    svgLabel(from, left, height - bottom + 18, { fill: '#666' }) +
    svgLabel(to, width - right, height - bottom + 18, { anchor: 'end', fill: '#666' });
  return svgDrawing(width, height, axes + drawn.join('') + texts);
}
