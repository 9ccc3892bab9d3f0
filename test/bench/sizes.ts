import type { Row } from './row.js';
import { startSimulatedHosts } from './simulated-hosts.js';
import { StdioClient } from './stdio-client.js';

const kB = 1024;
/** An estimate: tokenizers differ, and four characters a token is what most of them come to on English and JSON. */
const charsPerToken = 4;
const fleetSize = 100;

/** Arguments for the tools that need some. */
const needed: Readonly<Record<string, Record<string, unknown>>> = {
  service_status: { unit: 'ssh.service' },
  hardware_watch: { seconds: 2 },
  file_read: { path: '/etc/hostname' },
  file_list: { path: '/etc' },
};

interface Listed {
  readonly name: string;
  readonly annotations?: { readonly readOnlyHint?: boolean };
  readonly outputSchema?: object;
}

/** How much a client reads: the tool list, and each tool's answer for one device and for a hundred. */
export async function replySizes(): Promise<Row[]> {
  const hosts = await startSimulatedHosts(fleetSize);
  const { args, env } = hosts.server;
  const standard = await StdioClient.open({ args: args.slice(0, 2), env });
  const { tools: defaults } = (await standard.request('tools/list')) as { tools: Listed[] };
  const bytesOfDefault = standard.lastAnswerBytes;
  await standard.close();
  const client = await StdioClient.open({ args, env });
  const { tools } = (await client.request('tools/list')) as { tools: Listed[] };
  const bytesOfAll = client.lastAnswerBytes;
  const complete = tools.filter((tool) => tool.annotations !== undefined && tool.outputSchema !== undefined).length;
  const rows: Row[] = [
    {
      what: `tools/list, default (${defaults.length} tools)`,
      measured: bytesOfDefault / kB,
      unit: 'KB',
      budget: { most: 24, of: 'value' },
    },
    {
      what: `tools/list, all (${tools.length} tools)`,
      measured: bytesOfAll / kB,
      unit: 'KB',
      note: `${complete} of them with annotations and an output schema`,
    },
  ];
  // job_output has nothing to say where there is no job.
  const reading = tools.filter(({ name, annotations }) => annotations?.readOnlyHint === true && name !== 'job_output');
  for (const { name } of reading) {
    for (const devices of [1, fleetSize]) {
      const selector = devices === 1 ? hosts.names[0] : 'all';
      const { content, structuredContent, isError } = await client.call(name, { ...needed[name], selector });
      const chars = (content[0]?.text.length ?? 0) + JSON.stringify(structuredContent).length;
      const { ok, failed } = structuredContent.summary;
      rows.push({
        what: `${name}, ${devices === 1 ? '1 device' : `${devices} devices`}`,
        measured: chars / charsPerToken,
        unit: 'tokens',
        budget: { most: 4000, of: 'value' },
        note: isError === true || ok !== devices ? `NOT ALL ANSWERED: ${ok} ok, ${failed} failed` : undefined,
      });
    }
  }
  await client.close();
  await hosts.stop();
  return rows;
}
