-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Organization" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "leadMinutes" DOUBLE PRECISION NOT NULL DEFAULT 15,
    "graceMinutes" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "unpaidBookings" TEXT NOT NULL DEFAULT 'never',
    "unpaidBookingsMinutes" DOUBLE PRECISION,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Location" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Location_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Source" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "versionKind" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Source_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "scopes" TEXT[],
    "sourceId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Integration" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "mode" TEXT NOT NULL DEFAULT 'enforce',
    "status" TEXT NOT NULL DEFAULT 'disconnected',
    "baseUrl" TEXT,
    "apiKeyEncrypted" TEXT,
    "apiKeyLastFour" TEXT,
    "kisiOrganizationId" INTEGER,
    "kisiUserId" INTEGER,
    "clockOffsetMs" INTEGER NOT NULL DEFAULT 0,
    "health" TEXT NOT NULL DEFAULT 'ok',
    "healthSince" TIMESTAMPTZ(3),
    "failuresInRow" INTEGER NOT NULL DEFAULT 0,
    "probeLeaseUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Integration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IntegrationLocation" (
    "integrationId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "locationId" TEXT NOT NULL,

    CONSTRAINT "IntegrationLocation_pkey" PRIMARY KEY ("integrationId","organizationId","locationId")
);

-- CreateTable
CREATE TABLE "Resource" (
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "locationId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Resource_pkey" PRIMARY KEY ("organizationId","sourceId","id")
);

-- CreateTable
CREATE TABLE "DoorMapping" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectSource" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "integrationId" TEXT NOT NULL,
    "targetType" TEXT NOT NULL,
    "targetId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "leadMinutes" DOUBLE PRECISION,
    "graceMinutes" DOUBLE PRECISION,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DoorMapping_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Member" (
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Member_pkey" PRIMARY KEY ("organizationId","sourceId","id")
);

-- CreateTable
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "integrationId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kisiUserId" INTEGER,
    "kisiUserIsOurs" BOOLEAN NOT NULL DEFAULT false,
    "inviteRetryAt" TIMESTAMPTZ(3),
    "inviteFailures" INTEGER NOT NULL DEFAULT 0,
    "dirtySeq" INTEGER NOT NULL DEFAULT 0,
    "seenSeq" INTEGER NOT NULL DEFAULT 0,
    "dirtySince" TIMESTAMPTZ(3),
    "lookAgainAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Entitlement" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "facts" JSONB NOT NULL,
    "detailsFactId" TEXT,
    "resourceId" TEXT,
    "memberId" TEXT,
    "startsAt" TIMESTAMPTZ(3),
    "endsAt" TIMESTAMPTZ(3),
    "dirtySeq" INTEGER NOT NULL DEFAULT 0,
    "seenSeq" INTEGER NOT NULL DEFAULT 0,
    "dirtySince" TIMESTAMPTZ(3),
    "lookAgainAt" TIMESTAMPTZ(3),
    "lookedAt" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL,
    "problems" JSONB NOT NULL DEFAULT '[]',
    "problemCodes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "windowFrom" TIMESTAMPTZ(3),
    "windowUntil" TIMESTAMPTZ(3),
    "endings" INTEGER NOT NULL DEFAULT 0,
    "hasReceipt" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Entitlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Claim" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "entitlementId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "integrationId" TEXT NOT NULL,
    "memberId" TEXT NOT NULL,
    "groupId" INTEGER NOT NULL,
    "windowFrom" TIMESTAMPTZ(3) NOT NULL,
    "windowUntil" TIMESTAMPTZ(3),
    "isReleased" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "settledRevision" INTEGER NOT NULL DEFAULT 0,
    "settledAs" TEXT,
    "settledAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "problemSince" TIMESTAMPTZ(3),
    "ending" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Assignment" (
    "personId" TEXT NOT NULL,
    "groupId" INTEGER NOT NULL,
    "organizationId" TEXT NOT NULL,
    "presence" TEXT NOT NULL,
    "isOurs" BOOLEAN NOT NULL DEFAULT true,
    "kisiAssignmentId" INTEGER,
    "validFrom" TIMESTAMPTZ(3),
    "validUntil" TIMESTAMPTZ(3),
    "readAt" TIMESTAMPTZ(3),
    "recheckAt" TIMESTAMPTZ(3),
    "recheckCount" INTEGER NOT NULL DEFAULT 0,
    "grantRetryAt" TIMESTAMPTZ(3),
    "grantFailures" INTEGER NOT NULL DEFAULT 0,
    "grantProblem" TEXT,
    "revokeRetryAt" TIMESTAMPTZ(3),
    "revokeFailures" INTEGER NOT NULL DEFAULT 0,
    "revokeAttempts" INTEGER NOT NULL DEFAULT 0,
    "mustReplace" BOOLEAN NOT NULL DEFAULT false,
    "deletedAt" TIMESTAMPTZ(3),
    "verifiedAbsentAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Assignment_pkey" PRIMARY KEY ("personId","groupId")
);

-- CreateTable
CREATE TABLE "Intent" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "integrationId" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "groupId" INTEGER NOT NULL,
    "change" TEXT NOT NULL,
    "windowFrom" TIMESTAMPTZ(3),
    "windowUntil" TIMESTAMPTZ(3),
    "assignmentId" INTEGER,
    "status" TEXT NOT NULL,
    "deadlineAt" TIMESTAMPTZ(3) NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "closedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "Intent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Receipt" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "entitlementId" TEXT NOT NULL,
    "ending" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "doors" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TimelineEntry" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "entitlementId" TEXT,
    "personId" TEXT,
    "groupId" INTEGER,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "TimelineEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InboxFact" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "entitlementId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "version" BIGINT,
    "bodyHash" TEXT NOT NULL,
    "idempotencyKey" TEXT,
    "eventId" TEXT,
    "payload" JSONB NOT NULL,
    "outcome" TEXT NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InboxFact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FanOut" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subjectSource" TEXT,
    "subjectId" TEXT NOT NULL,
    "cursor" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "FanOut_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KisiRateSlot" (
    "apiUserKey" TEXT NOT NULL,
    "slotAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KisiRateSlot_pkey" PRIMARY KEY ("apiUserKey")
);

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");

-- CreateIndex
CREATE INDEX "ApiToken_organizationId_idx" ON "ApiToken"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "Integration_kisiOrganizationId_key" ON "Integration"("kisiOrganizationId");

-- CreateIndex
CREATE INDEX "Integration_organizationId_idx" ON "Integration"("organizationId");

-- CreateIndex
CREATE INDEX "DoorMapping_organizationId_subjectType_subjectSource_subjec_idx" ON "DoorMapping"("organizationId", "subjectType", "subjectSource", "subjectId");

-- CreateIndex
CREATE INDEX "Person_lookAgainAt_idx" ON "Person"("lookAgainAt");

-- CreateIndex
CREATE INDEX "Person_dirtySince_idx" ON "Person"("dirtySince");

-- CreateIndex
CREATE UNIQUE INDEX "Person_integrationId_email_key" ON "Person"("integrationId", "email");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_kind_id_idx" ON "Entitlement"("organizationId", "kind", "id");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_state_idx" ON "Entitlement"("organizationId", "state");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_sourceId_resourceId_idx" ON "Entitlement"("organizationId", "sourceId", "resourceId");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_sourceId_memberId_idx" ON "Entitlement"("organizationId", "sourceId", "memberId");

-- CreateIndex
CREATE INDEX "Entitlement_lookAgainAt_idx" ON "Entitlement"("lookAgainAt");

-- CreateIndex
CREATE INDEX "Entitlement_dirtySince_idx" ON "Entitlement"("dirtySince");

-- CreateIndex
CREATE UNIQUE INDEX "Entitlement_organizationId_kind_sourceId_externalId_key" ON "Entitlement"("organizationId", "kind", "sourceId", "externalId");

-- CreateIndex
CREATE INDEX "Claim_personId_idx" ON "Claim"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_entitlementId_personId_groupId_key" ON "Claim"("entitlementId", "personId", "groupId");

-- CreateIndex
CREATE INDEX "Intent_personId_status_idx" ON "Intent"("personId", "status");

-- CreateIndex
CREATE INDEX "Receipt_organizationId_createdAt_idx" ON "Receipt"("organizationId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Receipt_entitlementId_ending_key" ON "Receipt"("entitlementId", "ending");

-- CreateIndex
CREATE INDEX "TimelineEntry_entitlementId_at_idx" ON "TimelineEntry"("entitlementId", "at");

-- CreateIndex
CREATE INDEX "TimelineEntry_personId_at_idx" ON "TimelineEntry"("personId", "at");

-- CreateIndex
CREATE UNIQUE INDEX "InboxFact_organizationId_sourceId_idempotencyKey_key" ON "InboxFact"("organizationId", "sourceId", "idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "InboxFact_organizationId_sourceId_eventId_key" ON "InboxFact"("organizationId", "sourceId", "eventId");

-- CreateIndex
CREATE UNIQUE INDEX "InboxFact_entitlementId_version_bodyHash_key" ON "InboxFact"("entitlementId", "version", "bodyHash");

-- CreateIndex
CREATE UNIQUE INDEX "InboxFact_entitlementId_seq_key" ON "InboxFact"("entitlementId", "seq");

-- CreateIndex
CREATE INDEX "FanOut_doneAt_createdAt_idx" ON "FanOut"("doneAt", "createdAt");

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_at_idx" ON "AuditEntry"("organizationId", "at");

-- AddForeignKey
ALTER TABLE "Location" ADD CONSTRAINT "Location_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Source" ADD CONSTRAINT "Source_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Integration" ADD CONSTRAINT "Integration_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IntegrationLocation" ADD CONSTRAINT "IntegrationLocation_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IntegrationLocation" ADD CONSTRAINT "IntegrationLocation_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Resource" ADD CONSTRAINT "Resource_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DoorMapping" ADD CONSTRAINT "DoorMapping_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Person" ADD CONSTRAINT "Person_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_entitlementId_fkey" FOREIGN KEY ("entitlementId") REFERENCES "Entitlement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assignment" ADD CONSTRAINT "Assignment_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Intent" ADD CONSTRAINT "Intent_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Receipt" ADD CONSTRAINT "Receipt_entitlementId_fkey" FOREIGN KEY ("entitlementId") REFERENCES "Entitlement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InboxFact" ADD CONSTRAINT "InboxFact_entitlementId_fkey" FOREIGN KEY ("entitlementId") REFERENCES "Entitlement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
