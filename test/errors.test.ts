import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as errors from '../src/errors';
import { type Sentence, say } from '../src/sentences';

type ErrorClass = new (words: string | Sentence, details?: errors.ReplyDetails) => errors.StreamSeaError;

const ROOT = join(__dirname, '..');

const classes = Object.entries<unknown>(errors).filter(isErrorClass);

function isErrorClass(entry: [string, unknown]): entry is [string, ErrorClass] {
  return typeof entry[1] === 'function' && entry[1].prototype instanceof errors.StreamSeaError;
}

function codesIn(text: string): string[] {
  return (text.match(/SEA_[A-Z_]+/g) ?? []).toSorted();
}

describe('the error family', () => {
  const [, union = ''] =
    /type ErrorCode =([^;]*);/.exec(readFileSync(join(ROOT, 'src/errors.ts'), 'utf8')) ?? [];
  const declared = codesIn(union);

  it('calls each error what its class is called, and gives each code one class', () => {
    const codes = classes.map(([name, AnError]) => {
      const details: [errors.ReplyDetails?] = name === 'ReplyError' ? [{ status: 500 }] : [];
      const error = new AnError('a message', ...details);
      assert.equal(error.name, name);
      assert.equal(error.message, 'a message');
      return error.code;
    });
    assert.deepEqual(codes.toSorted(), declared);
  });

  it('is explained by code in the README, all codes and no others', () => {
    const rows = readFileSync(join(ROOT, 'README.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `SEA_'));
    assert.deepEqual(codesIn(rows.map((row) => row.split('|')[1]).join()), declared);
  });

  it('keeps the cause beneath', () => {
    const cause = new Error('ECONNREFUSED');
    assert.equal(new errors.NetworkError('The server cannot be reached.', { cause }).cause, cause);
  });
});

describe('the sentence of an error', () => {
  const sentence = say('network.refused', { where: '127.0.0.1:9' });

  it('is what its message says, as data', () => {
    const error = new errors.NetworkError(sentence);
    assert.equal(error.message, 'Nobody answers at 127.0.0.1:9 (connection refused)');
    assert.deepEqual(error.sentence, sentence);
    assert.equal(new errors.NetworkError('a text').sentence, undefined);
  });

  it('stays out of what flows see of an error, its cause too', () => {
    const why = new errors.NetworkError(sentence);
    assert.deepEqual(Object.keys(why).sort(), ['code', 'name', 'retryable']);
    const missing = say('value.missing');
    const problem = { path: 'at', message: 'is missing', sentence: missing };
    assert.deepEqual(new errors.PayloadError(sentence, [problem]).cause, {
      problems: [{ path: 'at', message: 'is missing' }],
    });
    assert.deepEqual(new errors.SchemaError(sentence, [missing]).cause, { errors: ['is missing'] });
  });

  it('nests in that of another one', () => {
    assert.deepEqual(errors.reasonOf(new errors.NetworkError(sentence)), sentence);
    assert.equal(errors.reasonOf(new errors.NetworkError('a text')), 'a text');
    assert.equal(errors.reasonOf(new TypeError('no')), 'no');
    const no = (): never => assert.fail();
    const hostile = new Proxy({}, { getPrototypeOf: no, get: no });
    assert.equal(errors.reasonOf(hostile), 'object');
  });
});

describe('ReplyError', () => {
  it('can be tried again after 408, 425, 429 and 5xx, and after nothing else (P9)', () => {
    const retryable = [301, 400, 403, 404, 408, 413, 422, 425, 429, 500, 502, 503].filter(
      (status) => new errors.ReplyError('refused', { status }).retryable,
    );
    assert.deepEqual(retryable, [408, 425, 429, 500, 502, 503]);
  });

  it('carries status and lines in its cause, the one place Node-RED takes them from to msg.error', () => {
    const error = new errors.ReplyError('refused', { status: 400, errors: ['pressure should be a number'] });
    assert.deepEqual(error.cause, { status: 400, errors: ['pressure should be a number'] });
  });
});

describe('the cause that is data', () => {
  it('has a text, which is all that Node-RED shows of it in its debug sidebar', () => {
    const said = (error: Error) => String(error.cause);
    const wrong = { path: 'boiler.at', message: 'is missing' };
    const whole = { path: '', message: 'should be an object' };
    const cut = new errors.PayloadError('no', [wrong, whole]);
    assert.equal(said(cut), 'boiler.at is missing; should be an object');
    assert.equal(said(new errors.SchemaError('no', [say('value.missing')])), 'is missing');
    assert.equal(said(new errors.ReplyError('no', { status: 400, errors: ['a', 'b'] })), 'status 400: a; b');
    assert.equal(said(new errors.ReplyError('no', { status: 503 })), 'status 503');
    assert.deepEqual(structuredClone(cut.cause), { problems: [wrong, whole] });
  });

  it('has a text where there are no lines: an empty one was shown, and what is in it must be there all the same', () => {
    const { cause, problems } = new errors.PayloadError('too large');
    assert.deepEqual([String(cause), cause, problems], ['too large', { problems: [] }, []]);
    const { cause: schema } = new errors.SchemaError({ key: 'engine.closed', values: {} });
    assert.deepEqual(schema, { errors: [] });
    assert.notEqual(String(schema), '');
  });

  it('is what was given, whatever that is, and not there for nothing', () => {
    assert.ok(!Object.hasOwn(new errors.SettingError('no', { cause: undefined }), 'cause'));
    const no = (): never => assert.fail();
    for (const cause of ['', [], null, new Proxy({}, { get: no })]) {
      assert.equal(new errors.AbortedError('given up', { cause }).cause, cause);
    }
  });

  it('says what has failed of a list where nothing else does', () => {
    const failure = (index: number) => ({ index, error: new errors.SettingError(`no ${index}`) });
    const said = (error: errors.StreamSeaError, count: number) => {
      const { cause } = errors.withFailures(
        error,
        Array.from({ length: count }, (_, index) => failure(index)),
      );
      assert.equal(Object(cause).failures.length, count);
      return String(cause);
    };
    assert.equal(said(new errors.SettingError('not all'), 2), '[0]: no 0; [1]: no 1');
    assert.equal(said(new errors.PayloadError('not all'), 1), '[0]: no 0');
    assert.equal(said(new errors.SettingError('not all', { cause: new AggregateError([]) }), 1), '[0]: no 0');
    assert.ok(said(new errors.SettingError('not all'), 500).length < 1_000);
  });
});

describe('codeOf', () => {
  it('finds none where there is none', () => {
    assert.equal(errors.codeOf(Object.assign(new Error(), { code: 'ECONNRESET' })), 'ECONNRESET');
    for (const thrown of ['ECONNRESET', new Error('x'), Object.assign(new Error(), { code: 7 })])
      assert.equal(errors.codeOf(thrown), '');
  });
});

describe('messageOf', () => {
  it('is the text of anything thrown', () => {
    assert.equal(errors.messageOf(new TypeError('no')), 'no');
    assert.equal(errors.messageOf(new TypeError()), 'TypeError');
    assert.equal(errors.messageOf('a text'), 'a text');
    assert.equal(errors.messageOf(undefined), 'undefined');
    assert.equal(errors.messageOf(Object.create(null)), 'object');
  });
});
