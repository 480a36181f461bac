import type { Instant } from '../domain/time';
import type { Logger } from '../logger';
import type { AdoptLockGroup } from '../usecases/adopt-lock-group';
import type { Bookings } from '../usecases/bookings';
import type { Actor, Catalogue } from '../usecases/catalogue';
import type { ConnectInput } from '../usecases/connect-integration';
import type { Connections, DisconnectOrder } from '../usecases/connections';
import type { createMakeToken } from '../usecases/create-organization';
import type { Entitlements } from '../usecases/entitlements';
import type { ReadOverview } from '../usecases/overview';
import type { Members, Teams } from '../usecases/members';
import type { Plans } from '../usecases/plans';
import type { ShowDoors } from '../usecases/show-doors';
import type { PreviewChange } from '../usecases/preview-change';
import type { Receipts } from '../usecases/receipts';
import type { ReceiveFact } from '../usecases/receive-fact';
import type { ReceiveMember } from '../usecases/receive-member';
import type { ReceiveTeam } from '../usecases/receive-team';
import type { SaveDoorMapping } from '../usecases/save-door-mapping';
import type { SignIn } from '../usecases/sign-in';
import type { ConnectionTest, TestConnectionInput } from '../usecases/test-connection';

/** What the API needs of the rest. */
export interface HttpDeps {
  readonly logger: Logger;
  readonly clock: () => Instant;
  readonly catalogue: Catalogue;
  readonly readOverview: ReadOverview;
  readonly plans: Plans;
  readonly passTypes: Plans;
  readonly sessions: SignIn;
  readonly bookings: Bookings;
  readonly entitlements: Entitlements;
  readonly receipts: Receipts;
  readonly receiveFact: ReceiveFact;
  readonly members: Members;
  readonly teams: Teams;
  readonly receiveMember: ReceiveMember;
  readonly receiveTeam: ReceiveTeam;
  readonly makeToken: ReturnType<typeof createMakeToken>;
  readonly connections: Pick<Connections, 'previewDisconnect' | 'listObservations'>;
  readonly connectIntegration: (actor: Actor, input: ConnectInput) => Promise<void>;
  /** Kisi's locks and groups, read from Kisi where what is known is old. */
  readonly showDoors: ShowDoors;
  /** An operator hands over a group of exactly one lock. */
  readonly adoptLockGroup: AdoptLockGroup;
  readonly saveDoorMapping: SaveDoorMapping;
  readonly previewChange: PreviewChange;
  readonly testConnection: (input: TestConnectionInput) => Promise<ConnectionTest>;
  readonly disconnectIntegration: (actor: Actor, integrationId: string, order: DisconnectOrder) => Promise<void>;
  readonly newId: () => string;
  /** Starts what a change that concerns many has caused. */
  readonly kick: () => void;
  readonly temporalUi: { readonly baseUrl: string | null; readonly namespace: string };
  /** True when a failure means that the database cannot be reached just now. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Which parts answer; none of them throws. */
  readonly readiness: () => Promise<Readonly<Record<'database' | 'temporal' | 'worker' | 'taskQueues', boolean>>>;
}
