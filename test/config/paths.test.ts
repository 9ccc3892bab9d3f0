import { describe, expect, it } from '@jest/globals';
import { configFolder, defaultFleetFile, hasHome, namedFile, type Machine } from '../../config/paths.js';

const unix = (platform: string, env: Machine['env'] = {}): Machine => ({
  platform,
  env,
  home: '/users/ada',
  cwd: '/tmp/x',
});
const windows = (env: Machine['env'] = {}): Machine => ({
  platform: 'win32',
  env,
  home: 'C:\\Users\\ada',
  cwd: 'D:\\work',
});
const xdg = { XDG_CONFIG_HOME: '/cfg' };
const library = '/users/ada/Library/Application Support/jetfleet';

describe('the places of files', () => {
  it.each<[string, Machine, string, string]>([
    ['Linux', unix('linux'), '/users/ada/.config/jetfleet', '/'],
    ['Linux with XDG folders', unix('linux', xdg), '/cfg/jetfleet', '/'],
    ['Linux with relative XDG folders', unix('linux', { XDG_CONFIG_HOME: 'cfg' }), '/users/ada/.config/jetfleet', '/'],
    ['macOS', unix('darwin', xdg), library, '/'],
    ['Windows', windows(), 'C:\\Users\\ada\\AppData\\Roaming\\jetfleet', '\\'],
    ['Windows with moved folders', windows({ APPDATA: 'E:\\Roaming' }), 'E:\\Roaming\\jetfleet', '\\'],
  ])('are those of %s', (_name, machine, config, separator) => {
    expect(configFolder(machine)).toBe(config);
    expect(defaultFleetFile(machine)).toBe(`${config}${separator}fleet.yaml`);
  });

  it.each([
    ['/users/ada', 'linux', true],
    ['ada', 'linux', false],
    ['', 'darwin', false],
    ['C:\\Users\\ada', 'win32', true],
    ['Users\\ada', 'win32', false],
  ])('need a home with a full path: %j on %s', (home, platform, good) => {
    expect(hasHome({ ...unix(platform), home })).toBe(good);
  });

  it.each<[string, Machine, string]>([
    ['~/fleet.yaml', unix('linux'), '/users/ada/fleet.yaml'],
    ['fleet.yaml', unix('darwin'), '/tmp/x/fleet.yaml'],
    ['/etc/fleet.yaml', unix('linux'), '/etc/fleet.yaml'],
    ['~/fleet.yaml', windows(), 'C:\\Users\\ada\\fleet.yaml'],
    ['~\\fleet.yaml', windows(), 'C:\\Users\\ada\\fleet.yaml'],
    ['fleet.yaml', windows(), 'D:\\work\\fleet.yaml'],
  ])('makes a full path of %s', (path, machine, full) => expect(namedFile(path, machine)).toBe(full));
});
