-- AlterTable
ALTER TABLE "Integration" ADD COLUMN     "disconnectLookAt" TIMESTAMPTZ(3),
ADD COLUMN     "keySeq" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Intent" ADD COLUMN     "kisiUserId" INTEGER;
