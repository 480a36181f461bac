/** What the overview tells. */
export interface Overview {
  integrations: {
    id: string;
    name: string;
    status: 'connected' | 'disconnecting' | 'disconnected';
    health: 'ok' | 'unavailable' | 'key_invalid';
    healthSince: string | null;
    mode: 'enforce' | 'observe';
    doorsOffline: number;
    clockOffsetMs: number;
  }[];
  resources: { total: number; unmapped: number };
  mappings: { total: number; notActive: number };
  bookings: { byState: Record<string, number> };
  problems: { code: string; message: string; remedy: string; count: number }[];
  peopleInsideNow: number;
  firstSteps: {
    hasIntegration: boolean;
    hasConnection: boolean;
    hasLocation: boolean;
    hasResource: boolean;
    hasMapping: boolean;
    hasBooking: boolean;
    hasActive: boolean;
  };
}

/** Routes that the description of the API does not have yet. */
export interface PendingPaths {
  '/v1/overview': { get: { responses: { 200: { content: { 'application/json': Overview } } } } };
}
