-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "driftRepair" TEXT NOT NULL DEFAULT 'repair';

-- AlterTable
ALTER TABLE "Assignment" ADD COLUMN     "leftAs" TEXT,
ADD COLUMN     "leftUntil" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Sweep" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "integrationId" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "pages" INTEGER NOT NULL DEFAULT 0,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "assignments" INTEGER NOT NULL DEFAULT 0,
    "users" INTEGER NOT NULL DEFAULT 0,
    "groups" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "absenceProved" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Sweep_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SweepPage" (
    "sweepId" TEXT NOT NULL,
    "list" TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "ids" INTEGER[],
    "readStartedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SweepPage_pkey" PRIMARY KEY ("sweepId","list","offset")
);

-- CreateTable
CREATE TABLE "Drift" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "integrationId" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "personId" TEXT,
    "groupId" INTEGER,
    "kisiUserId" INTEGER,
    "kisiAssignmentId" INTEGER,
    "details" JSONB NOT NULL DEFAULT '{}',
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSweepId" TEXT NOT NULL,
    "times" INTEGER NOT NULL DEFAULT 1,
    "closedAt" TIMESTAMPTZ(3),
    "decision" TEXT,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Drift_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Sweep_integrationId_startedAt_idx" ON "Sweep"("integrationId", "startedAt");

-- CreateIndex
CREATE INDEX "Drift_organizationId_status_id_idx" ON "Drift"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "Drift_personId_groupId_idx" ON "Drift"("personId", "groupId");

-- CreateIndex
CREATE UNIQUE INDEX "Drift_integrationId_subject_key" ON "Drift"("integrationId", "subject");

-- CreateIndex
CREATE INDEX "Person_integrationId_kisiUserId_idx" ON "Person"("integrationId", "kisiUserId");

-- CreateIndex
CREATE INDEX "Intent_integrationId_startedAt_idx" ON "Intent"("integrationId", "startedAt");

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SweepPage" ADD CONSTRAINT "SweepPage_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Drift" ADD CONSTRAINT "Drift_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;
