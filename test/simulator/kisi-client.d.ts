declare module 'kisi-client' {
  /** The official client has no types; these are what 8.0.0 does. */
  export default class Kisi {
    constructor(config?: { readonly baseURL?: string; readonly timeout?: number; readonly headers?: object });
    readonly client: {
      patch(path: string, body: unknown): Promise<{ readonly status: number; readonly data: unknown }>;
    };
    setLoginSecret(secret: string | null): void;
    signIn(user: { readonly domain: string; readonly email: string; readonly password: string }): Promise<unknown>;
    signOut(): Promise<unknown>;
    get(path: string, params?: object): Promise<unknown>;
    post(path: string, data?: object): Promise<unknown>;
    put(path: string, data?: object): Promise<unknown>;
    delete(path: string): Promise<unknown>;
  }
}
