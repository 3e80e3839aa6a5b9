import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LEVELS, type Level, Logger } from '../../bin/logger';

describe('the log', () => {
  const loggerAt = (level: Level) => {
    const lines: string[] = [];
    return { lines, log: new Logger({ level, write: (line) => lines.push(line), now: () => 0 }) };
  };

  it('writes an object a line, with time, level, message and what belongs to it', () => {
    const { lines, log } = loggerAt('info');
    log.info('Two\nlines', { clientId: 'a"b' });
    assert.deepEqual(lines, [
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"Two\\nlines","clientId":"a\\"b"}\n',
    ]);
  });

  for (const level of LEVELS) {
    it(`leaves out what is below ${level}, except what is always written`, () => {
      const { lines, log } = loggerAt(level);
      for (const each of LEVELS) log[each]('x');
      log.always('ready');
      assert.equal(lines.length, LEVELS.length - LEVELS.indexOf(level) + 1);
    });
  }

  it('tells of an error all that there is, its causes too', () => {
    const { lines, log } = loggerAt('info');
    const cause = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    log.error('It failed', new TypeError('cannot write', { cause }), { stream: 's' });
    const { error, stream } = JSON.parse(lines[0] ?? '');
    assert.equal(stream, 's');
    assert.equal(error.name, 'TypeError');
    assert.equal(error.message, 'cannot write');
    assert.match(error.stack, /logger\.test/);
    assert.equal(error.cause.code, 'ENOSPC');
    const loop = new Error('a');
    loop.cause = loop;
    log.error('x', loop);
    log.error('x', 'a text was thrown');
    assert.equal(JSON.parse(lines[2] ?? '').error, 'a text was thrown');
  });

  it('holds nothing that is to be hidden, wherever it comes from', () => {
    const { lines, log } = loggerAt('debug');
    log.hide('');
    log.hide('s"cret');
    log.error('at nats://u:s"cret@a', new Error('s"cret', { cause: new Error('a s"cret') }), {
      deep: [{ text: 's"crets"cret' }],
    });
    assert.doesNotMatch(lines.join(), /cret/);
    assert.equal(JSON.parse(lines[0] ?? '').deep[0].text, '******');
  });
});
