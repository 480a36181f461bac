/**
 * The token of a sign-in link (`/admin/#token=lk_...`), removed from the address bar and the history at once.
 *
 * It stands after the `#`, so no server and no log has seen it.
 */
export function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (token === null) return null;
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return token === '' ? null : token;
}
