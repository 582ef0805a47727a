/** Whether an identity provider may be asked there: by HTTPS, or on this very machine; nothing secret in the URL itself. */
export function isProviderUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  const isLocal = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return (protocol === 'https:' || isLocal) && username + password + hash === '';
}
