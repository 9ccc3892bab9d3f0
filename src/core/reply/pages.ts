import { shortNames } from './device-names.js';
import type { Reply, ReplyFailure, ReplyGroup, ReplyPlan, ReplySkip, ReplyUnfinished } from './reply.js';
import type { Spread } from './spread.js';

/** Everything a call found, before it is cut into pages. */
export interface Findings {
  readonly summary: Reply['summary'];
  readonly groups: readonly ReplyGroup[];
  readonly spread: Readonly<Record<string, Spread>>;
  readonly failures: readonly ReplyFailure[];
  readonly skipped: readonly ReplySkip[];
  readonly notes: readonly string[];
  readonly unfinished?: readonly ReplyUnfinished[] | undefined;
  readonly plan?: ReplyPlan | undefined;
}

/** Failures are told before data so that none is overlooked, but a long list of them leaves room for answers. */
const failuresFirst = 6;

type Item =
  | { readonly in: 'failures'; readonly item: ReplyFailure }
  | { readonly in: 'skipped'; readonly item: ReplySkip }
  | { readonly in: 'unfinished'; readonly item: ReplyUnfinished }
  | { readonly in: 'plan'; readonly item: ReplyPlan['steps'][number] }
  | { readonly in: 'groups'; readonly item: ReplyGroup }
  | { readonly in: 'spread'; readonly item: readonly [path: string, Spread] };

function itemsOf({ failures, skipped, unfinished = [], plan, spread, groups }: Findings): Item[] {
  const short = <T extends { readonly devices: string[] }>(item: T): T => ({
    ...item,
    devices: shortNames(item.devices),
  });
  const problems: Item[] = [
    ...failures.map((item): Item => ({ in: 'failures', item: short(item) })),
    ...skipped.map((item): Item => ({ in: 'skipped', item: short(item) })),
  ];
  return [
    ...problems.slice(0, failuresFirst),
    ...unfinished.map((item): Item => ({ in: 'unfinished', item: short(item) })),
    ...(plan?.steps ?? []).map((item): Item => ({ in: 'plan', item: short(item) })),
    ...Object.entries(spread).map((item): Item => ({ in: 'spread', item })),
    ...groups.map((item): Item => ({ in: 'groups', item: short(item) })),
    ...problems.slice(failuresFirst),
  ];
}

/**
 * Cuts findings into replies of at most about `maxChars` of JSON each. An item that is larger by itself has a page of
 * its own. Every page holds the counts and a plan's token, the first the notes too; what is spread comes before the groups.
 */
export function paginate(findings: Findings, maxChars: number): Reply[] {
  const pages: { reply: Reply; chars: number; items: number }[] = [];
  const open = (first: boolean): { reply: Reply; chars: number; items: number } => {
    const notes = first && findings.notes.length > 0 ? { notes: [...findings.notes] } : {};
    const plan = findings.plan === undefined ? {} : { plan: { ...findings.plan, steps: [] } };
    const reply: Reply = { summary: findings.summary, ...notes, ...plan };
    const page = { reply, chars: JSON.stringify(reply).length, items: 0 };
    pages.push(page);
    return page;
  };
  let page = open(true);
  for (const item of itemsOf(findings)) {
    const chars = JSON.stringify(item.item).length + 1;
    if (page.items > 0 && page.chars + chars > maxChars) page = open(false);
    page.chars += chars;
    page.items++;
    put(page.reply, item);
  }
  return pages.map(({ reply }) => reply);
}

function put(reply: Reply, item: Item): void {
  switch (item.in) {
    case 'groups':
      (reply.groups ??= []).push(item.item);
      return;
    case 'failures':
      (reply.failures ??= []).push(item.item);
      return;
    case 'skipped':
      (reply.skipped ??= []).push(item.item);
      return;
    case 'unfinished':
      (reply.unfinished ??= []).push(item.item);
      return;
    case 'plan':
      reply.plan?.steps.push(item.item);
      return;
    case 'spread': {
      const [path, { outliers, ...numbers }] = item.item;
      (reply.spread ??= {})[path] = { ...numbers, ...(outliers && { outliers: [...outliers] }) };
    }
  }
}
