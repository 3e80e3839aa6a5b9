/** Which stream a message is about. */

import { SettingError } from '../../src/index';
import type { Translate } from './catalogue';
import type { IncomingMessage } from './input';

/** The stream set in the node, else `msg.topic`. @throws SettingError when neither names one. */
export function streamOf(setting: string, message: IncomingMessage, t: Translate): string {
  if (setting !== '') return setting;
  const topic: unknown = message.topic;
  if (typeof topic === 'string' && topic.trim() !== '') return topic;
  throw new SettingError(t('error.noStream'));
}
