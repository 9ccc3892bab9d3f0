/** Text as SVG may hold it: nothing in it can become markup, or a character that XML forbids. */
export function svgText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** A length in a drawing: two decimals do. */
export function svgNumber(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0';
}

type Attributes = Readonly<Record<string, string | number>>;

/** One element. Its content is markup; texts go through `svgText` first. */
export function svgElement(name: string, attributes: Attributes, content = ''): string {
  const words = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? svgNumber(value) : svgText(value)}"`)
    .join('');
  return content === '' ? `<${name}${words}/>` : `<${name}${words}>${content}</${name}>`;
}

/** A line of text at a place, cut where it would be longer than a label. */
export function svgLabel(
  text: string,
  x: number,
  y: number,
  more: { readonly anchor?: 'start' | 'middle' | 'end'; readonly size?: number; readonly fill?: string } = {},
): string {
  const { anchor = 'start', size = 12, fill = '#222' } = more;
  const shown = text.length > 60 ? `${text.slice(0, 59).toWellFormed()}…` : text;
  return svgElement('text', { x, y, 'text-anchor': anchor, 'font-size': size, fill }, svgText(shown));
}

/** A whole drawing on white, in whatever sans-serif font there is. */
export function svgDrawing(width: number, height: number, content: string): string {
  return svgElement(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'sans-serif',
    },
    svgElement('rect', { width, height, fill: '#fff' }) + content,
  );
}

/** Colours that people who see few of them tell apart too (Okabe and Ito). */
export const svgColours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00'] as const;

/** A round number at or above a value, for the end of an axis. */
export function axisEnd(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
