import { shortNames } from './device-names.js';
import type { Reply, ReplyFailure, ReplyGroup, ReplySkip } from './reply.js';
import type { Spread } from './spread.js';

/** Everything a call found, before it is cut into pages. */
export interface Findings {
  readonly summary: Reply['summary'];
  readonly groups: readonly ReplyGroup[];
  readonly spread: Readonly<Record<string, Spread>>;
  readonly failures: readonly ReplyFailure[];
  readonly skipped: readonly ReplySkip[];
  readonly notes: readonly string[];
}

/** Failures are told before data so that none is overlooked, but a long list of them leaves room for answers. */
const failuresFirst = 6;

type Item =
  | { readonly in: 'failures'; readonly item: ReplyFailure }
  | { readonly in: 'skipped'; readonly item: ReplySkip }
  | { readonly in: 'groups'; readonly item: ReplyGroup };

function itemsOf(findings: Findings): Item[] {
  const failures = findings.failures.map((item): Item => ({
    in: 'failures',
    item: { ...item, devices: shortNames(item.devices) },
  }));
  const skipped = findings.skipped.map((item): Item => ({
    in: 'skipped',
    item: { ...item, devices: shortNames(item.devices) },
  }));
  const groups = findings.groups.map((item): Item => ({
    in: 'groups',
    item: { ...item, devices: shortNames(item.devices) },
  }));
  const problems = [...failures, ...skipped];
  return [...problems.slice(0, failuresFirst), ...groups, ...problems.slice(failuresFirst)];
}

/**
 * Cuts findings into replies of at most about `maxChars` of JSON each. An item that is larger by itself has a page of
 * its own. The first page holds the counts, the spread and the notes; every page the counts.
 */
export function paginate(findings: Findings, maxChars: number): Reply[] {
  const pages: { reply: Reply; chars: number; items: number }[] = [];
  const open = (first: boolean): { reply: Reply; chars: number; items: number } => {
    const reply: Reply = {
      summary: findings.summary,
      ...(first &&
        Object.keys(findings.spread).length > 0 && { spread: findings.spread as NonNullable<Reply['spread']> }),
      ...(first && findings.notes.length > 0 && { notes: [...findings.notes] }),
    };
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
    if (item.in === 'groups') (page.reply.groups ??= []).push(item.item);
    else if (item.in === 'failures') (page.reply.failures ??= []).push(item.item);
    else (page.reply.skipped ??= []).push(item.item);
  }
  return pages.map(({ reply }) => reply);
}
