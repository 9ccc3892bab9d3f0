import type { DeviceFacts } from '../device.js';
import { boardOf, type Board } from '../jetson/board.js';
import { releaseOf } from '../jetson/releases.js';
import { parseTegraRelease, type TegraRelease } from '../jetson/tegra-release.js';
import { parseMeminfo } from '../linux/meminfo.js';
import { present } from '../linux/present.js';
import { defineProbe, file, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';

/** Files that tell what a board is; no program is run for them. */
export const identityReads = {
  release: file('/etc/nv_tegra_release'),
  compatible: file('/proc/device-tree/compatible'),
  model: file('/proc/device-tree/model'),
  serial: file('/proc/device-tree/serial-number'),
  bootControl: file('/etc/nv_boot_control.conf'),
  hostname: file('/proc/sys/kernel/hostname'),
  meminfo: file('/proc/meminfo'),
};

export interface Identity {
  readonly facts: DeviceFacts;
  readonly board: Board;
  readonly release: TegraRelease;
  /** The device tree's label, which vendors and releases change at will. */
  readonly model?: string | undefined;
}

const plain = (text: string): string | undefined => {
  const name = cleanName(text.replaceAll('\0', ' '));
  return name === '' ? undefined : name;
};

/** What the identity files say. Of a host that is no Jetson only the host name is known. */
export function identityOf(answers: Answers<typeof identityReads>): Identity {
  const release = parseTegraRelease(answers.release.text);
  const totalBytes = parseMeminfo(answers.meminfo.text).values.get('MemTotal');
  const board = boardOf(answers.compatible.text, answers.bootControl.text, totalBytes);
  const facts = present({
    module: board.module?.slug,
    soc: board.soc,
    l4t: release.l4t,
    jetpack: release.l4t === undefined ? undefined : releaseOf(release.l4t)?.jetpack,
    serial: plain(answers.serial.text),
    hostname: plain(answers.hostname.text),
  });
  return present({ facts, board, release, model: plain(answers.model.text) });
}

/** Who a device is: the facts that selectors use. Cheap enough to ask at every connection. */
export const identityProbe = defineProbe({
  name: 'identity',
  reads: identityReads,
  parse: (answers: Answers<typeof identityReads>): DeviceFacts => identityOf(answers).facts,
});
