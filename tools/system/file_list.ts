import { z } from 'zod';
import { Failure } from '../../src/core/errors.js';
import { folderData, folderRows, usualRows, type Folder } from '../../src/core/folder-rows.js';
import type { Device } from '../../src/ports/fleet.js';
import type { Call } from '../../src/ports/tool.js';
import { limitArg, pathArg } from '../args.js';
import { BaseReadTool } from '../base-tool.js';

const input = z.strictObject({ path: pathArg, limit: limitArg(usualRows, 1000) });

/** Lists one folder. */
export class FileList extends BaseReadTool<typeof input, typeof folderData> {
  override readonly spec = {
    name: 'file_list',
    area: 'system',
    title: 'List a folder',
    description:
      'Entries of a folder by name, with kind, size, mode, owner and time. For what fills a disk use system_storage.',
    effect: 'read',
    input,
    output: folderData,
  } as const;

  override async read({ path, limit }: z.output<typeof input>, device: Device, { signal }: Call): Promise<Folder> {
    const { files } = device;
    const target = await files.realPath(path, signal);
    const { kind } = await files.stat(target, signal);
    if (kind !== 'directory')
      throw new Failure('invalid_input', 'That path is not a folder.', {
        hint: 'file_read reads a file.',
        retry: 'no',
      });
    // One more than is shown tells that there are more.
    return folderRows(target, await files.list(target, limit + 1, signal), limit);
  }
}
