/** The styles of all dialogs and of the sidebar, loaded together with the script that needs them. */

import { tellMissing } from './later.editor';

/** Told by its content, as a script's version is. */
declare const STYLES_VERSION: string;

const SHEET = 'resources/@stream-sea/node-red/editor.css';

const ID = 'sea-styles';

/** Once for each editor, however often its script is loaded; the newest stays. */
export function addStyleSheet(): void {
  document.getElementById(ID)?.remove();
  const link = document.createElement('link');
  link.id = ID;
  link.rel = 'stylesheet';
  link.href = `${SHEET}?v=${STYLES_VERSION}`;
  link.addEventListener('error', () => tellMissing(SHEET));
  document.head.append(link);
}
