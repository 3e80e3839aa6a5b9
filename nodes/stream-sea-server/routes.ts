/** What the editor may ask of the server nodes. */

import type { NodeAPI } from 'node-red';
import type { DefinitionAnswer, MessageList, StreamList } from '../shared/api.config';
import type { Translate } from '../shared/catalogue';
import { type AdminRequest, adminRoutes, findSea, type RunningSea } from './admin';
import { listStreams } from './streams';

export function addRoutes(RED: NodeAPI, t: Translate): void {
  const admin = adminRoutes(RED);
  const seaOf = (request: AdminRequest): RunningSea => findSea(RED, request.parameter('server'), t);

  admin.get(':server/streams', (request): Promise<StreamList> => {
    return listStreams(seaOf(request), request.query('name'), request.gone);
  });
  admin.get(':server/streams/:stream/definition', async (request): Promise<DefinitionAnswer> => {
    return { definition: await seaOf(request).client.describe(request.parameter('stream')) };
  });
  admin.get(':server/streams/:stream/messages', (request): MessageList => {
    return { messages: seaOf(request).traffic.messages(request.parameter('stream')) };
  });
}
