/** Signs in whoever opens it: what stands behind the # never leaves the browser but to be exchanged for a session. */
export function adminUrl(apiUrl: string, token: string): string {
  return `${apiUrl}/admin/#token=${token}`;
}

/** What a newcomer reads when everything answers: where things are, and a first booking to try. */
export function welcome(at: {
  readonly apiUrl: string;
  readonly temporalUiUrl: string | null;
  readonly simulatorUrl: string;
  readonly token: string;
  readonly home: string;
}): string {
  return `
Latchkey is ready.

  Admin pages (signs you in)  ${adminUrl(at.apiUrl, at.token)}
  API and its documentation   ${at.apiUrl}/docs
  Temporal Web UI             ${at.temporalUiUrl ?? 'where your Temporal is'}
  Kisi simulator              ${at.simulatorUrl}
  State, and local.json with the token of the demo organization, in ${at.home}

A first booking that opens a door (README.md has the whole story):

  TOKEN=${at.token}
  curl -X PUT ${at.apiUrl}/v1/bookings/1 -H "Authorization: Bearer $TOKEN" -d '{
    "status": "confirmed", "payment": "paid", "resourceId": "thames",
    "member": { "id": "ada", "email": "ada@example.com", "name": "Ada" },
    "startsAt": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'", "endsAt": "2099-01-01T00:00:00Z" }'

Ctrl-C stops everything.`;
}
