import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { beginsAsPage, kindOf, readText } from '../../../src/client/http/answer';
import { Secrets } from '../../../src/client/identity/secrets';
import { NetworkError, ProtocolError } from '../../../src/errors';
import { type Answer, type RawServer, startRawServer } from '../../support/network/raw-server';

const TEXT = JSON.stringify({ text: 'x'.repeat(500) });

describe('client/answer', () => {
  let server: RawServer;

  beforeEach(async () => {
    server = await startRawServer();
  });

  async function answerOf(answer: Answer): Promise<IncomingMessage> {
    server.answer = () => answer;
    const [response] = await once(get(server.url, { agent: false }), 'response');
    return response;
  }

  async function read(answer: Answer, limit = 1_000): Promise<string> {
    const secrets = new Secrets({ clientId: 'gauge', clientSecret: 'gauge-secret' });
    return readText(await answerOf(answer), { where: 'here:80', limit, secrets });
  }

  const encodings: Readonly<Record<string, [encoding: string, body: Buffer]>> = {
    gzip: ['gzip', gzipSync(TEXT)],
    'gzip by its old name, in capitals': [' X-GZIP', gzipSync(TEXT)],
    deflate: ['deflate', deflateSync(TEXT)],
    'deflate without its head, as some send it': ['deflate', deflateRawSync(TEXT)],
    none: ['identity', Buffer.from(TEXT)],
    'none, by no name': ['', Buffer.from(TEXT)],
  };
  for (const [what, [encoding, body]] of Object.entries(encodings)) {
    it(`is read in an encoding: ${what}`, async () => {
      assert.equal(await read({ headers: { 'content-encoding': encoding }, body }), TEXT);
    });
  }

  it('is empty, whatever encoding an empty one is said to have', async () => {
    assert.equal(await read({ headers: { 'content-encoding': 'br' } }), '');
  });

  it('is refused in an encoding that nobody asked for, or that is broken', async () => {
    for (const encoding of ['br', 'zstd', 'constructor', 'gzip, gzip', 'gzip', 'deflate']) {
      const broken = read({ headers: { 'content-encoding': encoding }, body: 'x' });
      await assert.rejects(broken, ProtocolError);
    }
  });

  it('is refused when it is too large, before or after decoding', async () => {
    const large = 'x'.repeat(1_001);
    await assert.rejects(read({ body: large }), /here:80 answers with more than 1000 bytes/);
    const headers = { 'content-encoding': 'gzip' };
    await assert.rejects(read({ headers, body: gzipSync(large) }), /more than 1000 bytes/);
    assert.equal((await read({ body: large }, 1_001)).length, 1_001);
  });

  it('that breaks off is a failure of the network', async () => {
    await assert.rejects(read('half'), NetworkError);
  });

  it('says by its type whether it is a page, JSON or neither', async () => {
    for (const [type, kind] of [
      ['text/html', 'page'],
      ['TEXT/HTML;charset=utf-8', 'page'],
      ['application/xhtml+xml', 'page'],
      ['application/json', 'json'],
      ['application/problem+json; charset=utf-8', 'json'],
      ['text/plain', 'unknown'],
      ['application/octet-stream', 'unknown'],
    ]) {
      assert.equal(kindOf(await answerOf({ headers: { 'content-type': type } })), kind, type);
    }
    assert.equal(kindOf(await answerOf({})), 'unknown');
  });

  it('begins as a page does, as none does, or not yet', () => {
    for (const text of ['<html>', '<!doctype html>', '\uFEFF\r\n <?xml version="1.0"?>']) {
      assert.equal(beginsAsPage(text), true);
    }
    for (const text of ['{}', 'OK', '"<html>"', '\u001f\ufffd']) assert.equal(beginsAsPage(text), false);
    for (const text of ['', ' \r\n\t', '\uFEFF']) assert.equal(beginsAsPage(text), undefined);
  });
});
