import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { createKisiActivities, createLedgerActivities } from '../activities';
import { AppError } from './domain/errors';
import type { Config } from './config';
import type { Instant } from './domain/time';
import type { HttpDeps } from './http/deps';
import { createKisiGateway } from './kisi/client';
import { createUnlimitedLimiter, type RateLimiter } from './kisi/limiter';
import { isUnavailable } from './ledger/availability';
import { createAdminSessions } from './ledger/admin-sessions';
import { createAttemptLedger } from './ledger/attempts';
import { createBookings } from './ledger/bookings';
import { createEntitlements } from './ledger/entitlement-views';
import { createCatalogue } from './ledger/catalogue';
import { createInDisconnectTransaction } from './ledger/disconnect-looks';
import { createConnections, createFindConnection, createListConnected } from './ledger/connections';
import { createInDoorsTransaction } from './ledger/doors-looks';
import { createInLookTransaction } from './ledger/entitlement-looks';
import { newId } from './ledger/ids';
import { createDoorsLedger } from './ledger/kisi-doors';
import { createLockGroupsLedger, createSaveAdopted } from './ledger/lock-groups';
import { createMembers } from './ledger/members';
import type { OpenLedger } from './ledger/open';
import { createReadOverview } from './ledger/overview';
import { createLoadPerson, createTakeProbe, createWritePlan } from './ledger/person-plans';
import { createPlans } from './ledger/plans';
import { createPreviewRows } from './ledger/preview-rows';
import { createRateSlots } from './ledger/rate-slots';
import { createReceipts } from './ledger/receipt-reads';
import { createFanOutPage, createFindLate, createFindLateIntegrations, createFindProbers } from './ledger/relay-rows';
import { createStoreFact } from './ledger/store-fact';
import { createStoreMember } from './ledger/store-member';
import { createStoreTeam } from './ledger/store-team';
import { createListSwept, createSweepLedger } from './ledger/sweeps';
import { createTeams } from './ledger/teams';
import type { Logger } from './logger';
import type { SecretBox } from './secrets';
import { checkTemporal } from './temporal/readiness';
import { createKeepSchedules, startUpkeep, type Upkeep } from './temporal/schedules';
import { createTemporalWaker, type TemporalWaker } from './temporal/waker';
import type { WorkerParts } from './temporal/workers';
import { WORKFLOW_TASK_QUEUE } from '../workflows/ids';
import { createAdoptLockGroup } from './usecases/adopt-lock-group';
import { createCarryOut } from './usecases/carry-out';
import { createCheckTarget, createLookUpDoor } from './usecases/check-target';
import type { Catalogue } from './usecases/catalogue';
import { createCheckKey, type KisiForChecks } from './usecases/check-key';
import { createConnectIntegration } from './usecases/connect-integration';
import {
  createCreateOrganization,
  createMakeToken,
  hashToken,
  type NewOrganization,
} from './usecases/create-organization';
import { createBeginSweep, createEndSweep, createFailSweep, createProveAbsence } from './usecases/end-sweep';
import { createReadSweepPage } from './usecases/sweep-page';
import { createDisconnectIntegration } from './usecases/disconnect-integration';
import { createPlanPerson } from './usecases/plan-person';
import { createKeepLockGroups } from './usecases/keep-lock-groups';
import { createReadDoors, createReadDoorsStep } from './usecases/read-doors';
import { createPreviewChange } from './usecases/preview-change';
import { createReceiveFact } from './usecases/receive-fact';
import { createReceiveMember } from './usecases/receive-member';
import { createReceiveTeam } from './usecases/receive-team';
import { createRefreshDisconnect } from './usecases/refresh-disconnect';
import { createRefreshDoors } from './usecases/refresh-doors';
import { createRefreshEntitlement } from './usecases/refresh-entitlement';
import { createRelay, startRelay, type Relay } from './usecases/relay';
import { createSaveDoorMapping } from './usecases/save-door-mapping';
import { createSignIn } from './usecases/sign-in';
import { createShowDoors } from './usecases/show-doors';
import { createStoreMessages } from './usecases/store-messages';
import type { KisiForAttempts } from './usecases/attempt-ports';
import { createTestConnection } from './usecases/test-connection';
import type { IntegrationKey } from './usecases/kisi-doors';
import type { Waker } from './usecases/ports';

export interface ComposeOptions {
  readonly ledger: OpenLedger;
  readonly temporal: Client;
  readonly secrets: SecretBox;
  readonly logger: Logger;
  readonly kisiBaseUrl: string;
  /** 0 turns our limit off. */
  readonly kisiRequestsPerSecond: number;
  readonly relayLateMs: number;
  readonly temporalUiUrl: string | null;
  /** How many rows a change that concerns many marks in one transaction; another than the default only in tests. */
  readonly fanOutPageSize?: number;
  /** Epoch milliseconds; another than the machine's only in tests that skip time. */
  readonly clock?: () => Instant;
  /** Another than Temporal's only in tests. */
  readonly waker?: Waker;
}

/** What the settings say of how Latchkey is put together; the same in every entry point. */
export function settingsOf(
  config: Config,
): Pick<ComposeOptions, 'kisiBaseUrl' | 'kisiRequestsPerSecond' | 'relayLateMs'> {
  return {
    kisiBaseUrl: config.KISI_BASE_URL,
    kisiRequestsPerSecond: config.KISI_REQUESTS_PER_SECOND,
    relayLateMs: config.RELAY_LATE_MS,
  };
}

/** The parts of one running Latchkey, put together. Who runs which of them is decided by the entry points. */
export interface Latchkey {
  readonly http: HttpDeps;
  /** What the workers run, for which integrations, at which rate. */
  readonly workers: WorkerParts;
  readonly relay: Relay;
  readonly createOrganization: (name: string) => Promise<NewOrganization>;
  /** Runs the relay until it is stopped, and at once after changes that concern many. */
  startRelay(intervalMs: number): { stop(): Promise<void> };
  /** Keeps the Schedules of the sweeps in step with the connections until it is stopped; where workers are, in any number. */
  startUpkeep(intervalMs?: number): Upkeep;
  /** Waits until every wake-up is sent or given up. */
  drain(): Promise<void>;
}

/** Puts everything together; the only place that knows all parts. */
export function compose(options: ComposeOptions): Latchkey {
  const { ledger, temporal, logger } = options;
  const clock = options.clock ?? Date.now;
  const temporalWaker = createWaker(temporal, logger);
  const waker = options.waker ?? temporalWaker;
  const catalogue = createCatalogue(ledger);
  const entitlements = createEntitlements(ledger);
  const receiveFact = createReceiveFact({ storeFact: createStoreFact(ledger), waker, clock });
  const relay = createRelay({
    findLate: createFindLate(ledger),
    findLateIntegrations: createFindLateIntegrations(ledger),
    findProbers: createFindProbers(ledger),
    fanOutPage: createFanOutPage(ledger, options.fanOutPageSize),
    waker,
    clock,
    lateMs: options.relayLateMs,
  });
  const onRelayError = (error: unknown): void => logger.error({ error }, 'the relay failed; it runs again');
  let kick = (): void => void relay.fanOut().catch(onRelayError);
  const listConnected = createListConnected(ledger);
  const limiter: RateLimiter =
    options.kisiRequestsPerSecond > 0
      ? createRateSlots(ledger, options.kisiRequestsPerSecond)
      : createUnlimitedLimiter();
  const gateways = { limiter, clock };
  const kisiFor = createKisiFor(options, gateways);
  const doors = { ledger: createDoorsLedger(ledger), kisiFor, clock, kick: () => kick() };
  const readDoors = createReadDoors(doors);
  const sweeps = { ledger: createSweepLedger(ledger), kisiFor, waker, clock };
  const lookUpDoor = createLookUpDoor(doors);

  return {
    http: {
      logger,
      clock,
      catalogue,
      readOverview: createReadOverview(ledger),
      plans: createPlans(ledger, 'plan'),
      passTypes: createPlans(ledger, 'pass_type'),
      sessions: createSignIn({ catalogue, sessions: createAdminSessions(ledger), clock, newId }),
      bookings: createBookings(entitlements),
      entitlements,
      receipts: createReceipts(ledger),
      receiveFact,
      members: createMembers(ledger),
      teams: createTeams(ledger),
      receiveMember: createReceiveMember({ storeMember: createStoreMember(ledger), kick: () => kick(), clock }),
      receiveTeam: createReceiveTeam({ storeTeam: createStoreTeam(ledger), kick: () => kick(), clock }),
      makeToken: createMakeToken({ catalogue, newId }),
      ...createConnectionCases(options, { catalogue, waker, gateways, kisiFor, kick: () => kick() }),
      showDoors: createShowDoors({ ...doors, readDoors, lookUpDoor }),
      adoptLockGroup: createAdoptLockGroup({
        ...doors,
        doors: doors.ledger,
        saveAdopted: createSaveAdopted(ledger),
        lookUpLock: (key, lockId) => lookUpDoor(key, 'lock', lockId),
      }),
      saveDoorMapping: createSaveDoorMapping({
        catalogue,
        checkTarget: createCheckTarget({ ...doors, lookUpDoor }),
        clock,
      }),
      previewChange: createPreviewChange({ ledger: createPreviewRows(ledger), catalogue, clock }),
      newId,
      kick: () => kick(),
      isUnavailable,
      temporalUi: { baseUrl: options.temporalUiUrl, namespace: temporal.options.namespace },
      readiness: async () => ({
        database: await answers(ledger),
        ...(await checkTemporal(temporal, await listConnected().catch(() => []))),
      }),
    },
    workers: {
      ledgerActivities: createLedgerActivities({
        ...ledgerDeps(options, waker, receiveFact, () => kick()),
        beginSweep: createBeginSweep(sweeps),
        endSweep: createEndSweep(sweeps),
        failSweep: createFailSweep(sweeps),
      }),
      kisiActivities: createKisiActivities({
        carryOut: createCarryOut({
          ledger: createAttemptLedger(ledger),
          kisiFor,
          clock,
        }),
        readDoors: createReadDoorsStep(readDoors),
        keepLockGroup: createKeepLockGroups({
          ...doors,
          ledger: createLockGroupsLedger(ledger),
          newMark: () => randomBytes(4).toString('hex'),
        }),
        readSweepPage: createReadSweepPage(sweeps),
        proveAbsence: createProveAbsence(sweeps),
      }),
      listConnected,
      kisiRequestsPerSecond: options.kisiRequestsPerSecond,
      onError: (error) => logger.error({ error }, 'a worker for one integration failed'),
    },
    relay,
    createOrganization: createCreateOrganization({ catalogue, newId }),
    startRelay(intervalMs) {
      const running = startRelay(relay, { intervalMs, onError: onRelayError });
      kick = running.kick;
      return running;
    },
    startUpkeep: (intervalMs) =>
      startUpkeep(createKeepSchedules({ client: temporal, listWanted: createListSwept(ledger) }), {
        ...(intervalMs === undefined ? {} : { intervalMs }),
        onError: (error) =>
          logger.warn({ error }, 'the schedules of the sweeps were not looked at; they are again soon'),
      }),
    drain: () => temporalWaker.drain(),
  };
}

/** Kisi that takes longer than this to say who a key is counts as not answering. */
const KEY_CHECK_MS = 8_000;

/** What operators do with connections. */
function createConnectionCases(
  { ledger, secrets, kisiBaseUrl }: ComposeOptions,
  parts: {
    readonly catalogue: Catalogue;
    readonly waker: Waker;
    readonly gateways: { readonly limiter: RateLimiter; readonly clock: () => Instant };
    readonly kisiFor: ReturnType<typeof createKisiFor>;
    readonly kick: () => void;
  },
): Pick<HttpDeps, 'connections' | 'connectIntegration' | 'testConnection' | 'disconnectIntegration'> {
  const { catalogue, waker, kick, gateways, kisiFor } = parts;
  const { clock } = gateways;
  const connections = createConnections(ledger);
  const findConnection = createFindConnection(ledger);
  const exists = async (organizationId: string, id: string): Promise<boolean> =>
    (await catalogue.getIntegration(organizationId, id)) !== null;
  const checkKey = createCheckKey({
    kisiFor: ({ baseUrl, apiKey, apiUserKey }) =>
      toKisiForChecks(
        createKisiGateway({
          ...gateways,
          baseUrl: baseUrl ?? kisiBaseUrl,
          apiKey,
          apiUserKey: apiUserKey ?? `unknown/${hashToken(apiKey).slice(0, 16)}`,
        }),
      ),
    clock,
    wait: (waitMs) => sleep(waitMs),
  });
  const isKeyAccepted = async (key: IntegrationKey): Promise<boolean> => {
    const kisi = await kisiFor(key);
    return kisi !== null && (await kisi.whoAmI({ signal: AbortSignal.timeout(KEY_CHECK_MS) })).kind === 'done';
  };
  return {
    connections,
    connectIntegration: createConnectIntegration({ connections, checkKey, exists, seal: secrets.seal, kick, clock }),
    disconnectIntegration: createDisconnectIntegration({ connections, isKeyAccepted, waker, kick, clock }),
    testConnection: createTestConnection({
      connections,
      checkKey,
      exists,
      async storedKey(organizationId, integrationId) {
        const stored = await findConnection(organizationId, integrationId);
        if (stored === null) return null;
        const { baseUrl, apiKeyEncrypted, apiUserKey } = stored;
        return { baseUrl, apiKey: secrets.open(apiKeyEncrypted), apiUserKey };
      },
    }),
  };
}

const LISTS = {
  see_places: '/places',
  see_doors: '/locks',
  see_groups: '/groups',
  see_users: '/users',
  see_assignments: '/role_assignments',
} as const;

function toKisiForChecks(gateway: ReturnType<typeof createKisiGateway>): KisiForChecks {
  return {
    whoAmI: (call) => gateway.whoIsBehindKey(call),
    tryRight: (right, call) => gateway.canList(LISTS[right], call),
    clockOffsetMs: () => gateway.clockOffsetMs(),
  };
}

function createWaker(client: Client, logger: Logger): TemporalWaker {
  return createTemporalWaker({
    client,
    taskQueue: WORKFLOW_TASK_QUEUE,
    onLost: (workflowId, error) =>
      logger.warn({ workflowId, error }, 'a wake-up was lost; the relay will send it again'),
  });
}

function ledgerDeps(
  { ledger, logger }: ComposeOptions,
  waker: Waker,
  receiveFact: ReturnType<typeof createReceiveFact>,
  kick: () => void,
): Omit<Parameters<typeof createLedgerActivities>[0], 'beginSweep' | 'endSweep' | 'failSweep'> {
  return {
    refreshEntitlement: createRefreshEntitlement({ inLookTransaction: createInLookTransaction(ledger), waker }),
    refreshDisconnect: createRefreshDisconnect({
      inDisconnectTransaction: createInDisconnectTransaction(ledger),
      kick,
    }),
    refreshDoors: createRefreshDoors({ inDoorsTransaction: createInDoorsTransaction(ledger) }),
    planPerson: createPlanPerson({
      loadPerson: createLoadPerson(ledger),
      writePlan: createWritePlan(ledger),
      takeProbe: createTakeProbe(ledger),
      waker,
    }),
    storeMessages: createStoreMessages({
      receiveFact,
      isRefusal: (error) => error instanceof AppError,
      reportRefused: ({ organizationId, sourceId }, { kind }, error) =>
        logger.warn({ organizationId, sourceId, kind, error }, 'a signalled message was refused'),
    }),
  };
}

/** A gateway for one attempt, or null while the integration is not connected. */
function createKisiFor(
  options: ComposeOptions,
  gateways: { readonly limiter: RateLimiter; readonly clock: () => Instant },
): (key: IntegrationKey) => Promise<(ReturnType<typeof createKisiGateway> & KisiForAttempts) | null> {
  const findConnection = createFindConnection(options.ledger);
  return async ({ organizationId, integrationId }) => {
    const connection = await findConnection(organizationId, integrationId);
    if (connection === null) return null;
    const { baseUrl, apiKeyEncrypted, apiUserKey, keySeq, kisiUserId } = connection;
    const apiKey = options.secrets.open(apiKeyEncrypted);
    const gateway = createKisiGateway({ ...gateways, baseUrl: baseUrl ?? options.kisiBaseUrl, apiKey, apiUserKey });
    return { ...gateway, credential: { keySeq, kisiUserId } };
  };
}

async function answers({ prisma }: OpenLedger): Promise<boolean> {
  try {
    await prisma.$queryRaw`SELECT 1`;
    return true;
  } catch {
    return false;
  }
}
