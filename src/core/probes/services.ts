import { z } from 'zod';
import { present } from '../linux/present.js';
import { listUnitsArgv, parseUnitFiles, parseUnits, unitFilesArgv } from '../linux/units.js';
import { argv, defineProbe, type Answers, type Probe } from '../probe/probe.js';
import { dataChars, firstThatFit, jsonChars } from './fitting.js';
import { notReadData, toldUnknown, unknownData, whyNot, type NotRead } from './not-read.js';

export const serviceData = z.object({
  unit: z.string(),
  active: z.string(),
  sub: z.string(),
  load: z.string().optional().describe('Only where it is not `loaded`.'),
  enabled: z.string().optional().describe('enabled, disabled, static, masked, ...'),
  description: z.string().optional(),
});
export const servicesData = z.object({
  counts: z.record(z.string(), z.number()).describe('Of all services, by active state.'),
  failed: z.array(z.string()).describe('Every failed service, whatever was asked for.'),
  services: z.array(serviceData),
  more: z.number().optional().describe('Services of this state that follow.'),
  next: z.string().optional().describe('Give it as `after` for them.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type Services = z.output<typeof servicesData>;

export const serviceStates = ['all', 'active', 'running', 'failed', 'inactive', 'activating', 'exited'] as const;

export interface ServicesQuestion {
  readonly state: (typeof serviceStates)[number];
  readonly limit: number;
  /** Only units whose name comes after this one. */
  readonly after?: string | undefined;
}

const listReads = { units: argv(listUnitsArgv), files: argv(unitFilesArgv) };

function parseList({ state, limit, after }: ServicesQuestion, answers: Answers<typeof listReads>): Services {
  const { units, unknown } = parseUnits(answers.units.text);
  const files = parseUnitFiles(answers.files.text);
  const counts: Record<string, number> = units.length === 0 ? {} : { active: 0, inactive: 0, failed: 0 };
  for (const { active } of units) counts[active] = (counts[active] ?? 0) + 1;
  const matching = units
    .filter(({ active, sub }) => state === 'all' || active === state || sub === state)
    .filter(({ unit }) => after === undefined || unit > after)
    .sort((a, b) => (a.unit < b.unit ? -1 : 1));
  const notRead: NotRead = [
    ...(units.length === 0
      ? [{ what: 'services', why: whyNot(answers.units.status, 'this host has no systemd') }]
      : []),
    ...(files.states.size === 0
      ? [{ what: 'which are enabled', why: whyNot(answers.files.status, 'this host has no systemd') }]
      : []),
  ];
  const around = present({
    counts,
    failed: units.filter(({ active }) => active === 'failed').map(({ unit }) => unit),
    notRead: notRead.length === 0 ? undefined : notRead,
    unknown: toldUnknown([...unknown, ...files.unknown]),
  });
  const rows = matching.slice(0, limit).map(({ unit, active, sub, load, description }) =>
    present({
      unit,
      active,
      sub,
      load: load === 'loaded' ? undefined : load,
      enabled: files.states.get(unit),
      description: description === '' || description === unit ? undefined : description,
    }),
  );
  const services = firstThatFit(rows, dataChars - jsonChars(around));
  const more = matching.length - services.length;
  return present({
    ...around,
    services,
    more: more === 0 ? undefined : more,
    next: more === 0 ? undefined : services.at(-1)?.unit,
  });
}

/** The services of a device by state. */
export function servicesProbe(question: ServicesQuestion): Probe<Services, typeof listReads> {
  return defineProbe({ name: 'service_list', reads: listReads, parse: (answers) => parseList(question, answers) });
}
