/** `stream-sea-versions`: answers with the schema versions of many streams, in the order asked. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { SettingError } from '../../src/index';
import { translator } from '../shared/catalogue';
import { Deploys } from '../shared/deploys';
import { ServerLease } from '../shared/lease';
import { onInput } from '../shared/message/input';
import { nameOf } from '../shared/message/stream-name';
import { Properties } from '../shared/properties';
import { StatusLine } from '../shared/status';
import { VERSIONS_DEFAULTS } from './stream-sea-versions.config';

export = (RED: NodeAPI): void => {
  const t = translator(RED);
  const deploys = new Deploys(RED);

  function VersionsNode(this: Node, saved: NodeDef): void {
    RED.nodes.createNode(this, saved);
    const properties = new Properties(RED, this, { ...saved }, VERSIONS_DEFAULTS);
    const streams = properties.texts('streams');
    const lease = new ServerLease(properties, deploys);
    new StatusLine(lease);

    onInput(lease, [], async (message, _given, send) => {
      message.payload = await lease.client.versions(streams.length > 0 ? streams : asked(message.payload));
      send(message);
    });
  }

  function asked(payload: unknown): string[] {
    // Whole: holes are no names, and would be passed over.
    const names = (Array.isArray(payload) ? Array.from<unknown>(payload) : [payload]).map(nameOf);
    if (names.every((name) => name !== undefined)) return names;
    throw new SettingError(t('error.noStreams'));
  }

  RED.nodes.registerType('stream-sea-versions', VersionsNode);
};
