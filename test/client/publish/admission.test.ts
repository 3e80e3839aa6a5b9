import assert from 'node:assert/strict';
import { Admission, type AdmissionOptions } from '../../../src/client/publish/admission';
import type { Entry } from '../../../src/client/publish/entry';
import { AbortedError, OfflineError, PayloadError, QueueFullError } from '../../../src/errors';
import { FakeClock } from '../../support/clock';

const nobody = { ended() {} };

describe('Admission', () => {
  const clock = new FakeClock(5);
  const admission = (more: Partial<AdmissionOptions> = {}): Admission =>
    new Admission({
      ...{ clock, schemas: { fit: (_stream, _mode, made) => made }, retry: true },
      ...{ refusal: () => undefined, makeRoom() {}, givenUp() {} },
      ...more,
    });

  it('makes a message an entry: its JSON as it is now', () => {
    const message = { pressure: 1 };
    const entry = admission().admit('boiler', message, {}, nobody);
    message.pressure = 2;
    const { stream, text, since, stage, check, checked, batch, patient } = entry;
    assert.deepEqual(
      { stream, text, since, stage },
      { stream: 'boiler', text: '{"pressure":1}', since: 5, stage: 'ready' },
    );
    assert.deepEqual(
      { check, checked, batch, patient },
      { check: undefined, checked: false, batch: true, patient: true },
    );
    assert.equal(entry.publication, nobody, 'where nothing limits it');
  });

  it('leaves the check to the line where no schema is at hand', () => {
    const schemas = { fit: () => undefined };
    const { check, checked } = admission({ schemas }).admit('boiler', {}, { check: 'types' }, nobody);
    assert.deepEqual({ check, checked }, { check: 'types', checked: true });
  });

  it('looks at no message that is not taken, and makes no room for one that is no JSON', () => {
    const refusal = () => new OfflineError('gone');
    const secret = { toJSON: () => assert.fail('was looked at') };
    assert.throws(() => admission({ refusal }).admit('boiler', secret, {}, nobody), OfflineError);
    const makeRoom = () => assert.fail('made room');
    assert.throws(() => admission({ makeRoom }).admit('boiler', Number.NaN, {}, nobody), PayloadError);
  });

  it('waits for nobody where there is no room', () => {
    const makeRoom = () => {
      throw new QueueFullError('full');
    };
    assert.throws(() => admission({ makeRoom }).admit('boiler', 1, { timeout: 10 }, nobody), QueueFullError);
    assert.equal(clock.pending, 0);
  });

  it('tells which entry was given up', async () => {
    const given: Entry[] = [];
    const entry = admission({ givenUp: (which) => given.push(which) }).admit(
      'boiler',
      1,
      { timeout: 10 },
      nobody,
    );
    await clock.advance(10);
    assert.deepEqual(given, [entry]);
  });

  it('takes none that was given up as it was read, or as room was made for it', () => {
    const reading = new AbortController();
    const message = {
      get pressure() {
        reading.abort();
        return 1;
      },
    };
    const { signal } = reading;
    assert.throws(() => admission().admit('boiler', message, { signal }, nobody), AbortedError);
    const room = new AbortController();
    const making = admission({ makeRoom: () => room.abort() });
    assert.throws(() => making.admit('boiler', 1, { signal: room.signal }, nobody), AbortedError);
  });
});
