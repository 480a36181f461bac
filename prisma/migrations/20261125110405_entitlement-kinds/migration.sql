-- DropForeignKey
ALTER TABLE "InboxFact" DROP CONSTRAINT "InboxFact_entitlementId_fkey";

-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "guestsPerBooking" INTEGER NOT NULL DEFAULT 10,
ADD COLUMN     "pastDueGraceDays" INTEGER NOT NULL DEFAULT 7;

-- AlterTable
ALTER TABLE "Member" ADD COLUMN     "leftAt" TIMESTAMPTZ(3),
ADD COLUMN     "locale" TEXT,
ADD COLUMN     "saidSeq" INTEGER,
ADD COLUMN     "saidVersion" BIGINT,
ADD COLUMN     "seq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'active';

-- AlterTable
ALTER TABLE "Entitlement" ADD COLUMN     "passTypeId" TEXT,
ADD COLUMN     "planId" TEXT,
ADD COLUMN     "teamId" TEXT;

-- AlterTable
ALTER TABLE "Claim" ADD COLUMN     "revisedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ALTER COLUMN "memberId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "InboxFact" ADD COLUMN     "subjectId" TEXT,
ADD COLUMN     "subjectType" TEXT,
ALTER COLUMN "entitlementId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "Team" (
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "saidVersion" BIGINT,
    "saidSeq" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Team_pkey" PRIMARY KEY ("organizationId","sourceId","id")
);

-- CreateTable
CREATE TABLE "TeamMember" (
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "memberId" TEXT NOT NULL,

    CONSTRAINT "TeamMember_pkey" PRIMARY KEY ("organizationId","sourceId","teamId","memberId")
);

-- CreateTable
CREATE TABLE "UnlockEvent" (
    "integrationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "kisiUserId" INTEGER NOT NULL,
    "lockId" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UnlockEvent_pkey" PRIMARY KEY ("integrationId","id")
);

-- CreateIndex
CREATE INDEX "TeamMember_organizationId_sourceId_memberId_idx" ON "TeamMember"("organizationId", "sourceId", "memberId");

-- CreateIndex
CREATE INDEX "UnlockEvent_integrationId_kisiUserId_at_idx" ON "UnlockEvent"("integrationId", "kisiUserId", "at");

-- CreateIndex
CREATE INDEX "Member_organizationId_email_idx" ON "Member"("organizationId", "email");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_sourceId_planId_idx" ON "Entitlement"("organizationId", "sourceId", "planId");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_sourceId_passTypeId_idx" ON "Entitlement"("organizationId", "sourceId", "passTypeId");

-- CreateIndex
CREATE INDEX "Entitlement_organizationId_sourceId_teamId_idx" ON "Entitlement"("organizationId", "sourceId", "teamId");

-- CreateIndex
CREATE UNIQUE INDEX "InboxFact_organizationId_sourceId_subjectType_subjectId_seq_key" ON "InboxFact"("organizationId", "sourceId", "subjectType", "subjectId", "seq");

-- AddForeignKey
ALTER TABLE "TeamMember" ADD CONSTRAINT "TeamMember_organizationId_sourceId_teamId_fkey" FOREIGN KEY ("organizationId", "sourceId", "teamId") REFERENCES "Team"("organizationId", "sourceId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InboxFact" ADD CONSTRAINT "InboxFact_entitlementId_fkey" FOREIGN KEY ("entitlementId") REFERENCES "Entitlement"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A grant's id is unique in its organization, whatever source its member is of.
CREATE UNIQUE INDEX "Entitlement_grant_key" ON "Entitlement"("organizationId", "externalId") WHERE "kind" = 'grant';
