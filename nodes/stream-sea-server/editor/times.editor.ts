/** Times and texts in the sidebar, which is written anew each second. */

/** The time of day; with the day, when it was another one. */
export function timeText(at: number | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString(RED.i18n.lang()) : date.toLocaleString(RED.i18n.lang());
}

/** Only what has changed: a text that is selected, or being read out, stays. */
export function write(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
