/**
 * Preloaded into the flow library's validator: what it asks of the internet is asked of the test's own server instead,
 * with the address as the path. Nothing goes out: that server refuses what it does not know, and no name is looked up.
 */

const dns = require('node:dns');
const http = require('node:http');
const https = require('node:https');

const { request } = http;

/** Takes options alone: so do all three HTTP libraries that the validator uses. Its headers say nothing that matters. */
function askTest({ hostname, host, path }, onResponse) {
  return request(`${process.env.REGISTRY_STUB}${hostname ?? host}${path}`, onResponse);
}

http.request = askTest;
https.request = askTest;

dns.lookup = (name, ...rest) => {
  rest.at(-1)(new Error(`The test lets nothing out: it was asked for ${name}.`));
};
