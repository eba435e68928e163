// A GET over node:http with the TLS options of a transport, which fetch would not know.

import http from 'node:http';
import https from 'node:https';

/** A health page with its thousand clients has some hundred kilobytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * As much of fetch as asking for health needs: the signal, the status, and the text of the answer.
 * Redirects are not followed.
 */
export function getWith(tls) {
  return (url, { signal } = {}) => new Promise((resolve, reject) => {
    const secure = new URL(url).protocol === 'https:';
    const options = { ...(secure ? tls : {}), agent: false, signal };
    const request = (secure ? https : http).get(url, options,
      (response) => resolve({ status: response.statusCode, text: () => textOf(response) }));
    request.on('error', reject);
  });
}

/** Empty where it is too long to be read. */
async function textOf(response) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response) { // Leaving the loop ends the connection.
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      return '';
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
