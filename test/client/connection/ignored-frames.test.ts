import assert from 'node:assert/strict';
import { IgnoredFrames } from '../../../src/client/connection/ignored-frames';
import { Secrets } from '../../../src/client/identity/secrets';
import { ProtocolError } from '../../../src/errors';
import { parseServerFrame } from '../../../src/protocol/frames';
import { inEnglish, say } from '../../../src/sentences';

const SECRET = 'swordfish-in-a-frame';

describe('IgnoredFrames', () => {
  let told: string[];
  let ignored: IgnoredFrames;
  beforeEach(() => {
    told = [];
    ignored = new IgnoredFrames({
      where: 'ws://sea',
      secrets: new Secrets({ clientId: 'gauge', clientSecret: SECRET }),
      problem: (error) => told.push(error.message),
    });
  });

  function thrownBy(text: string): unknown {
    try {
      parseServerFrame(text);
    } catch (thrown) {
      return thrown;
    }
    return assert.fail(`${text} is a frame`);
  }

  it('tells of each kind once', () => {
    for (const text of ['{"id":"1"}', '{"id":"2"}', '[]', '[1]']) ignored.add(thrownBy(text), text, false);
    assert.equal(told.length, 2);
    assert.match(told[0] ?? '', /ws:\/\/sea/);
  });

  it('holds what might have been an answer, until that has come', () => {
    const error = new ProtocolError(say('protocol.binary'));
    ignored.add(error, undefined, true);
    assert.deepEqual(told, []);
    assert.equal(inEnglish(ignored.unsaid ?? ''), error.message);
    ignored.tellUnsaid();
    assert.equal(told.length, 1);
  });

  it('quotes nothing of a secret, not half of it', () => {
    const text = `{"id":1,"action":"${SECRET}"}`;
    ignored.add(thrownBy(text), text, false);
    assert.equal(told.length, 1);
    assert.doesNotMatch(told[0] ?? '', /swordf/);
  });
});
