import { describe, expect, it } from '@jest/globals';
import { configFolder, dataFolder, defaultFleetFile, hasHome, namedFile, type Machine } from '../../config/paths.js';

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
const roaming = { APPDATA: 'E:\\Roaming', LOCALAPPDATA: 'E:\\Local' };
const xdg = { XDG_CONFIG_HOME: '/cfg', XDG_DATA_HOME: '/dat' };
const library = '/users/ada/Library/Application Support/jetfleet';

describe('the places of files', () => {
  it.each<[string, Machine, string, string, string]>([
    ['Linux', unix('linux'), '/users/ada/.config/jetfleet', '/users/ada/.local/share/jetfleet', '/'],
    ['Linux with XDG folders', unix('linux', xdg), '/cfg/jetfleet', '/dat/jetfleet', '/'],
    [
      'Linux with relative XDG folders',
      unix('linux', { XDG_CONFIG_HOME: 'cfg', XDG_DATA_HOME: '' }),
      '/users/ada/.config/jetfleet',
      '/users/ada/.local/share/jetfleet',
      '/',
    ],
    ['macOS', unix('darwin', xdg), library, library, '/'],
    [
      'Windows',
      windows(),
      'C:\\Users\\ada\\AppData\\Roaming\\jetfleet',
      'C:\\Users\\ada\\AppData\\Local\\jetfleet',
      '\\',
    ],
    ['Windows with moved folders', windows(roaming), 'E:\\Roaming\\jetfleet', 'E:\\Local\\jetfleet', '\\'],
  ])('are those of %s', (_name, machine, config, data, separator) => {
    expect(configFolder(machine)).toBe(config);
    expect(dataFolder(machine)).toBe(data);
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
