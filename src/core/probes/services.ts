import { z } from 'zod';
import { present } from '../linux/present.js';
import { listUnitsArgv, parseUnitFiles, parseUnits, unitFilesArgv } from '../linux/units.js';
import { argv, defineProbe, type Answers, type Probe } from '../probe/probe.js';
import { cleanText } from '../untrusted.js';
import { notReadData, unknownData, whyNot, type NotRead } from './not-read.js';

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
  more: z.number().optional().describe('Matching services beyond the limit.'),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type Services = z.output<typeof servicesData>;

export const serviceStates = ['all', 'active', 'running', 'failed', 'inactive', 'activating', 'exited'] as const;

export interface ServicesQuestion {
  readonly state: (typeof serviceStates)[number];
  readonly limit: number;
}

const listReads = { units: argv(listUnitsArgv), files: argv(unitFilesArgv) };

function parseList({ state, limit }: ServicesQuestion, answers: Answers<typeof listReads>): Services {
  const { units, unknown } = parseUnits(answers.units.text);
  const files = parseUnitFiles(answers.files.text);
  const counts: Record<string, number> = {};
  for (const { active } of units) counts[active] = (counts[active] ?? 0) + 1;
  const matching = units.filter(({ active, sub }) => state === 'all' || active === state || sub === state);
  const notRead: NotRead = [
    ...(units.length === 0
      ? [{ what: 'services', why: whyNot(answers.units.status, 'this host has no systemd') }]
      : []),
    ...(files.states.size === 0
      ? [{ what: 'which are enabled', why: whyNot(answers.files.status, 'this host has no systemd') }]
      : []),
  ];
  const strange = [...unknown, ...files.unknown];
  return present({
    counts,
    failed: units.filter(({ active }) => active === 'failed').map(({ unit }) => unit),
    services: matching.slice(0, limit).map(({ unit, active, sub, load, description }) =>
      present({
        unit,
        active,
        sub,
        load: load === 'loaded' ? undefined : load,
        enabled: files.states.get(unit),
        description: description === '' || description === unit ? undefined : description,
      }),
    ),
    more: matching.length > limit ? matching.length - limit : undefined,
    notRead: notRead.length === 0 ? undefined : notRead,
    unknown: strange.length === 0 ? undefined : strange.map((line) => cleanText(line, 200)),
  });
}

/** The services of a device by state. */
export function servicesProbe(question: ServicesQuestion): Probe<Services, typeof listReads> {
  return defineProbe({ name: 'service_list', reads: listReads, parse: (answers) => parseList(question, answers) });
}
