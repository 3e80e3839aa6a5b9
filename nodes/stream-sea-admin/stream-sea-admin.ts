/** `stream-sea-admin`: makes, changes and deletes a server's clients and jails, one for each message. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Secret } from '../../src/index';
import { administer } from '../shared/administer';
import { brief, settingError, translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { ServerLease } from '../shared/lease';
import { type IncomingMessage, onInput } from '../shared/message/input';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { ADMIN_ACTIONS, type AdminAction, isAdminAction } from '../shared/wire/clients-api';
import { ADMIN_DEFAULTS } from './stream-sea-admin.config';

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function AdminNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, ADMIN_DEFAULTS);
    const action = properties.text('action');
    const subject = properties.text('subject');
    const lease = new ServerLease(properties, deploys);
    new StatusLine(lease);

    onInput(lease, [], async (message, _given, send) => {
      const { running: sea } = lease;
      const chosen = actionOf(action || message.action);
      const whom = subjectOf(subject, message);
      const drawn = (secret: Secret): void => lease.secretDrawn(secret);
      message.payload = await administer({ sea, t, drawn }, chosen, whom, message.payload);
      send(message);
    });
  }

  /** Nothing is done for a word that is none: the nearest one might delete something. */
  function actionOf(given: unknown): AdminAction {
    if (isAdminAction(given)) return given;
    const actions = ADMIN_ACTIONS.join(', ');
    if (given === undefined || given === '') throw settingError(t, 'error.noAction', { actions });
    throw settingError(t, 'error.badAction', { action: brief(given), actions });
  }

  function subjectOf(setting: string, { topic }: IncomingMessage): string {
    if (setting !== '') return setting;
    if (typeof topic === 'string' && topic.trim() !== '') return topic;
    throw settingError(t, 'error.noSubject');
  }

  RED.nodes.registerType('stream-sea-admin', AdminNode);
};
