import type { SimDevice } from './sim-device.js';

export interface FleetYamlOptions {
  /** Path of the private key that logs in; any key does for the default accounts. */
  readonly identityFile?: string | undefined;
  /** Name of the environment variable with the login password; without a key or this there is no way in. */
  readonly passwordEnv?: string | undefined;
  /** Name of the environment variable with the sudo password, for accounts that need one. */
  readonly sudoPasswordEnv?: string | undefined;
}

/** JSON's strings are YAML's, so a name like `12` or `yes` stays a text. */
const text = (value: string): string => JSON.stringify(value);

function deviceLines(device: SimDevice, options: FleetYamlOptions): string[] {
  const { passwordEnv, sudoPasswordEnv } = options;
  const labels = Object.entries(device.labels).map(([key, value]) => `${text(key)}: ${text(value)}`);
  return [
    `  - name: ${text(device.name)}`,
    `    host: ${text(device.host)}`,
    `    port: ${device.port}`,
    `    user: ${text(device.user)}`,
    `    hostKeys: { fingerprint: ${text(device.hostKeyFingerprint)} }`,
    ...(passwordEnv === undefined ? [] : [`    password: ${text(`env:${passwordEnv}`)}`]),
    ...(sudoPasswordEnv === undefined || device.sudo !== 'password'
      ? []
      : [`    sudo: { password: ${text(`env:${sudoPasswordEnv}`)} }`]),
    ...(labels.length === 0 ? [] : [`    labels: { ${labels.join(', ')} }`]),
    ...(device.groups.length === 0 ? [] : [`    groups: [${device.groups.map(text).join(', ')}]`]),
  ];
}

/** A fleet file for these devices, each with its fingerprint pinned. */
export function fleetYamlOf(devices: readonly SimDevice[], options: FleetYamlOptions): string {
  const identity =
    options.identityFile === undefined ? [] : ['defaults:', `  identityFile: ${text(options.identityFile)}`];
  return [...identity, 'devices:', ...devices.flatMap((device) => deviceLines(device, options)), ''].join('\n');
}

/** The devices' host keys as lines of known_hosts. */
export function knownHostsOf(devices: readonly SimDevice[]): string {
  return devices
    .map((device) => `${device.port === 22 ? device.host : `[${device.host}]:${device.port}`} ${device.hostKey}\n`)
    .join('');
}
