import { posix, win32, type PlatformPath } from 'node:path';
import { expandHome } from '../src/core/home-path.js';

/** What the places of files depend on. */
export interface Machine {
  /** As process.platform has it. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
}

function pathsOf(machine: Machine): PlatformPath {
  return machine.platform === 'win32' ? win32 : posix;
}

/** A folder that a variable names. Relative ones count for nothing, as the XDG specification says. */
function fromVariable(machine: Machine, name: string): string | undefined {
  const folder = machine.env[name];
  return folder !== undefined && pathsOf(machine).isAbsolute(folder) ? folder : undefined;
}

/** Whether the user's home is a full path; from any other, files would land below the working folder. */
export function hasHome(machine: Machine): boolean {
  return pathsOf(machine).isAbsolute(machine.home);
}

/** The folder for what the user writes: the fleet file and the policy. */
export function configFolder(machine: Machine): string {
  const join = (...parts: string[]): string => pathsOf(machine).join(...parts);
  const { home, platform } = machine;
  if (platform === 'win32')
    return join(fromVariable(machine, 'APPDATA') ?? join(home, 'AppData', 'Roaming'), 'jetfleet');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'jetfleet');
  return join(fromVariable(machine, 'XDG_CONFIG_HOME') ?? join(home, '.config'), 'jetfleet');
}

/** The folder for what jetfleet itself keeps from run to run: consents, unfinished changes, the audit log. */
export function stateFolder(machine: Machine): string {
  const join = (...parts: string[]): string => pathsOf(machine).join(...parts);
  const { home, platform } = machine;
  if (platform === 'win32')
    return join(fromVariable(machine, 'LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'jetfleet', 'state');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'jetfleet', 'state');
  return join(fromVariable(machine, 'XDG_STATE_HOME') ?? join(home, '.local', 'state'), 'jetfleet');
}

/** The folder for data that is worth a backup; apart from the state folder, so that one accident does not take both. */
export function dataFolder(machine: Machine): string {
  const join = (...parts: string[]): string => pathsOf(machine).join(...parts);
  const { home, platform } = machine;
  if (platform === 'win32')
    return join(fromVariable(machine, 'LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'jetfleet', 'data');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'jetfleet', 'data');
  return join(fromVariable(machine, 'XDG_DATA_HOME') ?? join(home, '.local', 'share'), 'jetfleet');
}

/** Where the policy file is when the user has not named one. */
export function defaultPolicyFile(machine: Machine): string {
  return pathsOf(machine).join(configFolder(machine), 'policy.yaml');
}

/** Where the user's additions to the catalog are. */
export function catalogFile(machine: Machine): string {
  return pathsOf(machine).join(configFolder(machine), 'catalog.yaml');
}

/** Where the fleet file is when the user has not named one. */
export function defaultFleetFile(machine: Machine): string {
  return pathsOf(machine).join(configFolder(machine), 'fleet.yaml');
}

/** The full path of a file the user named: `~` is their home, and what is relative starts at the working folder. */
export function namedFile(path: string, machine: Machine): string {
  return pathsOf(machine).resolve(machine.cwd, expandHome(path, machine.home));
}
