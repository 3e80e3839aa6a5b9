/** `stream-sea-in`: subscribes; one message out for each delivery. With an input, controlled by messages. */

import type { Node, NodeAPI, NodeDef, NodeStatus } from 'node-red';
import { type Delivery, SettingError, StreamSeaError } from '../../src/index';
import { translator } from '../shared/catalogue';
import { onInput, type Send } from '../shared/input';
import { ServerLease } from '../shared/lease';
import { MessageIds } from '../shared/message-ids';
import { Properties } from '../shared/properties';
import { wordsOf } from '../shared/sentence.config';
import { failure, progress, StatusLine } from '../shared/status';
import { translatedError } from '../shared/translated-error';
import { type Control, deliveryOf, parseControl } from './control';
import { DELIVERY, IN_DEFAULTS } from './stream-sea-in.config';
import { NodeSubscriptions } from './subscriptions';

export = (RED: NodeAPI): void => {
  const t = translator(RED);

  function InNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, IN_DEFAULTS);
    const stream = properties.text('stream');
    const controlled = properties.number('inputs', 0) > 0;
    const settings = readDelivery(properties);
    const problem =
      properties.problem ??
      settings.problem ??
      (stream === '' && !controlled ? new SettingError(t('error.noStreamSet')) : undefined);
    const lease = new ServerLease(RED, properties.text('server'), problem);
    const ids = new MessageIds();
    const subscriptions =
      lease.problem === undefined
        ? new NodeSubscriptions(lease, {
            message: (payload, topic) => this.send({ topic, payload, _msgid: ids.next() }),
            failed: (error, topic) => this.error(translatedError(error, t), { topic }),
            changed: () => status.update(),
          })
        : undefined;
    const status = new StatusLine(this, lease, { t, whenReady });
    const leave = lease.traffic.join(() => subscriptions?.progress(this.id) ?? []);
    if (stream !== '') subscriptions?.add(stream, settings.delivery);

    function whenReady(): NodeStatus | undefined {
      if (subscriptions === undefined) return undefined;
      if (subscriptions.failure !== undefined) return failure(wordsOf(subscriptions.failure, t));
      if (subscriptions.pending) return progress('yellow', t('status.subscribing'));
      return subscriptions.size === 0 ? progress('grey', t('status.noSubscriptions')) : undefined;
    }

    function control(command: Control): void {
      switch (command.action) {
        case 'connect':
          lease.client.connect();
          break;
        case 'disconnect':
          lease.client.disconnect();
          break;
        case 'subscribe':
          for (const { stream: wanted, delivery } of command.wanted) subscriptions?.add(wanted, delivery);
          break;
        case 'unsubscribe':
          for (const unwanted of command.streams) subscriptions?.remove(unwanted);
          break;
        case 'unsubscribeAll':
          subscriptions?.clear();
          break;
        case 'subscriptions':
      }
    }

    onInput(this, t, async (message, send: Send) => {
      if (lease.problem !== undefined) throw lease.problem;
      const command = parseControl(message, settings.delivery, t);
      control(command);
      if (command.action !== 'subscriptions') return;
      send(Object.assign(message, { topic: 'subscriptions', payload: subscriptions?.report() ?? [] }));
    });

    this.on('close', () => {
      status.close();
      leave();
      subscriptions?.clear();
      lease.release();
    });
  }

  function readDelivery(properties: Properties<typeof IN_DEFAULTS>): {
    delivery: Delivery;
    problem?: StreamSeaError;
  } {
    try {
      return { delivery: deliveryOf(properties.choice('delivery', DELIVERY), properties.text('group'), t) };
    } catch (error) {
      if (!(error instanceof StreamSeaError)) throw error;
      return { delivery: { type: 'every' }, problem: error };
    }
  }

  RED.nodes.registerType('stream-sea-in', InNode);
};
