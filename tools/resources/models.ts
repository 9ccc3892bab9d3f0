import { modelsProbe } from '../../src/core/ai/model-files/list-probe.js';
import { modelsFound, rowOf, shownModels } from '../../src/core/ai/model-files/model-data.js';
import type { DeviceResource } from '../../src/ports/resource.js';
import { modelUsers } from '../models-here.js';

/** The model files of a device. */
export const modelsResource: DeviceResource = {
  path: 'ai/models',
  name: 'models',
  title: 'Model files',
  description:
    'Model files on the disk, the largest first, with source, hash and what uses them. Folders of your own: model_list.',
  like: ['model_list'],
  async read(device, call) {
    const { signal } = call;
    const [disk, users] = await Promise.all([device.ask(modelsProbe([]), signal), modelUsers(device, signal)]);
    const found = modelsFound(disk, {});
    const rows = found.map((model) => rowOf(model, { users: users ?? [], board: disk.board }, {}));
    // Free room changes all the time, and is not news of the models.
    const { freeBytes: _, ...data } = shownModels(disk, { found, rows, usersKnown: users !== undefined });
    return data;
  },
};
