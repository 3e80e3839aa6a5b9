/** Which stream a message is about. */

import type { SettingError } from '../../../src/index';
import { settingError, type Translate } from '../catalogue';
import type { IncomingMessage } from './input';
import { nameOf } from './stream-name';
import type { Value } from './value';

/**
 * The stream set in the node, else `msg.topic`. What is to be looked up elsewhere has to be there.
 *
 * @param given what `setting` was for this message
 * @throws SettingError when nothing names one.
 */
export function streamOf(setting: Value, given: unknown, message: IncomingMessage, t: Translate): string {
  const name = nameOf(given) ?? (setting.type === 'str' ? nameOf(message.topic) : undefined);
  if (name === undefined) throw noStream(setting, t);
  return name;
}

export function noStream({ type, source }: Value, t: Translate): SettingError {
  return type === 'str' ? settingError(t, 'error.noStream') : settingError(t, 'error.noName', { source });
}
