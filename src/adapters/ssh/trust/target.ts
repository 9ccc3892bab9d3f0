import type { DeviceEntry, SecretRef } from '../../../core/device.js';
import { Failure } from '../../../core/errors.js';
import type { SshEnvironment } from './environment.js';
import { isOfTheUser, policyOf, type TrustPolicy } from './host-trust.js';
import { knownHostsName } from './known-hosts.js';
import { expandPath, expandTokens, type TokenValues } from './path-tokens.js';

/** A private key file to try, and who named it: a missing one that the fleet file names is told. */
export interface IdentityFile {
  readonly path: string;
  readonly namedBy: 'fleet' | 'ssh-config' | 'default';
}

/** One host to log in to, with everything settled. */
export interface Target {
  readonly entry: DeviceEntry;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Hops in the words of the fleet file or of ssh_config. `fleet` ones may name devices. */
  readonly jump: { readonly hops: string; readonly from: 'device' | 'ssh-config' | 'defaults' } | undefined;
  /** A command for the local shell whose standard streams reach the host. */
  readonly proxyCommand: string | undefined;
  readonly identityFiles: readonly IdentityFile[];
  readonly identitiesOnly: boolean;
  readonly agent: string | undefined;
  /** User certificates that ssh_config names; they cannot be used. */
  readonly certificateFiles: readonly string[];
  readonly password: SecretRef | undefined;
  readonly passphrase: SecretRef | undefined;
  readonly hostKeys: TrustPolicy;
  /** Its name in known_hosts, and the one without a port. */
  readonly knownAs: string;
  readonly knownAsWithoutPort: string | undefined;
  /** The user's files, to the first of which new keys go, and the system's. */
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly connectTimeoutMs: number;
  readonly keepaliveIntervalMs: number;
  readonly keepaliveCountMax: number;
}

const defaultIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
/** So that a dead link is noticed within a minute, and NAT keeps it. */
const defaultKeepalive = { intervalMs: 15_000, countMax: 3 };
const nowhere = /^(none|NUL|\/dev\/null)$/i;

/** Settles how a device or hop is reached: its own settings, then ssh_config, then the fleet's defaults, then ours. */
export function settleTarget(
  entry: DeviceEntry,
  config: ReadonlyMap<string, readonly string[]>,
  environment: SshEnvironment,
): Target {
  const { settings: own, defaults } = entry;
  const first = (keyword: string): string | undefined => config.get(keyword)?.[0];
  const seconds = (keyword: string): number | undefined => wholeNumber(first(keyword));
  const user = own.user ?? first('user') ?? defaults.user ?? environment.localUser;
  const port = own.port ?? wholeNumber(first('port')) ?? defaults.port ?? 22;
  const host = (first('hostname') ?? '%h').replace(/%(.)/g, (whole, token) =>
    token === 'h' || token === 'n' ? entry.host : token === '%' ? '%' : whole,
  );
  const alias = first('hostkeyalias');
  const tokens: TokenValues = {
    ...environment,
    host,
    port,
    user,
    given: entry.host,
    alias: alias ?? entry.host,
    environment: environment.variables,
  };
  const path = (each: string): string => expandPath(each, tokens);
  const files = (keyword: string): readonly string[] | undefined =>
    config
      .get(keyword)
      ?.filter((each) => !nowhere.test(each))
      .map(path);
  const userFiles = files('userknownhostsfile') ?? [];
  const agent = first('identityagent') ?? 'SSH_AUTH_SOCK';
  const command = first('proxycommand');

  return {
    entry,
    host,
    port,
    user,
    jump: jumpOf(entry, first('proxyjump'), command),
    proxyCommand:
      own.jump !== undefined || command === undefined || isNone(command)
        ? undefined
        : proxyCommandOf(entry, command, tokens),
    identityFiles: identitiesOf(entry, config.get('identityfile') ?? [], path, environment.home),
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    agent: isNone(agent) ? undefined : agentOf(agent, path, environment),
    certificateFiles: (config.get('certificatefile') ?? []).filter((each) => !isNone(each)).map(path),
    password: own.password ?? defaults.password,
    passphrase: own.passphrase ?? defaults.passphrase,
    hostKeys: policyOf(
      entry,
      isStrict(first('stricthostkeychecking')) && defaults.hostKeys === 'accept-new' ? 'strict' : defaults.hostKeys,
    ),
    knownAs: alias === undefined ? knownHostsName(host, port) : alias.toLowerCase(),
    knownAsWithoutPort: alias === undefined && port !== 22 ? knownHostsName(host, 22) : undefined,
    // A file that forgets would turn `accept-new` into accepting every key.
    userKnownHosts: userFiles.length > 0 ? userFiles : environment.userKnownHosts,
    globalKnownHosts: files('globalknownhostsfile') ?? environment.globalKnownHosts,
    hashKnownHosts: first('hashknownhosts')?.toLowerCase() === 'yes',
    connectTimeoutMs:
      own.connectTimeoutMs ??
      milliseconds(seconds('connecttimeout')) ??
      defaults.connectTimeoutMs ??
      environment.connectTimeoutMs,
    keepaliveIntervalMs: milliseconds(seconds('serveraliveinterval')) ?? defaultKeepalive.intervalMs,
    keepaliveCountMax: wholeNumber(first('serveralivecountmax')) ?? defaultKeepalive.countMax,
  };
}

const isNone = (value: string): boolean => value.toLowerCase() === 'none';
const isStrict = (value: string | undefined): boolean => value?.toLowerCase() === 'yes';

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function jumpOf(entry: DeviceEntry, proxyJump: string | undefined, proxyCommand: string | undefined) {
  const { settings, defaults } = entry;
  const throughConfig = proxyJump !== undefined && !isNone(proxyJump);
  if (throughConfig && settings.jump === undefined) checkUserChoseRoute(entry, 'ProxyJump');
  const candidate =
    settings.jump !== undefined
      ? ({ hops: settings.jump, from: 'device' } as const)
      : throughConfig
        ? ({ hops: proxyJump, from: 'ssh-config' } as const)
        : proxyJump === undefined && proxyCommand === undefined && defaults.jump !== undefined
          ? ({ hops: defaults.jump, from: 'defaults' } as const)
          : undefined;
  return candidate === undefined || isNone(candidate.hops) ? undefined : candidate;
}

function identitiesOf(
  { settings, defaults }: DeviceEntry,
  fromConfig: readonly string[],
  path: (each: string) => string,
  home: string,
): readonly IdentityFile[] {
  if (settings.identityFile !== undefined) return [{ path: path(settings.identityFile), namedBy: 'fleet' }];
  if (fromConfig.length > 0) {
    const named = fromConfig.filter((each) => !isNone(each)).map(path);
    return [...new Set(named)].map((each) => ({ path: each, namedBy: 'ssh-config' }));
  }
  if (defaults.identityFile !== undefined) return [{ path: path(defaults.identityFile), namedBy: 'fleet' }];
  return defaultIdentities.map((name) => ({ path: `${home}/.ssh/${name}`, namedBy: 'default' }));
}

function agentOf(agent: string, path: (each: string) => string, environment: SshEnvironment): string | undefined {
  if (agent === 'SSH_AUTH_SOCK') return environment.agentSocket;
  return agent.startsWith('$') && !agent.startsWith('${') ? environment.variables[agent.slice(1)] : path(agent);
}

/**
 * By the host it names, a client would choose which way of ~/.ssh/config is taken, and a ProxyCommand is a program. Passing
 * over it would be worse: the address behind it may be another machine's in this network. So it is refused, and said how to go on.
 */
function checkUserChoseRoute(entry: DeviceEntry, setting: 'ProxyCommand' | 'ProxyJump'): void {
  if (isOfTheUser(entry)) return;
  throw new Failure(
    'not_allowed',
    `A ${setting} of ~/.ssh/config applies to this host, and a client added this device or changed its address.`,
    {
      hint: 'Let the user write the device into the fleet file himself (as one of his own, or with a `jump`), or name a host without it.',
      retry: 'no',
    },
  );
}

function proxyCommandOf(entry: DeviceEntry, command: string, tokens: TokenValues): string {
  checkUserChoseRoute(entry, 'ProxyCommand');
  // The command goes through a shell, so the words that it receives may hold nothing a shell understands.
  for (const word of [tokens.host, tokens.given, tokens.user, tokens.alias]) {
    if (!/^[A-Za-z0-9_.:%@[\]][A-Za-z0-9_.:%@[\]-]*$/.test(word)) {
      throw new Failure('invalid_input', 'The host or user holds characters that may not reach a ProxyCommand.', {
        hint: 'Use letters, digits and ._:%@- only.',
        retry: 'no',
      });
    }
  }
  return expandTokens(command, tokens);
}
