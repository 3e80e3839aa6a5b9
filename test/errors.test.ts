import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as errors from '../src/errors';

type ErrorClass = new (message: string, details: errors.ReplyDetails) => errors.StreamSeaError;

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
      const error = new AnError('a message', { status: 500 });
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

describe('messageOf', () => {
  it('is the text of anything thrown', () => {
    assert.equal(errors.messageOf(new TypeError('no')), 'no');
    assert.equal(errors.messageOf(new TypeError()), 'TypeError');
    assert.equal(errors.messageOf('a text'), 'a text');
    assert.equal(errors.messageOf(undefined), 'undefined');
  });
});
