-- AlterTable
ALTER TABLE "TimelineEntry" ADD COLUMN     "memberId" TEXT,
ADD COLUMN     "memberSource" TEXT;

-- CreateIndex
CREATE INDEX "TimelineEntry_organizationId_memberSource_memberId_at_idx" ON "TimelineEntry"("organizationId", "memberSource", "memberId", "at");
