import { Failure } from '../errors.js';
import { normalPath } from '../policy/protected-paths.js';
import type { ContainerSpec, Mount, PublishedPort } from './container-spec.js';
import { showsSecret } from '../redact.js';
import { isImageReference } from './image-reference.js';

/** Names of containers, volumes and networks. */
export const enginePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
/** Commas and quotes have a meaning in `--mount`, colons in `--device`. */
const plainPath = /^\/[^\p{C},:"'\\]{0,500}$/u;
const devicePattern = /^\/dev\/[A-Za-z0-9_.@/-]{1,200}$/;
const variable = /^[A-Za-z_][A-Za-z0-9_.-]{0,200}$/;
const oneLine = /^[^\0\r\n]*$/;
const label = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/;
const words = /^[^\0]*$/;
const userPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$/;
const capability = /^(?:CAP_)?[A-Z][A-Z_]{1,40}$/;
const ipv4 = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const ipv6 = /^(?=.*:)[0-9A-Fa-f:]{2,39}$/;
const largestMb = 4 * 1024 * 1024;

function wrong(field: string, how: string): Failure {
  return new Failure('invalid_input', `${field}: ${how}`, { retry: 'yes' });
}

function check(ok: boolean, field: string, how: string): void {
  if (!ok) throw wrong(field, how);
}

/** Whether a text can be a path in a mount: absolute, and without what `--mount` gives a meaning. */
export function isMountPath(path: string): boolean {
  return plainPath.test(path) && normalPath(path) !== undefined;
}

/** Whether a text is an IP address that a port can be published on. */
export function isAddress(text: string): boolean {
  return ipv4.test(text) || ipv6.test(text);
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;
const isSize = (mb: number | undefined): boolean =>
  mb === undefined || (Number.isInteger(mb) && mb >= 4 && mb <= largestMb);

function checkPort({ address, host, container }: PublishedPort): void {
  check(isAddress(address), 'ports', 'an address is an IP address of the device, such as 127.0.0.1.');
  check(isPort(host) && isPort(container), 'ports', 'a port is a whole number from 1 to 65535.');
}

function checkMount({ kind, source, target }: Mount): void {
  if (kind === 'volume')
    check(
      enginePattern.test(source),
      'volumes',
      'a named volume has letters, digits and _ . - only, and begins with one of the first two.',
    );
  else
    check(
      isMountPath(source),
      'volumes',
      'a path on the device is absolute and without , : quotes and control characters.',
    );
  check(
    isMountPath(target) && normalPath(target) !== '/',
    'volumes',
    'a path in the container is absolute, not / itself, and without , : quotes and control characters.',
  );
}

function unique(values: readonly string[], field: string, what: string): void {
  check(new Set(values).size === values.length, field, `${what} is given twice.`);
}

/** The spec as it is, where every field is one that Docker takes for what it is. Throws `invalid_input` with the field's name. */
export function checkedSpec(spec: ContainerSpec): ContainerSpec {
  const { name, image, command = [], entrypoint, env, ports, mounts, devices, labels } = spec;
  check(
    enginePattern.test(name) && name.length > 1,
    'name',
    'letters, digits and _ . - only, two at least, and it begins with a letter or digit.',
  );
  check(isImageReference(image), 'image', 'write [registry/]name[:tag][@sha256:...], in lower case but for the tag.');
  check(
    [...command, entrypoint ?? ''].every((word) => words.test(word)),
    'command',
    'a word cannot hold a NUL character.',
  );
  for (const line of [[entrypoint ?? '', ...command].join(' '), spec.health?.command ?? ''])
    if (showsSecret(line))
      throw new Failure(
        'invalid_input',
        'command: it holds what looks like a secret, and everybody on the device can read it there.',
        {
          hint: 'Give it by secretFiles (in compose: mount the file at /run/secrets/NAME), or by env.',
          retry: 'yes',
        },
      );
  for (const [key, value] of Object.entries(env)) {
    check(variable.test(key), 'env', 'a name has letters, digits and _ only, and does not begin with a digit.');
    check(
      oneLine.test(value),
      'env',
      `the value of ${key} has several lines, which --env-file cannot hold: put it into a file and mount that.`,
    );
  }
  ports.forEach(checkPort);
  unique(
    ports.map(({ address, host, protocol }) => `${address} ${host} ${protocol}`),
    'ports',
    'a port of the device',
  );
  mounts.forEach(checkMount);
  unique(
    mounts.map(({ target }) => normalPath(target) ?? target),
    'volumes',
    'a path in the container',
  );
  for (const device of devices)
    check(
      devicePattern.test(device) && normalPath(device) === device,
      'devices',
      'write a device file such as /dev/video0.',
    );
  for (const [key, value] of Object.entries(labels))
    check(
      label.test(key) && oneLine.test(value),
      'labels',
      'a name has letters, digits and . _ / - only, a value is one line.',
    );
  checkRest(spec);
  return spec;
}

function checkRest({ memoryMb, shmMb, cwd, user, network, aliases = [], capAdd = [], health }: ContainerSpec): void {
  check(isSize(memoryMb), 'memoryMb', 'a whole number of MiB, 4 at least.');
  check(isSize(shmMb), 'shmMb', 'a whole number of MiB, 4 at least.');
  check(cwd === undefined || isMountPath(cwd), 'cwd', 'an absolute path in the container.');
  check(user === undefined || userPattern.test(user), 'user', 'write a name or number, or user:group.');
  check(
    network === undefined || enginePattern.test(network),
    'network',
    'the name of a network has letters, digits and _ . - only.',
  );
  check(
    aliases.every((alias) => enginePattern.test(alias)),
    'network',
    'an alias has letters, digits and _ . - only.',
  );
  check(
    capAdd.every((each) => capability.test(each)),
    'capAdd',
    'write a capability such as SYS_NICE.',
  );
  if (health === undefined) return;
  check(
    words.test(health.command) && health.command !== '',
    'health',
    'the command is a line for the shell of the container.',
  );
  check(
    [health.intervalSeconds, health.startSeconds].every(
      (seconds) => Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400,
    ),
    'health',
    'a time is a whole number of seconds.',
  );
}
