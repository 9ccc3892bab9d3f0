import { z } from 'zod';
import { catalogRow, catalogRows } from '../../src/core/ai/catalog-rows.js';
import { engineName } from '../../src/core/ai/engines.js';
import { Failure } from '../../src/core/errors.js';
import { present } from '../../src/core/linux/present.js';
import { dataChars, firstThatFit } from '../../src/core/probes/fitting.js';
import type { Call, Member } from '../../src/ports/tool.js';
import { grepArg, limitArg } from '../args.js';
import { BaseFleetTool } from '../base-tool.js';

const input = z.strictObject({
  find: grepArg.optional().describe('Text in a model or repository.'),
  engine: engineName.optional(),
  ramGB: z.number().min(1).max(1024).optional().describe('What fits a board of this size.'),
  limit: limitArg(15, 100),
  after: z.string().max(64).optional().describe('`next` of an earlier answer.'),
});

const output = z.object({
  total: z.number().describe('Models that fit the question.'),
  models: z.array(catalogRow),
  own: z.string().describe("The user's catalog file, which can add images and models."),
  problems: z.array(z.string()).optional(),
  next: z.string().optional().describe('Give it as `after` for the rest.'),
});

/** Lists the models that the catalog knows, with every stored form. */
export class AiCatalog extends BaseFleetTool<typeof input, typeof output> {
  override readonly spec = {
    name: 'ai_catalog',
    area: 'ai',
    title: 'Models and engines',
    description:
      'Models with their quantisations, sizes, least memory and the engines that load them. Asks no device; ai_match tells which device can hold one.',
    effect: 'read',
    withoutSelector: 'none',
    input,
    output,
  } as const;

  override async readAll(
    { limit, after, ...wish }: z.output<typeof input>,
    _members: readonly Member[],
    { userCatalog }: Call,
  ): Promise<z.output<typeof output>> {
    const { additions, problems } = await userCatalog.current();
    const rows = catalogRows(additions, wish);
    const start = after === undefined ? 0 : rows.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) {
      throw new Failure('invalid_input', '`after`: no model of that id is among those asked for.', {
        hint: 'Leave out `after` to begin with the first model.',
        retry: 'no',
      });
    }
    const told = problems
      .slice(0, 5)
      .map(({ line, field, message, fix }) =>
        [line === undefined ? '' : `line ${line}:`, field, message, fix].filter((word) => word !== '').join(' '),
      );
    const models = firstThatFit(rows.slice(start, start + limit), dataChars - 1500);
    return present({
      total: rows.length,
      models,
      own: userCatalog.path(),
      problems: told.length === 0 ? undefined : told,
      next: start + models.length < rows.length ? models.at(-1)?.id : undefined,
    });
  }
}
