import assert from 'node:assert/strict';
import {
  type ServerSubscription,
  ServerSubscriptions,
} from '../../../src/client/connection/server-subscriptions';
import { Secrets } from '../../../src/client/identity/secrets';
import { ProtocolError } from '../../../src/errors';
import type { SubscriptionReply } from '../../../src/protocol/frames';

const connection = {};

describe('ServerSubscriptions', () => {
  let heard: string[];
  let subscriptions: ServerSubscriptions;
  beforeEach(() => {
    heard = [];
    subscriptions = new ServerSubscriptions(new Secrets({ clientId: 'gauge', clientSecret: 'hushhush' }));
  });

  const listener = (stream: string): ServerSubscription => ({
    stream,
    answered: (by) => heard.push(`${stream} answered ${by === connection}`),
    refused: (error, by) => heard.push(`${stream} refused ${by === connection}: ${error.message}`),
    delivered: (message) => heard.push(`${stream} ${JSON.stringify(message)}`),
  });
  const route = (reply: Partial<SubscriptionReply>): boolean =>
    subscriptions.route({ id: 2, action: 'subscription', refuses: false, ...reply }, connection);

  it('has consecutive ids behind that of the authentication (P21), each with its listener', () => {
    const ids = [subscriptions.add(listener('a')), subscriptions.add(listener('b'))];
    assert.deepEqual(ids, [2, 3]);
    for (const id of ids) assert.equal(route({ id }), false);
    assert.equal(route({ id: 3, payload: 1 }), true);
    assert.deepEqual(heard, ['a answered true', 'b answered true', 'b 1']);
  });

  it('takes the first reply for the answer, even one with a payload', () => {
    subscriptions.add(listener('a'));
    assert.equal(route({ payload: 1 }), false);
    assert.equal(route({ payload: 2 }), true);
    assert.deepEqual(heard, ['a answered true', 'a 2']);
  });

  it('hides secrets in the reason of a refusal', () => {
    subscriptions.add(listener('a'));
    route({ refuses: true, error: 'hushhush is not let in' });
    assert.match(heard[0] ?? '', /^a refused true: .*is not let in/);
    assert.doesNotMatch(heard[0] ?? '', /hushhush/);
  });

  it('says what is of no use: an id of nobody, no payload, a refusal that comes late', () => {
    subscriptions.add(listener('a'));
    route({});
    for (const reply of [{ id: 9 }, {}, { refuses: true }]) assert.throws(() => route(reply), ProtocolError);
    assert.deepEqual(heard, ['a answered true']);
  });
});
