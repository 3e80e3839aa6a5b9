import assert from 'node:assert/strict';
import catalogue from '../nodes/stream-sea-server/locales/en-US/stream-sea-server.json';
import { SENTENCES } from '../src/sentences';

describe('the sentences', () => {
  it('stand in the catalogue word for word, for translators', () => {
    const texts = Object.entries(catalogue.sentence).flatMap(([group, sentences]) =>
      Object.entries(sentences).map(([key, text]) => [`${group}.${key}`, text]),
    );
    assert.deepEqual(Object.fromEntries(texts), SENTENCES);
  });
});
