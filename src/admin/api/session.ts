/** Who is signed in: the API token's name and scopes, and the organization it belongs to. */
export interface Session {
  readonly name: string;
  readonly scopes: string[];
  readonly organization: { readonly id: string; readonly name: string };
  /** Address of the Temporal Web UI, where there is one. */
  readonly temporalUi: string | null;
}

/** The calls that make and end a session; they are no part of the documented API. */
export interface SessionPaths {
  '/admin/session': {
    get: {
      responses: {
        200: { content: { 'application/json': Session } };
        401: { content: { 'application/json': unknown } };
      };
    };
    post: {
      requestBody: { content: { 'application/json': { token: string } } };
      responses: { 204: { content?: never }; 401: { content: { 'application/json': unknown } } };
    };
    delete: { responses: { 204: { content?: never } } };
  };
}
