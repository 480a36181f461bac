-- AlterTable
ALTER TABLE "Location" ADD COLUMN     "holidays" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "KisiDoor" ADD COLUMN     "hours" JSONB;

-- AlterTable
ALTER TABLE "LockGroup" DROP CONSTRAINT "LockGroup_pkey",
ADD COLUMN     "hoursHeld" JSONB,
ADD COLUMN     "hoursOf" TEXT NOT NULL DEFAULT '',
ADD CONSTRAINT "LockGroup_pkey" PRIMARY KEY ("integrationId", "lockId", "hoursOf");

-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "openingHours" JSONB;

-- AlterTable
ALTER TABLE "PassType" ADD COLUMN     "ends" JSONB NOT NULL DEFAULT '{"type": "given"}',
ADD COLUMN     "openingHours" JSONB,
ADD COLUMN     "usesCountedBy" TEXT NOT NULL DEFAULT 'platform';
