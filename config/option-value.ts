import { nearest } from '../src/core/nearest.js';
import type { OptionRow } from './option-table.js';

/** One thing that is wrong with the command line or the environment, in our words. */
export interface OptionError {
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

export type OptionValue = boolean | string | number | readonly string[];

const mostDevices = 10_000;
const lastPort = 65_535;
const host = /^[a-z0-9:](?:[\w.:%-]{0,253})$/i;
const name = /^[a-z][a-z0-9_]*$/;

/** The value behind an option's text, or what is wrong with it. `label` is how the user wrote the option. */
export function readValue(row: OptionRow, label: string, text: string): { value: OptionValue } | OptionError {
  switch (row.kind) {
    case 'flag':
      return readFlag(label, text);
    case 'count':
      return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= mostDevices
        ? { value: Number(text) }
        : { message: `${label} takes a whole number from 1 to ${mostDevices}.`, fix: `Write for example ${label}=12.` };
    case 'port':
      return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= lastPort
        ? { value: Number(text) }
        : { message: `${label} takes a port from 1 to ${lastPort}.`, fix: `Write for example ${label}=2200.` };
    case 'host':
      return host.test(text)
        ? { value: text }
        : { message: `${label} takes an address or the name of one.`, fix: `Write for example ${label}=0.0.0.0.` };
    case 'list':
      return readList(label, text);
    case 'text':
      return readText(row, label, text);
  }
}

function readFlag(label: string, text: string): { value: boolean } | OptionError {
  if (/^(?:true|1|yes|on)$/i.test(text)) return { value: true };
  if (/^(?:false|0|no|off)$/i.test(text)) return { value: false };
  return { message: `${label} takes true or false.`, fix: `Write ${label}=true.` };
}

function readList(label: string, text: string): { value: readonly string[] } | OptionError {
  const names = text.split(/[\s,]+/).filter((each) => each !== '');
  const wrong = names.find((each) => !name.test(each));
  if (names.length > 0 && wrong === undefined) return { value: names };
  const what =
    wrong === undefined ? 'at least one name' : `names, and ${JSON.stringify(wrong.slice(0, 64))} is not one`;
  return { message: `${label} takes ${what}.`, fix: 'Put commas between names; `jetfleet tools` lists them.' };
}

function readText(row: OptionRow, label: string, text: string): { value: string } | OptionError {
  if (row.oneOf === undefined) return { value: text };
  const found = row.oneOf.find((each) => each === text.toLowerCase());
  if (found !== undefined) return { value: found };
  const begun = row.oneOf.find((each) => text.toLowerCase().startsWith(each));
  const message = `${label} takes ${row.oneOf.slice(0, -1).join(', ')} or ${row.oneOf.at(-1) ?? ''}.`;
  return { message, fix: `Write ${label}=${begun ?? nearest(text, row.oneOf) ?? row.oneOf[0] ?? ''}.` };
}
