import type { TimeWindow } from './policy.js';

/** A moment of the week, by this machine's local time. */
export interface LocalTime {
  /** 0 is Sunday. */
  readonly day: number;
  /** Since midnight. */
  readonly minutes: number;
}

/** Names of days as the policy file writes them; 0 is Sunday. */
export const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const wholeDay = 24 * 60;
const everyDay = dayNames.map((_, day) => day);
const form = /^(?:([a-z,\s-]+?)\s*)??(?:(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2}))?$/;

/** `sat 22:00` as a moment of the week; undefined where it is none. */
export function parseLocalTime(text: string): LocalTime | undefined {
  const [, name = '', hour, minute] = /^([a-z]+)\s+(\d{1,2}):(\d{2})$/.exec(text.trim().toLowerCase()) ?? [];
  const day = dayNames.findIndex((each) => each === name);
  const minutes = minutesOf(hour, minute);
  return day < 0 || minutes === undefined || minutes === wholeDay ? undefined : { day, minutes };
}

/** `mon-fri 08:00-18:00`, `sat,sun`, `22:00-06:00`; undefined where the text is no window. */
export function parseTimeWindow(text: string): TimeWindow | undefined {
  const [, names, fromHour, fromMinute, toHour, toMinute] = form.exec(text.trim().toLowerCase()) ?? [];
  if (names === undefined && fromHour === undefined) return undefined;
  const days = names === undefined ? everyDay : daysOf(names);
  if (days === undefined) return undefined;
  if (fromHour === undefined) return { days, from: 0, to: wholeDay };
  const [from, to] = [minutesOf(fromHour, fromMinute), minutesOf(toHour, toMinute)];
  // From a time to the same time could be nothing or a whole day.
  return from === undefined || to === undefined || from === to || from === wholeDay ? undefined : { days, from, to };
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= wholeDay ? minutes : undefined;
}

function daysOf(names: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of names.split(',')) {
    const [first = '', last = first, ...more] = part.split('-').map((name) => name.trim());
    const [from, to] = [first, last].map((name) => dayNames.findIndex((each) => each === name));
    if (from === undefined || to === undefined || from < 0 || to < 0 || more.length > 0) return undefined;
    for (let day = from; ; day = (day + 1) % dayNames.length) {
      days.add(day);
      if (day === to) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** Whether a moment lies in a window. One that goes over midnight belongs to the day on which it begins. */
export function isWithin({ day, minutes }: LocalTime, { days, from, to }: TimeWindow): boolean {
  if (from < to) return days.includes(day) && minutes >= from && minutes < to;
  const dayBefore = (day + dayNames.length - 1) % dayNames.length;
  return (days.includes(day) && minutes >= from) || (days.includes(dayBefore) && minutes < to);
}
