import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { LazyLogger } from '../../../src/adapters/logging/lazy-logger.js';
import { Redactor } from '../../../src/core/redact.js';
import { type LogLevel, logLevels } from '../../../src/ports/logger.js';

function logger(level: LogLevel) {
  const stream = new PassThrough();
  const redactor = new Redactor();
  const log = new LazyLogger({ level, redact: (text) => redactor.redact(text), stream });
  const lines = async (): Promise<string[]> => {
    await log.flush();
    return String(stream.read() ?? '')
      .split('\n')
      .filter((line) => line !== '');
  };
  return { log, lines, redactor };
}

describe('LazyLogger', () => {
  it.each(logLevels)('lets through what is as grave as %s, in order', async (level) => {
    const { log, lines } = logger(level);
    for (const each of logLevels) log.log(each, `an event of ${each}`);
    const kept = logLevels.slice(0, logLevels.indexOf(level) + 1);
    expect((await lines()).map((line) => line.split(' ')[1])).toEqual(kept);
  });

  it('writes one line per event with its facts, whatever they hold', async () => {
    const { log, lines } = logger('info');
    log.log('info', 'two\nlines', { device: 'nano-01', text: 'a\nb', error: new Error('broken', { cause: 'cable' }) });
    const [line, ...more] = await lines();
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z info two lines \{"device":"nano-01","text":"a\\nb","error":\{"stack":"Error: broken.*"cause":"cable"\}\}$/,
    );
  });

  it('takes secrets out of everything', async () => {
    const { log, lines, redactor } = logger('debug');
    redactor.add('hunter"2');
    log.log('warn', 'password is hunter"2', { nested: { list: ['hunter"2'] } });
    const text = (await lines()).join('\n');
    expect(text).not.toMatch(/hunter/);
    expect(text).toContain('[redacted]');
  });

  it('says nothing, and loads nothing, below its level', async () => {
    const { log, lines } = logger('error');
    log.log('debug', 'x');
    expect(await lines()).toEqual([]);
  });
});
