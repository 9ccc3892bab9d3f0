import type { Findings } from '../core/reply/pages.js';
import type { Tool } from '../ports/tool.js';

const mostPictures = 4;

/** What a tool draws of what was found, from the data as it is told: without secrets, and clean. */
export function picturesOf({ spec }: Tool, { groups }: Pick<Findings, 'groups'>): string[] {
  if (spec.picture === undefined) return [];
  const drawn = groups.slice(0, mostPictures).map(({ data }) => {
    const parsed = spec.output.safeParse(data);
    return parsed.success ? spec.picture?.(parsed.data) : undefined;
  });
  return drawn.filter((svg) => svg !== undefined);
}
