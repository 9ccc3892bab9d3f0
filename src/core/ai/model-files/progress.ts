import { sizeWords } from '../../docker/image-state.js';

/** `loaded 1.2 GB of 4.9 GB (24 %)` */
export function progressWords(done: string, bytes: number, whole: number | undefined): string {
  const of =
    whole === undefined || whole === 0 ? '' : ` of ${sizeWords(whole)} (${Math.floor((bytes / whole) * 100)} %)`;
  return `${done} ${bytes === 0 ? 'nothing yet' : sizeWords(bytes)}${of}`;
}

/** The last percentage in what a program printed; undefined where it printed none. */
export function lastPercent(text: string): number | undefined {
  const [, percent] = [...text.matchAll(/(\d{1,3})(?:\.\d+)? ?%/g)].at(-1) ?? [];
  return percent === undefined || Number(percent) > 100 ? undefined : Number(percent);
}
