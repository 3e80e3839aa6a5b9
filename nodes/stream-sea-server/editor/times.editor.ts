/** Times as the sidebar says them. */

/** The time of day; with the day, when it was another one. */
export function timeText(at: number | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString(RED.i18n.lang()) : date.toLocaleString(RED.i18n.lang());
}
