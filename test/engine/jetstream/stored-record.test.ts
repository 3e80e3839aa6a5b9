import assert from 'node:assert/strict';
import { decodeRecord, encodeRecord } from '../../../src/engine/jetstream/stored-record';

describe('engine/jetstream/stored-record', () => {
  it('gives back key and value, and of what was removed the key', () => {
    for (const record of [
      { key: ['client', 'a.b 水\n'], value: '{"n":9007199254740993}' },
      { key: ['', ''], value: '' },
      { key: ['jail', 'a'], value: undefined },
    ]) {
      assert.deepEqual(decodeRecord(encodeRecord(record)), record);
    }
  });

  it('knows what is none', () => {
    for (const body of ['', 'x', 'null', '{}', '1', '["a"]', '[[1],"x"]']) {
      assert.equal(decodeRecord(Buffer.from(body)), undefined, body);
    }
  });
});
