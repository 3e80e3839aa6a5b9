/**
 * Loaded by the editor of `npm start` alone: it opens on the chart of the boilers, in our sidebar. Where they have been
 * removed from the flows it opens as ever.
 */

const BOILERS = '1be11afabd226186';
const INTERVAL = 200;

// The sidebar that was open last is shown after this event, and streams are known after the first report.
RED.events.on('flows:loaded', () => {
  if (!RED.nodes.node(BOILERS)) return;
  const looking = setInterval(() => {
    RED.actions.invoke('stream-sea:show-sidebar');
    const stream = document.querySelector('.sea-sidebar .sea-stream-head');
    if (stream === null) return;
    clearInterval(looking);
    stream.click();
  }, INTERVAL);
});
