-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "newResourcesLocationId" TEXT;

-- AlterTable
ALTER TABLE "Integration" ADD COLUMN     "dirtySeq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "dirtySince" TIMESTAMPTZ(3),
ADD COLUMN     "disconnectAskedAt" TIMESTAMPTZ(3),
ADD COLUMN     "disconnectMode" TEXT,
ADD COLUMN     "disconnectReason" TEXT,
ADD COLUMN     "disconnectUntil" TIMESTAMPTZ(3),
ADD COLUMN     "disconnectedBy" TEXT,
ADD COLUMN     "doorsReadAt" TIMESTAMPTZ(3),
ADD COLUMN     "lookAgainAt" TIMESTAMPTZ(3),
ADD COLUMN     "seenSeq" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "DoorMapping" ADD COLUMN     "verification" TEXT NOT NULL DEFAULT 'unverified',
ADD COLUMN     "verifiedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "AdminSession" (
    "id" TEXT NOT NULL,
    "secretHash" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AdminSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KisiDoor" (
    "integrationId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "kisiId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "placeId" INTEGER,
    "placeName" TEXT,
    "floorName" TEXT,
    "isOnline" BOOLEAN,
    "doorCount" INTEGER,
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KisiDoor_pkey" PRIMARY KEY ("integrationId","type","kisiId")
);

-- CreateTable
CREATE TABLE "LockGroup" (
    "integrationId" TEXT NOT NULL,
    "lockId" INTEGER NOT NULL,
    "organizationId" TEXT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'made',
    "groupId" INTEGER,
    "status" TEXT NOT NULL DEFAULT 'wanted',
    "problem" TEXT,
    "problemSince" TIMESTAMPTZ(3),
    "intentName" TEXT,
    "intentDeadline" TIMESTAMPTZ(3),
    "retryAt" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "readAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LockGroup_pkey" PRIMARY KEY ("integrationId","lockId")
);

-- CreateTable
CREATE TABLE "Plan" (
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "locationId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Plan_pkey" PRIMARY KEY ("organizationId","sourceId","id")
);

-- CreateTable
CREATE TABLE "PassType" (
    "organizationId" TEXT NOT NULL,
    "sourceId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "locationId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PassType_pkey" PRIMARY KEY ("organizationId","sourceId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "AdminSession_secretHash_key" ON "AdminSession"("secretHash");

-- CreateIndex
CREATE INDEX "AdminSession_expiresAt_idx" ON "AdminSession"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "LockGroup_integrationId_groupId_key" ON "LockGroup"("integrationId", "groupId");

-- CreateIndex
CREATE INDEX "Integration_lookAgainAt_idx" ON "Integration"("lookAgainAt");

-- CreateIndex
CREATE INDEX "Integration_dirtySince_idx" ON "Integration"("dirtySince");

-- CreateIndex
CREATE INDEX "DoorMapping_integrationId_targetType_targetId_idx" ON "DoorMapping"("integrationId", "targetType", "targetId");

-- AddForeignKey
ALTER TABLE "AdminSession" ADD CONSTRAINT "AdminSession_tokenId_fkey" FOREIGN KEY ("tokenId") REFERENCES "ApiToken"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KisiDoor" ADD CONSTRAINT "KisiDoor_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LockGroup" ADD CONSTRAINT "LockGroup_integrationId_fkey" FOREIGN KEY ("integrationId") REFERENCES "Integration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Plan" ADD CONSTRAINT "Plan_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PassType" ADD CONSTRAINT "PassType_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
