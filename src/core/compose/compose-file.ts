import { z } from 'zod';
import { Failure } from '../errors.js';

const word = z.union([z.string(), z.number()]).transform(String);
const textOrList = z.union([z.string(), z.array(word)]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** `null` would be a value of the environment that Compose runs in. */
const pairs = z.union([z.record(z.string(), scalar), z.array(z.string())]);
const labelPairs = z.union([z.record(z.string(), scalar), z.array(z.string())]);

const port = z.union([
  word,
  z.strictObject({
    target: z.coerce.number(),
    published: z.coerce.number(),
    host_ip: z.string().optional(),
    protocol: z.enum(['tcp', 'udp']).default('tcp'),
    mode: z.literal('host').optional(),
    name: z.string().optional(),
  }),
]);
const volume = z.union([
  z.string(),
  z.strictObject({
    type: z.enum(['volume', 'bind']),
    source: z.string(),
    target: z.string(),
    read_only: z.boolean().default(false),
  }),
]);
const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;
const size = z.union([z.string(), z.number()]);

const service = z.strictObject({
  image: z.string(),
  container_name: z.string().optional(),
  command: textOrList.nullish(),
  entrypoint: textOrList.nullish(),
  environment: pairs.default({}),
  ports: z.array(port).default([]),
  expose: z.array(word).optional(),
  volumes: z.array(volume).default([]),
  networks: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.strictObject({ aliases: z.array(z.string()).default([]) }).nullable()),
    ])
    .optional(),
  network_mode: z.enum(['bridge', 'host', 'none']).optional(),
  depends_on: z
    .union([
      z.array(z.string()),
      z.record(
        z.string(),
        z.strictObject({
          condition: z.enum(conditions).default('service_started'),
          required: z.literal(true).optional(),
        }),
      ),
    ])
    .default([]),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).default('no'),
  healthcheck: z
    .strictObject({
      test: textOrList,
      interval: z.string().optional(),
      timeout: z.string().optional(),
      start_period: z.string().optional(),
      retries: z.number().int().min(1).optional(),
    })
    .optional(),
  deploy: z
    .strictObject({
      resources: z.strictObject({
        limits: z.strictObject({ memory: size.optional() }).optional(),
        reservations: z
          .strictObject({
            devices: z.array(
              z.strictObject({
                driver: z.literal('nvidia').optional(),
                count: z.union([z.literal('all'), z.literal(1)]).optional(),
                capabilities: z.array(z.string()),
              }),
            ),
          })
          .optional(),
      }),
    })
    .optional(),
  mem_limit: size.optional(),
  shm_size: size.optional(),
  runtime: z.literal('nvidia').optional(),
  gpus: z.literal('all').optional(),
  privileged: z.boolean().default(false),
  pid: z.literal('host').optional(),
  ipc: z.literal('host').optional(),
  cap_add: z.array(z.string()).default([]),
  devices: z.array(z.string()).default([]),
  labels: labelPairs.default({}),
  working_dir: z.string().optional(),
  user: word.optional(),
  platform: z.enum(['linux/arm64', 'linux/arm64/v8']).optional(),
  pull_policy: z.enum(['missing', 'if_not_present', 'always', 'never']).default('missing'),
});
export type ComposeService = z.output<typeof service>;

const thing = z
  .strictObject({
    name: z.string().optional(),
    external: z.boolean().optional(),
    driver: z.enum(['bridge', 'local']).optional(),
  })
  .nullable();

const file = z.strictObject({
  name: z.string().optional(),
  version: scalar.optional(),
  services: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/), service),
  networks: z.record(z.string(), thing).default({}),
  volumes: z.record(z.string(), thing).default({}),
});
export type ComposeFile = z.output<typeof file>;

/** Where another way is known for what is not taken. */
const instead: Readonly<Record<string, string>> = {
  env_file: 'Write the variables into environment: no other file is read.',
  build: 'Build the image elsewhere, or with command_run, and name it in image.',
  secrets: 'Mount the file: - /on/device/file:/run/secrets/name:ro',
  configs: 'Mount the file as a volume.',
  extends: 'Write the service out.',
  include: 'Write everything into one file.',
  profiles: 'Leave services out that are not to run.',
};

const withoutExtensions = (data: unknown): unknown =>
  data === null || typeof data !== 'object' || Array.isArray(data)
    ? data
    : Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-')));

type Issue = z.core.$ZodIssue;

/** The innermost issue that tells most, and where: of a union, the one that came furthest. */
function deepest(
  issue: Issue,
  path: readonly PropertyKey[],
): { readonly issue: Issue; readonly path: readonly PropertyKey[] } {
  const here = [...path, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path: here };
  const inner = issue.errors.flat().map((each) => deepest(each, here));
  const [best] = inner.sort(
    (a, b) =>
      b.path.length - a.path.length ||
      Number(b.issue.code === 'unrecognized_keys') - Number(a.issue.code === 'unrecognized_keys'),
  );
  return best !== undefined && best.path.length > here.length
    ? best
    : (inner.find(({ issue: each }) => each.code === 'unrecognized_keys') ?? { issue, path: here });
}

const safe = (part: PropertyKey): string => (/^[\w.-]{1,64}$/.test(String(part)) ? String(part) : '?');

function refusal(first: Issue): Failure {
  const { issue, path } = deepest(first, []);
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const field = [...path, key].map(safe).join('.');
    return new Failure('invalid_input', `${field} is not supported.`, {
      hint: instead[key] ?? 'Leave it out. What cannot be done as the file says is refused, never passed over.',
      retry: 'yes',
    });
  }
  const field = path.map(safe).join('.') || 'file';
  const values = issue.code === 'invalid_value' ? ` It takes: ${issue.values.map(String).join(', ')}.` : '';
  const wanted = issue.code === 'invalid_type' ? ` It takes ${issue.expected}.` : '';
  return new Failure('invalid_input', `${field} is not as Compose has it, or not supported so.${values}${wanted}`, {
    retry: 'yes',
  });
}

/** Reads the data of a compose file. Throws `invalid_input` with the field's name for what is not understood. */
export function composeFile(data: unknown): ComposeFile {
  const plain = withoutExtensions(data);
  const parsed = file.safeParse(plain);
  if (parsed.success && Object.keys(parsed.data.services).length > 0) return parsed.data;
  const [issue] = parsed.error?.issues ?? [];
  throw issue === undefined
    ? new Failure('invalid_input', 'services: there is none.', { retry: 'yes' })
    : refusal(issue);
}
