import assert from 'node:assert/strict';
import type { Permit } from '../../../../src/client/publish/health';
import { barOf } from '../../../../src/client/publish/lines/bar';
import { CredentialsError, ExpiredError } from '../../../../src/errors';
import { Bench, entry } from './line-bench';

describe('what bars a request', () => {
  const permit = (why?: CredentialsError): Permit => ({
    ...{ barred: () => why, answered() {}, failed() {}, unused() {} },
  });

  it('is what bars all, or that one of its messages is too old', () => {
    const [refused, old] = [new CredentialsError('no'), new ExpiredError('old')];
    const expired = ({ text }: { text: string }) => (text === 'b' ? old : undefined);
    assert.equal(barOf([entry('a'), entry('b')], permit(refused), expired)(), refused);
    assert.equal(barOf([entry('a'), entry('b')], permit(), expired)(), old);
    assert.equal(barOf([entry('a')], permit(), expired)(), undefined);
  });

  it('is asked a second time where a socket broke with its messages: the server may have them', async () => {
    const bench = new Bench();
    const a = entry('a');
    bench.publish(a);
    assert.equal(a.doubtful, undefined);
    bench.barredNow();
    assert.equal(a.doubtful, true);
  });
});
